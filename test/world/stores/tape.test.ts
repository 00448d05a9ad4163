import { describe, expect, it } from 'vitest'
import { BlobNotFoundError, ObjectLockedError, StoreFullError } from '../../../src/engine/errors.ts'
import type { TapeStoreSpecification } from '../../../src/world/stores/index.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import { describeBlobStore } from '../../adapters/blob-store-conformance.ts'
import { DAY_S, HOUR_S, START, content, oneStore } from './one-store.ts'
import type { OneStore } from './one-store.ts'
import { validated } from '../../validated.ts'

const GB = 1e9
const TB = 1e12

/** One LTO-9 drive; a robot that takes 15 s a move. */
const library: TapeStoreSpecification = {
  kind: 'tape',
  name: 'tape',
  site: 'office',
  read_bytesPerSecond: Infinity,
  write_bytesPerSecond: Infinity,
  latency_s: 0,
  drives: 1,
  drive_bytesPerSecond: 400e6,
  cartridges: 10,
  cartridge_bytes: 18 * TB,
  robot_s: 15,
  load_s: 17,
  locate_s: 45,
  rewind_s: 55,
  pools: 'shared',
  expiry_s: 0,
  usdPerYear: 3000,
  usdPerCartridge: 90,
}

const withVault: TapeStoreSpecification = {
  ...library,
  expiry_s: 28 * DAY_S,
  vault: {
    pickup: { text: 'every 7 days', occurrences: Float64Array.from({ length: 20 }, (_, k) => (k + 1) * 7 * DAY_S) },
    transit_s: 6 * HOUR_S,
    recall: { law: 'constant', value: 24 * HOUR_S },
    rebuild_s: 72 * HOUR_S,
    usdPerPickup: 120,
    usdPerRecall: 300,
  },
}

const put = ({ blobs }: OneStore, name: string, bytes: number) =>
  blobs.put(`files/data/00/${name}`, content(name, bytes))
const get = ({ blobs }: OneStore, name: string) => blobs.get(`files/data/00/${name}`)

for (const [name, specification] of [
  ['a simulated tape library', library],
  [
    'a simulated tape library of three drives with a pool for each dataset',
    { ...library, drives: 3, pools: 'dataset' },
  ],
] as const) {
  describeBlobStore(name, async () => {
    const { simulation, blobs, run } = oneStore(specification)
    return { store: blobs, now: () => START + simulation.now, run }
  })
}

describe('one LTO-9 drive', () => {
  it('fills 18 TB at 400 MB/s in 12.5 h, after 15 s of robot and 17 s of loading', async () => {
    const one = oneStore(library)
    const seconds = await one.seconds(() => put(one, 'a', 18 * TB))
    expect(seconds).toBeCloseTo(12.5 * HOUR_S + 32, 6)
    validated({
      group: 'Devices and bills',
      what: 'LTO-9, 18 TB at 400 MB/s, without robot and loading: h',
      expected: 12.5,
      measured: (seconds - 32) / HOUR_S,
      within: 'exact',
      mark: 'derived',
    })
  })

  it('restores 5 TB from the middle of a tape in 3.4936 h: 15 + 17 + 45 s and 5 TB / 400 MB/s', async () => {
    const one = oneStore(library)
    await one.run(() => put(one, 'before', TB))
    await one.run(() => put(one, 'a', 5 * TB))
    // Another cartridge takes the drive, so that the tape has to be mounted again.
    await one.run(() => put(one, 'elsewhere', 17 * TB))
    const unmount_s = 55 + 15
    const measured = ((await one.seconds(() => get(one, 'a'))) - unmount_s) / HOUR_S
    expect(measured).toBeCloseTo(3.4936, 4)
    const what = 'LTO-9, restore of 5 TB with a 15 s robot: h'
    validated({ group: 'Devices and bills', what, expected: 3.4936, measured, within: 'as printed', mark: 'derived' })
  })

  it('goes on without locating where it stands, writing and reading', async () => {
    const one = oneStore(library)
    await one.run(() => put(one, 'a', 40 * GB))
    expect(await one.seconds(() => put(one, 'b', 40 * GB))).toBeCloseTo(100, 6)
    expect(await one.seconds(() => get(one, 'a'))).toBeCloseTo(145, 6)
    expect(await one.seconds(() => get(one, 'b'))).toBeCloseTo(100, 6)
  })

  it('serves several who come at once one after the other', async () => {
    const one = oneStore(library)
    const names = ['a', 'b', 'c']
    expect(await one.seconds(() => Promise.all(names.map((name) => put(one, name, 40 * GB))))).toBeCloseTo(332, 6)
  })

  it('serves the catalogue without a tape', async () => {
    const one = oneStore(library)
    await one.run(() => one.blobs.put('files/snapshots/1', content('s', 1000)))
    expect(await one.seconds(() => one.blobs.get('files/snapshots/1'))).toBe(0)
  })
})

describe('three drives', () => {
  it('write three streams at once, but for the robot, which has one arm', async () => {
    const one = oneStore({ ...library, drives: 3 })
    const names = ['a', 'b', 'c']
    expect(await one.seconds(() => Promise.all(names.map((name) => put(one, name, 40 * GB))))).toBeCloseTo(
      3 * 15 + 17 + 100,
      6,
    )
  })

  it('are shared with a restore that needs a drive', async () => {
    const one = oneStore({ ...library, drives: 2 })
    await one.run(() => put(one, 'a', 40 * GB))
    const backups = one.simulation.task('backups', () => Promise.all([put(one, 'b', TB), put(one, 'c', TB)]))
    const seconds = await one.seconds(() => get(one, 'a'))
    await one.simulation.complete(backups)
    // It waits for the 1 TB that is being written on its cartridge: 2500 s.
    expect(seconds).toBeGreaterThan(2500)
  })
})

describe('two who read at once from more cartridges than there are drives', () => {
  it('are served cartridge by cartridge, not piece by piece', async () => {
    const one = oneStore({ ...library, cartridge_bytes: 80 * GB })
    for (const name of ['a', 'b']) await one.run(() => put(one, name, 80 * GB))
    const piece = (name: string, number: number) =>
      one.blobs.get(`files/data/00/${name}`, { start: number * 20 * GB, end: (number + 1) * 20 * GB })
    const pieces = [0, 1, 2, 3].flatMap((number) => [piece('b', number), piece('a', number)])
    // b is in the drive, at its end: 45 s to its beginning, 4 × 50 s, the change, 55 + 15 + 15 + 17 s, a: 4 × 50 s.
    expect(await one.seconds(() => Promise.all(pieces))).toBeCloseTo(45 + 200 + 102 + 200, 6)
  })

  it('go before who writes', async () => {
    const one = oneStore({ ...library, cartridge_bytes: 80 * GB })
    for (const name of ['a', 'b']) await one.run(() => put(one, name, 80 * GB))
    const ended: string[] = []
    const writes = ['c', 'd'].map((name) => put(one, name, 20 * GB).then(() => ended.push(name)))
    await one.simulation.run(one.simulation.now + 1)
    const reads = ['a', 'b'].map((name) => get(one, name).then(() => ended.push(name)))
    await one.run(() => Promise.all([...writes, ...reads]))
    // c is being written already.
    expect(ended).toEqual(['c', 'a', 'b', 'd'])
  })
})

describe('the order of reading', () => {
  it('is that of the cartridges, by what lies where, on as many as there are drives', async () => {
    const one = oneStore({ ...library, drives: 2, cartridge_bytes: 80 * GB })
    for (const name of ['a', 'b', 'c']) await one.run(() => put(one, name, 40 * GB))
    const names = ['c', 'b', 'a'].map((name) => `files/data/00/${name}`)
    const [c, b, a] = names
    expect(await one.run(() => one.blobs.prepare!(names))).toEqual({ media: [[a, b], [c]], atOnce: 2 })
  })
})

describe('cartridges', () => {
  const small: TapeStoreSpecification = { ...library, cartridges: 2, cartridge_bytes: 100 * GB, expiry_s: 7 * DAY_S }

  it('run out, and say so', async () => {
    const one = oneStore(small)
    await one.run(() => put(one, 'a', 90 * GB))
    await one.run(() => put(one, 'b', 90 * GB))
    await expect(one.run(() => put(one, 'c', 90 * GB))).rejects.toThrow(StoreFullError)
    await expect(one.run(() => put(one, 'd', 110 * GB))).rejects.toThrow('larger than a cartridge')
  })

  it('are written anew once all on them is deleted and they have expired, not before', async () => {
    const one = oneStore(small)
    await one.run(() => put(one, 'a', 90 * GB))
    await one.run(() => put(one, 'b', 90 * GB))
    await one.run(() => one.blobs.delete('files/data/00/a'))
    await one.simulation.run(6 * DAY_S)
    await expect(one.run(() => put(one, 'c', 90 * GB))).rejects.toThrow('no scratch cartridge left')
    await one.simulation.run(8 * DAY_S)
    await one.run(() => put(one, 'c', 90 * GB))
    expect((await one.run(() => get(one, 'b'))).length).toBe(90 * GB)
  })

  it('hold one dataset each where the pools say so', async () => {
    const shared = oneStore(small)
    const apart = oneStore({ ...small, pools: 'dataset' })
    for (const { blobs, run } of [shared, apart]) {
      await run(() => blobs.put('files/data/00/a', content('a', GB)))
      await run(() => blobs.put('mail/data/00/a', content('a', GB)))
    }
    expect([shared.billed('tape cartridges'), apart.billed('tape cartridges')]).toEqual([90, 180])
  })
})

describe('a cartridge that cannot be read', () => {
  it('takes what was on it, and nothing else', async () => {
    const one = oneStore({ ...library, cartridge_bytes: 100 * GB })
    for (const name of ['a', 'b', 'c']) await one.run(() => put(one, name, 90 * GB))
    one.store.behaviour.failOne!(randomStream(['cartridge']))
    expect(one.store.objects.objects).toBe(2)
  })
})

describe('a vault with a weekly truck', () => {
  it('takes the cartridges with it: a read waits for the recall, and both are billed', async () => {
    const one = oneStore(withVault)
    await one.run(() => put(one, 'a', 40 * GB))
    await one.run(() => put(one, 'b', 40 * GB))
    await one.simulation.run(8 * DAY_S)
    expect(one.billed('tape truck')).toBe(120)
    // 24 h, 32 s to mount, 100 s to read
    expect(await one.seconds(() => get(one, 'a'))).toBeCloseTo(24 * HOUR_S + 132, 6)
    expect(await one.seconds(() => get(one, 'b'))).toBeCloseTo(100, 6)
    expect(one.billed('tape recalls')).toBe(300)
  })

  it('recalls what a restore needs in one delivery', async () => {
    const one = oneStore({ ...withVault, pools: 'dataset' })
    for (const name of ['files', 'mail']) await one.run(() => one.blobs.put(`${name}/data/00/a`, content(name, GB)))
    await one.simulation.run(8 * DAY_S)
    expect(await one.seconds(() => one.blobs.prepare!(['files/data/00/a', 'mail/data/00/a']))).toBe(24 * HOUR_S)
    expect(one.billed('tape recalls')).toBe(300)
  })

  it('can lose a cartridge while others wait for it', async () => {
    const one = oneStore({ ...withVault, cartridges: 1 })
    for (const name of ['a', 'b']) await one.run(() => put(one, name, 40 * GB))
    await one.simulation.run(8 * DAY_S)
    const prepared = one.run(() => one.blobs.prepare!(['files/data/00/a', 'files/data/00/b']))
    one.simulation.after(HOUR_S, () => void one.store.behaviour.failOne!(randomStream(['cartridge'])))
    await prepared
    await expect(one.run(() => get(one, 'a'))).rejects.toThrow(BlobNotFoundError)
  })

  it('leaves with whoever works with it what was recalled: the truck takes it a week later', async () => {
    const one = oneStore(withVault)
    await one.run(() => put(one, 'a', 40 * GB))
    await one.run(() => put(one, 'b', 40 * GB))
    await one.simulation.run(12.9 * DAY_S)
    await one.run(() => get(one, 'a'))
    // It came two hours and a half before the truck of the second week.
    await one.simulation.run(14.2 * DAY_S)
    expect(await one.seconds(() => get(one, 'b'))).toBeCloseTo(100, 6)
    await one.simulation.run(22 * DAY_S)
    expect(await one.seconds(() => get(one, 'b'))).toBeGreaterThan(24 * HOUR_S)
    expect(one.billed('tape recalls')).toBe(2 * 300)
  })

  it('is out of reach of whoever would delete', async () => {
    const one = oneStore(withVault)
    await one.run(() => put(one, 'a', 40 * GB))
    await one.simulation.run(8 * DAY_S)
    await expect(one.run(() => one.blobs.delete('files/data/00/a'))).rejects.toThrow(ObjectLockedError)
    // Brought back when it has expired: then it can be deleted.
    await one.simulation.run(36 * DAY_S)
    await one.run(() => one.blobs.delete('files/data/00/a'))
  })

  it('survives the loss of the library: what went with the last truck can be read, once there is another library', async () => {
    const one = oneStore(withVault)
    await one.run(() => put(one, 'a', 40 * GB))
    await one.run(() => one.blobs.put('files/snapshots/a', content('s', 100)))
    await one.simulation.run(8 * DAY_S)
    await one.run(() => put(one, 'b', 40 * GB))
    await one.run(() => one.blobs.put('files/snapshots/b', content('t', 100)))
    one.store.destroy(new Error('fire'))
    expect(one.store.alive).toBe(true)
    const names = await one.run(async () => {
      const found: string[] = []
      for await (const { name } of one.blobs.list('')) found.push(name)
      return found
    })
    expect(names).toEqual(['files/data/00/a', 'files/snapshots/a'])
    expect(one.simulation.now).toBeCloseTo(8 * DAY_S + 132 + 72 * HOUR_S, 3)
    expect(await one.seconds(() => get(one, 'a'))).toBeCloseTo(24 * HOUR_S + 132, 6)
  })

  it('does not help before the first truck', () => {
    const one = oneStore(withVault)
    one.store.destroy(new Error('fire'))
    expect(one.store.alive).toBe(false)
  })

  it('goes on in a branch of the world with cartridges where they were', async () => {
    const trunk = oneStore(withVault)
    await trunk.run(() => put(trunk, 'a', 40 * GB))
    await trunk.simulation.run(8 * DAY_S)
    await trunk.run(() => put(trunk, 'b', 40 * GB))
    const branch = oneStore(withVault, trunk)
    expect(await branch.seconds(() => get(branch, 'b'))).toBeCloseTo(145, 6)
    expect(await branch.seconds(() => get(branch, 'a'))).toBeGreaterThan(24 * HOUR_S)
  })
})
