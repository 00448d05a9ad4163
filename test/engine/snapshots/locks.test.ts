import { describe, expect, it } from 'vitest'
import { AccessDeniedError, ObjectLockedError } from '../../../src/engine/errors.ts'
import {
  addKey,
  backup,
  check,
  copySnapshots,
  extendLocks,
  forget,
  listKeys,
  mendConfigs,
  openRepository,
  prune,
  removeKey,
  repair,
  synthesiseFull,
} from '../../../src/engine/index.ts'
import type { BackupReport, Repository } from '../../../src/engine/index.ts'
import type { BlobStore } from '../../../src/engine/ports.ts'
import { MemoryFiles } from '../memory-files.ts'
import { MemoryStore } from '../memory-store.ts'
import { DAY_S, START, Workbench, credentials, noise, restored } from '../workbench.ts'

const LOCK_S = 30 * DAY_S

/** A bucket with object lock. */
function lockingBench(): Workbench {
  return new Workbench(new MemoryStore(START, true))
}

/** The store as a program sees it that asks for locks when it puts, and never again. */
function withoutExtension(store: MemoryStore): BlobStore {
  return {
    name: store.name,
    put: (name, parts, options) => store.put(name, parts, options),
    get: (name, range) => store.get(name, range),
    stat: (name) => store.stat(name),
    list: (prefix) => store.list(prefix),
    delete: (name) => store.delete(name),
  }
}

async function lockedBackup(repository: Repository, files: MemoryFiles, lock_s = LOCK_S): Promise<BackupReport> {
  const now = repository.ports.clock.now()
  files.now = now
  return backup(repository, files, {
    type: 'snapshot',
    host: 'here',
    dataset: 'documents',
    window_bytes: 4096,
    lockUntil: now + lock_s,
  })
}

/** Whoever stole the credential deletes all that the store lets him, twice: for what goes by other blobs. */
async function attack(store: MemoryStore): Promise<void> {
  for (const name of store.names())
    await store.delete(name).catch((error: unknown) => {
      if (!(error instanceof ObjectLockedError)) throw error
    })
}

/** Files that change a little every night, so that a snapshot leans on packs of many nights before. */
class Nights {
  readonly files = new MemoryFiles().file('old', noise(1, 20_000))
  readonly states = new Map<string, { readonly state: string[]; readonly lockedUntil: number }>()
  #night = 0

  async pass(bench: Workbench, store: BlobStore): Promise<BackupReport> {
    this.files.file(`night ${this.#night % 7}`, noise(100 + this.#night, 700))
    this.#night++
    const report = await lockedBackup(await bench.open(store), this.files)
    const { id } = report.snapshot
    const lockedUntil = (await bench.store.stat(`snapshots/${id}`)).lockedUntil!
    this.states.set(id, { state: this.files.describe(), lockedUntil })
    return report
  }

  /** Snapshots that are locked at this instant, with what they hold. */
  promised(now: number): Array<readonly [id: string, state: string[]]> {
    return [...this.states].flatMap(([id, { state, lockedUntil }]) => (lockedUntil > now ? [[id, state] as const] : []))
  }
}

describe('what a lock promised', () => {
  it('is there after an attack on any night, with forgetting and pruning going on', async () => {
    const bench = lockingBench()
    await bench.init()
    const nights = new Nights()
    for (let night = 0; night < 75; night++) {
      await nights.pass(bench, bench.store)
      if (night % 7 === 6) {
        const repository = await bench.open()
        // All but the last: only their locks keep them.
        await forget(
          repository,
          (await repository.snapshots()).slice(0, -1).map(({ id }) => id),
        )
        await prune(await bench.open(), { maxUnused: 0, grace_s: 2 * DAY_S })
      }
      bench.pass(DAY_S)
      if (night % 5 !== 4) continue
      const struck = bench.surviving()
      await attack(struck.store)
      const after = await struck.open()
      const promised = nights.promised(struck.store.now)
      expect(promised.length).toBe(Math.min(night + 1, 29))
      for (const [id, state] of promised) expect(await restored(after, id), `night ${night}`).toEqual(state)
      // Packs are gone that nothing promised needs; it is told, and an index without them can be made.
      const { errors } = await check(after, { readData: 1 })
      expect(errors.filter(({ kind, message }) => kind !== 'pack' || message !== 'it is not in the store')).toEqual([])
      await repair(await struck.open())
      expect((await check(await struck.open(), { readData: 1 })).errors).toEqual([])
    }
  })

  it('is not, when only what is put is locked: the packs of the first nights are gone after a month', async () => {
    const bench = lockingBench()
    await bench.init()
    const nights = new Nights()
    for (let night = 0; night < 40; night++) {
      await nights.pass(bench, withoutExtension(bench.store))
      bench.pass(DAY_S)
    }
    const [latest] = nights.promised(bench.store.now).slice(-1)
    const told = await check(await bench.open())
    expect(told.shortLocks.map(({ snapshot }) => snapshot)).toContain(latest![0])
    await attack(bench.store)
    // Not even its keys are left.
    await expect(bench.open()).rejects.toThrow('there is no repository in memory')
  })

  it('costs one extension a pack in every few nights, not in every night', async () => {
    const bench = lockingBench()
    await bench.init()
    const nights = new Nights()
    const extended: number[] = []
    for (let night = 0; night < 12; night++) {
      const { locks } = await nights.pass(bench, bench.store)
      extended.push(locks!.extended)
      bench.pass(DAY_S)
    }
    // Configuration and key are locked by the first backup; packs are put with three days, a tenth of 30, to spare.
    expect(extended.slice(0, 4)).toEqual([2, 0, 0, 0])
    const packs = bench.store.names('data/').length
    expect(Math.max(...extended)).toBeLessThanOrEqual(packs)
    expect(extended.filter((count) => count > 5).length).toBeLessThanOrEqual(3)
  })

  it('holds for copies and for synthetic fulls as well', async () => {
    const origin = lockingBench()
    const from = await origin.init()
    const files = new MemoryFiles().file('a', noise(1, 9000)).file('b', noise(2, 9000))
    const first = await lockedBackup(from, files)
    const bench = lockingBench()
    const to = await bench.init(from)
    const lockUntil = START + LOCK_S
    await copySnapshots(from, to, { lockUntil })
    origin.pass(40 * DAY_S)
    bench.pass(40 * DAY_S)
    const second = await lockedBackup(await origin.open(), files.file('b', noise(3, 9000)))
    await copySnapshots(await origin.open(), await bench.open(), { lockUntil: bench.store.now + LOCK_S })
    bench.pass(20 * DAY_S)
    await attack(bench.store)
    const copies = await (await bench.open()).snapshots()
    expect(copies.map(({ original }) => original)).toEqual([second.snapshot.id])
    expect(await restored(await bench.open(), copies[0]!.id)).toEqual(files.describe())

    const { snapshot } = await synthesiseFull(await origin.open(), second.snapshot.id, {
      lockUntil: origin.store.now + 2 * LOCK_S,
    })
    origin.pass(45 * DAY_S)
    await attack(origin.store)
    expect((await (await origin.open()).snapshots()).map(({ id }) => id)).toEqual([snapshot.id])
    expect(await restored(await origin.open(), snapshot.id)).toEqual(files.describe())
    expect(first.snapshot.id).not.toBe(snapshot.id)
  })
})

describe('locks of what is stored already', () => {
  /** Three snapshots made by a program that never extends; the first packs are unlocked by now. */
  async function neglected(): Promise<{ bench: Workbench; nights: Nights }> {
    const bench = lockingBench()
    await bench.init()
    const nights = new Nights()
    for (let month = 0; month < 3; month++) {
      await nights.pass(bench, withoutExtension(bench.store))
      bench.pass(20 * DAY_S)
    }
    return { bench, nights }
  }

  it('are found too short by check, and mended by extendLocks', async () => {
    const { bench, nights } = await neglected()
    const now = bench.store.now
    const { shortLocks } = await check(await bench.open())
    const [promised] = nights.promised(now)
    expect(shortLocks).toMatchObject([{ snapshot: promised![0], lockedUntil: START + 40 * DAY_S + LOCK_S }])
    expect(shortLocks[0]!.packs).toBeGreaterThan(2)
    const report = await extendLocks(await bench.open())
    expect(report.snapshots).toEqual([promised![0]])
    expect(report.extended).toBeGreaterThan(shortLocks[0]!.packs)
    expect((await check(await bench.open())).shortLocks).toEqual([])
    expect(bench.audit.filter(({ operation }) => operation === 'lock')).toMatchObject([
      { outcome: 'ok', detail: { snapshots: 1, extended: report.extended } },
    ])
    await attack(bench.store)
    expect(await restored(await bench.open(), promised![0])).toEqual(promised![1])
  })

  it('can be made longer than what was asked for at the backup', async () => {
    const { bench, nights } = await neglected()
    const [first] = nights.states.keys()
    await extendLocks(await bench.open(), { snapshots: [first!], lockUntil: bench.store.now + 365 * DAY_S })
    bench.pass(364 * DAY_S)
    await attack(bench.store)
    expect(await restored(await bench.open(), first!)).toEqual(nights.states.get(first!)!.state)
    expect((await (await bench.open()).snapshots()).map(({ id }) => id)).toEqual([first])
    await expect(extendLocks(await bench.open(), { snapshots: ['f00d'] })).rejects.toThrow('there is no snapshot f00d')
  })

  it('may be extended by a writer, who may not shorten or delete, and not by a reader', async () => {
    const { bench, nights } = await neglected()
    const administrator = await bench.open()
    for (const role of ['writer', 'reader'] as const)
      await addKey(administrator, { password: role, principal: role, role })
    const as = (role: string): Promise<Repository> =>
      openRepository(bench.ports, bench.store, { password: role, principal: role })
    await expect(extendLocks(await as('reader'))).rejects.toThrow(AccessDeniedError)
    expect(bench.audit.at(-1)).toMatchObject({ operation: 'lock', outcome: 'refused', principal: 'reader' })
    const writer = await as('writer')
    const { extended } = await extendLocks(writer)
    expect(extended).toBeGreaterThan(0)
    const locks = async (): Promise<Array<number | undefined>> =>
      Promise.all(bench.store.names().map(async (name) => (await bench.store.stat(name)).lockedUntil))
    const before = await locks()
    for (const name of bench.store.names()) await writer.store.extendLock!(name, START)
    await extendLocks(await as('writer'), { lockUntil: bench.store.now + 1 })
    expect(await locks()).toEqual(before)
    await expect(forget(writer, [...nights.states.keys()])).rejects.toThrow(AccessDeniedError)
  })

  it('hold keys too: one that is locked opens the repository until its lock ends', async () => {
    const { bench } = await neglected()
    const { id } = await addKey(await bench.open(), { password: 'second', principal: 'somebody' })
    await extendLocks(await bench.open())
    await expect(removeKey(await bench.open(), id)).rejects.toThrow(ObjectLockedError)
    expect((await listKeys(await bench.open())).length).toBe(2)
    bench.pass(2 * LOCK_S)
    await removeKey(await bench.open(), id)
    expect((await listKeys(await bench.open())).length).toBe(1)
  })

  it('hold the configuration and its copy, also when one is put back', async () => {
    const { bench } = await neglected()
    await mendConfigs(await bench.open())
    await extendLocks(await bench.open())
    for (const blob of ['config', 'config-copy'])
      await expect(bench.store.delete(blob), blob).rejects.toThrow(ObjectLockedError)
    bench.store.damage('config-copy', () => undefined)
    await mendConfigs(await bench.open())
    await expect(bench.store.delete('config-copy')).rejects.toThrow(ObjectLockedError)
  })

  it('that the store refuses to extend cost no backup, and are reported', async () => {
    const { bench, nights } = await neglected()
    const refusing: BlobStore = Object.assign(withoutExtension(bench.store), {
      async extendLock(name: string): Promise<undefined> {
        throw new AccessDeniedError(`cannot extend the lock of ${name}: the store refuses it`)
      },
    })
    const { snapshot, locks } = await nights.pass(bench, refusing)
    expect(locks).toMatchObject({ extended: 0, failure: expect.stringContaining('the store refuses it') })
    expect(bench.warnings.at(-1)).toContain('not all that the snapshot needs is locked as long as it is')
    expect(await restored(await bench.open(), snapshot.id)).toEqual(nights.files.describe())
  })

  it('do not exist in a store without any', async () => {
    const bench = new Workbench()
    await bench.init()
    const { locks } = await lockedBackup(await bench.open(), new MemoryFiles().file('a', 'b'))
    expect(locks).toMatchObject({ failure: 'memory has no object lock' })
    const opened = await openRepository(bench.ports, withoutExtension(bench.store), credentials)
    await expect(extendLocks(opened)).rejects.toThrow('memory has no object lock')
  })
})
