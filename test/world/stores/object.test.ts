import { describe, expect, it } from 'vitest'
import { BlobNotFoundError, ObjectLockedError } from '../../../src/engine/errors.ts'
import type { ObjectStoreSpecification } from '../../../src/world/stores/index.ts'
import { describeBlobStore } from '../../adapters/blob-store-conformance.ts'
import { DAY_S, HOUR_S, START, content, oneStore } from './one-store.ts'

const GB = 1e9
const TB = 1e12
const MONTH_S = 30.4375 * DAY_S

const prices = {
  storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.02 }],
  putPerThousand_usd: 0.005,
  getPerThousand_usd: 0.0004,
  retrievalPerGB_usd: 0,
  egress: [],
  minimumStorage_s: 0,
}
const archive = {
  class: 'archive',
  prices: {
    ...prices,
    storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.001 }],
    putPerThousand_usd: 0.05,
    minimumStorage_s: 180 * DAY_S,
  },
  thaw: {
    tier: 'standard',
    delay: { law: 'constant', value: 12 * HOUR_S },
    usdPerGB: 0.02,
    perThousand_usd: 0.1,
    stays_s: 7 * DAY_S,
  },
} as const

const bucket: ObjectStoreSpecification = {
  kind: 'object',
  name: 's3',
  site: 'cloud',
  class: 'standard',
  read_bytesPerSecond: Infinity,
  write_bytesPerSecond: Infinity,
  latency_s: 0.1,
  lock_s: 0,
  prices,
}

const aging: ObjectStoreSpecification = {
  ...bucket,
  lifecycle: [{ ...archive, after_s: 30 * DAY_S, transitionPerThousand_usd: 0.05 }],
}

describeBlobStore('a simulated bucket with versions, limits and an archive', async () => {
  const { simulation, blobs, run } = oneStore({
    ...aging,
    keepsDeleted_s: 30 * DAY_S,
    requestRates: { puts_perSecond: 100, gets_perSecond: 100 },
  })
  return { store: blobs, now: () => START + simulation.now, run }
})

describe('a lifecycle that archives packs after 30 days', () => {
  it('bills a month at the first price, then the next at the archive and the transition', async () => {
    const { simulation, blobs, run, billed } = oneStore({ ...aging, latency_s: 0 })
    await run(() => blobs.put('files/data/00/a', content('a', TB)))
    await simulation.run(30 * DAY_S + MONTH_S)
    // 30 days of 1000 GB at 0.02, then one month at 0.001
    expect(billed('s3 stored')).toBeCloseTo((1000 * 0.02 * 30) / 30.4375, 6)
    expect(billed('s3 archive stored')).toBeCloseTo(1000 * 0.001, 6)
    expect(billed('s3 to archive')).toBeCloseTo(0.05 / 1000, 9)
  })

  it('charges what is missing of the minimum of the archive when a pack is deleted early', async () => {
    const { simulation, blobs, run, billed } = oneStore({ ...aging, latency_s: 0 })
    await run(() => blobs.put('files/data/00/a', content('a', TB)))
    await simulation.run(90 * DAY_S)
    await run(() => blobs.delete('files/data/00/a'))
    // 60 of 180 days in the archive: 120 are missing
    expect(billed('s3 deleted early')).toBe(0)
    expect(billed('s3 archive deleted early')).toBeCloseTo((1000 * 0.001 * 120) / 30.4375, 6)
  })

  it('archives packs only, also of a dataset that is called data', async () => {
    const { simulation, blobs, run, seconds } = oneStore(aging)
    for (const name of ['data/config', 'data/keys/00', 'data/data/00/a'])
      await run(() => blobs.put(name, content(name, 1000)))
    await simulation.run(40 * DAY_S)
    expect(await seconds(() => blobs.get('data/config'))).toBeLessThan(1)
    expect(await seconds(() => blobs.get('data/keys/00'))).toBeLessThan(1)
    expect(await seconds(() => blobs.get('data/data/00/a'))).toBeGreaterThan(12 * HOUR_S)
  })

  it('reads young packs at once; old ones after 12 hours, for a fee, and then for a week at once', async () => {
    const { simulation, blobs, run, seconds, billed } = oneStore(aging)
    await run(() => blobs.put('files/data/00/a', content('a', 100 * GB)))
    expect(await seconds(() => blobs.get('files/data/00/a'))).toBeCloseTo(0.1, 9)
    await simulation.run(40 * DAY_S)
    expect(await seconds(() => blobs.get('files/data/00/a', { start: 0, end: 10 }))).toBeCloseTo(12 * HOUR_S + 0.1, 6)
    // The whole object is thawed, whatever part is read: 100 GB × 0.02 + one request.
    expect(billed('s3 archive, standard')).toBeCloseTo(2 + 0.1 / 1000, 9)
    expect(await seconds(() => blobs.get('files/data/00/a'))).toBeCloseTo(0.1, 6)
    await simulation.run(50 * DAY_S)
    expect(await seconds(() => blobs.get('files/data/00/a'))).toBeGreaterThan(12 * HOUR_S)
  })

  it('thaws all packs of a restore in one wait, and never keeps the metadata of a repository', async () => {
    const { simulation, blobs, run, seconds } = oneStore(aging)
    for (const name of ['a', 'b', 'c']) await run(() => blobs.put(`files/data/00/${name}`, content(name, GB)))
    await run(() => blobs.put('files/snapshots/a', content('s', 1000)))
    await simulation.run(40 * DAY_S)
    expect(await seconds(() => blobs.get('files/snapshots/a'))).toBeCloseTo(0.1, 6)
    const names = ['a', 'b', 'c'].map((name) => `files/data/00/${name}`)
    expect(await seconds(() => blobs.prepare!(names))).toBeCloseTo(12 * HOUR_S, 6)
    for (const name of names) expect(await seconds(() => blobs.get(name))).toBeCloseTo(0.1, 6)
  })

  it('holds young packs where they are for whoever restores: midnight archives nothing under his hands', async () => {
    const { simulation, blobs, run, seconds } = oneStore(aging)
    await run(() => blobs.put('files/data/00/old', content('old', GB)))
    await simulation.run(29.5 * DAY_S)
    await run(() => blobs.put('files/data/00/young', content('young', GB)))
    await simulation.run(59 * DAY_S)
    const names = ['old', 'young'].map((name) => `files/data/00/${name}`)
    expect(await seconds(() => blobs.prepare!(names))).toBeCloseTo(12 * HOUR_S, 6)
    await simulation.run(61 * DAY_S)
    expect(await seconds(() => blobs.get('files/data/00/young'))).toBeCloseTo(0.1, 6)
    // A week later nobody holds it any more.
    await simulation.run(70 * DAY_S)
    expect(await seconds(() => blobs.get('files/data/00/young'))).toBeCloseTo(12 * HOUR_S + 0.1, 6)
  })

  it('goes on in a branch of the world with the classes and what is thawed', async () => {
    const trunk = oneStore(aging)
    await trunk.run(() => trunk.blobs.put('files/data/00/a', content('a', GB)))
    await trunk.run(() => trunk.blobs.put('files/data/00/b', content('b', GB)))
    await trunk.simulation.run(40 * DAY_S)
    await trunk.run(() => trunk.blobs.get('files/data/00/a'))
    const branch = oneStore(aging, trunk)
    expect(await branch.seconds(() => branch.blobs.get('files/data/00/a'))).toBeCloseTo(0.1, 6)
    expect(await branch.seconds(() => branch.blobs.get('files/data/00/b'))).toBeGreaterThan(12 * HOUR_S)
  })
})

describe('a lifecycle to a class that can be read at once, for a fee', () => {
  const infrequent = {
    class: 'infrequent',
    prices: { ...prices, getPerThousand_usd: 0.001, retrievalPerGB_usd: 0.01, minimumStorage_s: 30 * DAY_S },
  }
  const cooling: ObjectStoreSpecification = {
    ...bucket,
    lifecycle: [{ ...infrequent, after_s: 30 * DAY_S, transitionPerThousand_usd: 0.01 }],
  }

  it('charges what is read by the class that it is in', async () => {
    const { simulation, blobs, run, billed } = oneStore(cooling)
    await run(() => blobs.put('files/data/00/old', content('old', 100 * GB)))
    await run(() => blobs.put('files/snapshots/a', content('s', 1000)))
    await simulation.run(20 * DAY_S)
    await run(() => blobs.put('files/data/00/young', content('young', 50 * GB)))
    await simulation.run(40 * DAY_S)
    for (const name of ['data/00/old', 'data/00/young', 'snapshots/a']) await run(() => blobs.get(`files/${name}`))
    // 100 GB at 0.01 and one request at 0.001 a thousand; what is young, and no pack, at the first class's prices
    expect(billed('s3 infrequent')).toBeCloseTo(1, 9)
    expect(billed('s3 infrequent GET')).toBeCloseTo(0.001 / 1000, 12)
    expect(billed('s3')).toBe(0)
    expect(billed('s3 GET')).toBeCloseTo((2 * 0.0004) / 1000, 12)
    expect(billed('s3 to infrequent')).toBeCloseTo(0.01 / 1000, 12)
  })
})

describe('a limit of 100 requests a second', () => {
  it('lets a burst of one second pass and holds back the rest', async () => {
    const { blobs, seconds } = oneStore({ ...bucket, requestRates: { puts_perSecond: 100, gets_perSecond: 1000 } })
    const puts = Array.from({ length: 1000 }, (_, k) => blobs.put.bind(blobs, `data/${k}`, content(`${k}`, 10)))
    // (1000 − 100) / 100 per second, and the latency
    expect(await seconds(() => Promise.all(puts.map((put) => put())))).toBeCloseTo(9.1, 6)
    expect(await seconds(() => blobs.get('data/1'))).toBeCloseTo(0.1, 6)
  })
})

describe('a bucket that keeps what is deleted for 30 days', () => {
  const versioned: ObjectStoreSpecification = { ...bucket, latency_s: 0, keepsDeleted_s: 30 * DAY_S }

  it('hides it, bills it, and brings it back', async () => {
    const { simulation, store, blobs, run } = oneStore(versioned)
    await run(() => blobs.put('files/data/00/a', content('a', GB)))
    await simulation.run(DAY_S)
    await run(() => blobs.delete('files/data/00/a'))
    await expect(run(() => blobs.get('files/data/00/a'))).rejects.toThrow(BlobNotFoundError)
    expect(store.objects.stored_bytes).toBe(GB)
    await simulation.run(20 * DAY_S)
    expect(store.objects.undelete(START + 2 * DAY_S)).toEqual([])
    expect(store.objects.undelete(START + DAY_S)).toEqual(['files/data/00/a'])
    expect((await run(() => blobs.get('files/data/00/a'))).length).toBe(GB)
  })

  it('loses it after 30 days, and at once to whoever may delete versions', async () => {
    const { simulation, store, blobs, run, billed } = oneStore(versioned)
    await run(() => blobs.put('a', content('a', GB)))
    await run(() => blobs.delete('a'))
    await simulation.run(60 * DAY_S)
    expect([store.objects.stored_bytes, store.objects.undelete(0)]).toEqual([0, []])
    expect(billed('s3 stored')).toBeCloseTo((0.02 * 30) / 30.4375, 9)
    await run(() => blobs.put('b', content('b', GB)))
    await run(() => blobs.delete('b'))
    store.objects.purgeDeleted()
    expect([store.objects.stored_bytes, store.objects.undelete(0)]).toEqual([0, []])
  })

  it('does not undo object lock', async () => {
    const { blobs, run } = oneStore({ ...versioned, lock_s: 10 * DAY_S })
    await run(() => blobs.put('a', content('a', GB)))
    await expect(run(() => blobs.delete('a'))).rejects.toThrow(ObjectLockedError)
  })
})
