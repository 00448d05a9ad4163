import { describe, expect, it } from 'vitest'
import { backup, check, copySnapshots, prune } from '../../src/engine/index.ts'
import type { Repository } from '../../src/engine/index.ts'
import { MemoryFiles } from './memory-files.ts'
import { Workbench, backUp, noise, restored } from './workbench.ts'

/** 400 kB that do not compress, in packs of 4 KiB: some hundred. */
const PACKS = 98
const files = new MemoryFiles().file('disk.img', noise(7, 250_000)).file('films/one', noise(8, 150_000))

type Work = (repository: Repository, signal?: AbortSignal) => Promise<unknown>

const backingUp: Work = (repository, signal) =>
  backup(repository, files, {
    type: 'snapshot',
    host: 'here',
    dataset: 'documents',
    window_bytes: 4096,
    ...(signal === undefined ? {} : { signal }),
  })

/** A repository to fill, and what fills it: a first backup, or a copy of one. */
async function seed(kind: 'backup' | 'copy'): Promise<{ bench: Workbench; work: Work }> {
  const bench = new Workbench()
  if (kind === 'backup') {
    await bench.init()
    return { bench, work: backingUp }
  }
  const from = await new Workbench().init()
  await bench.init(from)
  await backUp(from, files)
  return { bench, work: (to, signal) => copySnapshots(from, to, signal === undefined ? {} : { signal }) }
}

/** Calls `begun` with the number of the pack, of those of this night, that is about to be stored. */
function countPacks(bench: Workbench, begun: (pack: number) => void): void {
  let packs = 0
  bench.store.onRequest = (operation, name) => {
    if (operation === 'put' && name.startsWith('data/')) begun(++packs)
  }
}

async function expectDone(bench: Workbench): Promise<void> {
  bench.store.onRequest = undefined
  const repository = await bench.open()
  expect((await check(repository, { readData: 1 })).errors).toEqual([])
  const [snapshot] = await repository.snapshots()
  expect(await restored(repository, snapshot!.id)).toEqual(files.describe())
}

describe.each(['backup', 'copy'] as const)('a first %s that takes several nights', (kind) => {
  it('ends after as many as its bytes need when each calls it off', async () => {
    const { bench, work } = await seed(kind)
    const stopped = new Error('its window has ended')
    let nights = 1
    for (; nights < 30; nights++) {
      const night = new AbortController()
      countPacks(bench, (pack) => {
        if (pack === 20) night.abort(stopped)
      })
      const outcome = await work(await bench.open(), night.signal).then(
        () => 'done',
        (error: unknown) => error,
      )
      if (outcome === 'done') break
      expect(outcome).toBe(stopped)
    }
    // 20 a night, and those that were under way.
    expect(nights).toBeGreaterThan(3)
    expect(nights).toBeLessThanOrEqual(5)
    expect(bench.store.names('data/').length).toBeLessThan(PACKS + 2 * nights)
    await expectDone(bench)
  })

  it('loses half an hour of each when the power fails', async () => {
    const { bench, work } = await seed(kind)
    let nights = 1
    for (; nights < 30; nights++) {
      // A pack in three minutes. After 25 nothing works any more.
      let isDead = false
      countPacks(bench, (pack) => {
        bench.pass(180)
        isDead ||= pack > 25
        if (isDead) throw new Error('no power')
      })
      const counted = bench.store.onRequest!
      bench.store.onRequest = (operation, name) => {
        if (isDead) throw new Error('no power')
        return counted(operation, name)
      }
      const isDone = await work(await bench.open()).then(
        () => true,
        () => false,
      )
      bench.store.onRequest = undefined
      if (isDone) break
      // Of 25 packs a night at least 14 stay, but not those of the last minutes, which no index file lists.
      const reopened = await bench.open()
      await reopened.loadIndex()
      const kept = reopened.index.packs().length
      expect(kept).toBeGreaterThanOrEqual(14 * nights)
      expect(kept).toBeLessThan(25 * nights)
    }
    expect(nights).toBeLessThanOrEqual(7)
    await expectDone(bench)
  })

  it('goes on in the same program after its store was full', async () => {
    const { bench, work } = await seed(kind)
    const repository = await bench.open()
    countPacks(bench, (pack) => {
      if (pack > 60) throw new Error('no room')
    })
    await expect(work(repository)).rejects.toThrow('no room')
    const stored = bench.store.names('data/').length
    countPacks(bench, () => {})
    await work(repository)
    expect(bench.store.names('data/').length).toBeLessThan(PACKS + 10)
    expect(stored).toBeGreaterThanOrEqual(60)
    await expectDone(bench)
  })
})

describe.each(['backup', 'copy'] as const)('a first %s with a prune between its nights', (kind) => {
  it('goes on from what is stored, which the prune leaves', async () => {
    const { bench, work } = await seed(kind)
    const night = new AbortController()
    countPacks(bench, (pack) => {
      if (pack === 60) night.abort(new Error('its window has ended'))
    })
    await expect(work(await bench.open(), night.signal)).rejects.toThrow('its window')
    bench.store.onRequest = undefined
    const stored = bench.store.names('data/').length
    bench.pass(86_400)
    const { plan } = await prune(await bench.open(), { unfinished_s: 14 * 86_400 })
    expect(plan).toMatchObject({ mark: [], remove: [] })
    expect(plan.unfinished).toHaveLength(stored)
    await work(await bench.open())
    // All but the pack that was being filled has served.
    expect(bench.store.names('data/').length).toBeLessThanOrEqual(PACKS + 4)
    await expectDone(bench)
  })
})
