import { describe, expect, it } from 'vitest'
import { check, copySnapshots, forget, prune } from '../../src/engine/index.ts'
import type { Repository } from '../../src/engine/index.ts'
import type { MemoryFiles } from './memory-files.ts'
import { DAY_S, Workbench, backUp, noise, restored, smallTree } from './workbench.ts'

/**
 * The store dies at each write of an operation in turn, before the write takes effect and after it. Whoever comes then
 * finds all snapshots that were there before, whole; no errors; and the operation can be done again.
 */
async function expectToSurvive(
  prepare: () => Promise<{ bench: Workbench; states: Map<string, string[]> }>,
  operation: (repository: Repository) => Promise<unknown>,
  finished: (bench: Workbench, states: Map<string, string[]>) => Promise<void>,
): Promise<number> {
  const { bench, states } = await prepare()
  let writes = 0
  for (let isDone = false; !isDone; writes++) {
    for (const afterEffect of [false, true]) {
      const attempt = bench.surviving()
      const repository = await attempt.open()
      attempt.store.dieAtWrite(writes, afterEffect)
      isDone = await operation(repository).then(
        () => true,
        () => false,
      )
      const after = attempt.surviving()
      const reopened = await after.open()
      const where = `write ${writes}, ${afterEffect ? 'after' : 'before'} its effect`
      expect((await check(reopened, { readData: 1 })).errors, where).toEqual([])
      for (const { id } of await reopened.snapshots()) {
        const expected = states.get(id)
        if (expected !== undefined) expect(await restored(reopened, id), where).toEqual(expected)
        // Made by the operation: whole, if it is there.
        else await restored(reopened, id)
      }
      await operation(await after.open())
      const again = await after.open()
      expect((await check(again, { readData: 1 })).errors, where).toEqual([])
      await finished(after, states)
      // The client that saw the store fail may go on as well, once the store is back.
      attempt.store.revive()
      await operation(repository)
      expect((await check(await attempt.open(), { readData: 1 })).errors, where).toEqual([])
      await finished(attempt, states)
    }
  }
  return writes
}

/** Three snapshots of a tree that changes. */
async function history(): Promise<{
  bench: Workbench
  states: Map<string, string[]>
  files: MemoryFiles
  ids: string[]
}> {
  const bench = new Workbench()
  const repository = await bench.init()
  const files = smallTree()
  const states = new Map<string, string[]>()
  const ids: string[] = []
  for (const day of [1, 2, 3]) {
    files
      .file('photos/large', Uint8Array.from([...noise(day, 3000), ...noise(1, 6000)]))
      .file(`day ${day}`, noise(10 + day, 500))
    if (day > 1) files.remove(`day ${day - 1}`)
    const { id } = await backUp(repository, files)
    ids.push(id)
    states.set(id, files.describe())
    bench.pass(DAY_S)
  }
  return { bench, states, files, ids }
}

describe('a crash at any write', () => {
  it('of a backup loses nothing, and the next backup completes', async () => {
    const { files } = await history()
    files.file('letters/new', noise(50, 5000)).file('photos/deep/another', noise(51, 3000)).remove('log')
    const writes = await expectToSurvive(
      history,
      (repository) => backUp(repository, files),
      async (bench) => {
        const repository = await bench.open()
        const newest = (await repository.snapshots()).at(-1)!
        expect(await restored(repository, newest.id)).toEqual(files.describe())
      },
    )
    expect(writes).toBeGreaterThan(4)
  })

  it('of the first backup, and of init, leaves a repository or none', async () => {
    for (let write = 0; write < 3; write++) {
      for (const afterEffect of [false, true]) {
        const bench = new Workbench()
        bench.store.dieAtWrite(write, afterEffect)
        await bench.init().catch(() => {})
        const after = bench.surviving()
        const repository = await after.open().catch(() => after.init())
        const files = smallTree()
        const { id } = await backUp(repository, files)
        expect(await restored(await after.open(), id)).toEqual(files.describe())
      }
    }
  })

  it('of a copy loses nothing on either side, and the next copy completes', async () => {
    const origin = await history()
    const from = await origin.bench.open()
    const writes = await expectToSurvive(
      async () => {
        const bench = new Workbench()
        const to = await bench.init(from)
        await copySnapshots(from, to, { snapshots: [origin.ids[0]!] })
        const states = new Map([[(await to.snapshots())[0]!.id, origin.states.get(origin.ids[0]!)!]])
        return { bench, states }
      },
      (to) => copySnapshots(from, to),
      async (bench) => {
        const to = await bench.open()
        const copies = await to.snapshots()
        expect(copies.map(({ original }) => original)).toEqual(origin.ids)
        for (const { id, original } of copies) expect(await restored(to, id)).toEqual(origin.states.get(original!))
      },
    )
    expect(writes).toBeGreaterThan(6)
  })

  it('of forget loses nothing that is not forgotten, and forgetting completes', async () => {
    const { ids } = await history()
    const writes = await expectToSurvive(
      history,
      async (repository) =>
        forget(
          repository,
          (await repository.snapshots()).slice(0, 2).map(({ id }) => id),
        ),
      async (bench) => {
        // Done twice where the first had got through.
        expect((await (await bench.open()).snapshots()).length).toBeLessThanOrEqual(1)
      },
    )
    expect(writes).toBe(3)
    expect(ids).toHaveLength(3)
  })

  for (const grace_s of [0, DAY_S]) {
    it(`of prune loses nothing that is needed, and pruning completes (grace ${grace_s} s)`, async () => {
      const writes = await expectToSurvive(
        async () => {
          const { bench, states, ids } = await history()
          // Some packs are needed in part, one was marked a while ago, one was left by a backup that died.
          await forget(await bench.open(), [ids[0]!])
          await prune(await bench.open(), { maxUnused: 1, grace_s: DAY_S })
          bench.pass(2 * DAY_S)
          const [second] = await (await bench.open()).snapshots()
          await forget(await bench.open(), [second!.id])
          const dying = bench.surviving()
          dying.store.dieAtWrite(1, true)
          await backUp(await dying.open(), smallTree().file('more', noise(77, 20_000))).catch(() => {})
          const left = dying.surviving()
          left.pass(2 * DAY_S)
          return { bench: left, states }
        },
        (repository) => prune(repository, { maxUnused: 0, grace_s }),
        async (bench, states) => {
          for (let round = 0; round < 2; round++) {
            bench.pass(2 * DAY_S)
            await prune(await bench.open(), { maxUnused: 0, grace_s })
          }
          const repository = await bench.open()
          const snapshots = await repository.snapshots()
          expect(snapshots).toHaveLength(1)
          expect(await restored(repository, snapshots[0]!.id)).toEqual(states.get(snapshots[0]!.id))
          const report = await check(repository, { readData: 1 })
          expect(report.errors).toEqual([])
          expect(report.unreferenced).toEqual([])
          const { plan } = await prune(repository, { maxUnused: 0, grace_s, dryRun: true })
          expect(plan).toMatchObject({ remove: [], mark: [], repack: [], waiting: [], sweep: [], unused_bytes: 0 })
        },
      )
      expect(writes).toBeGreaterThan(grace_s === 0 ? 4 : 2)
    })
  }

  it('of a prune that joins index files keeps them all', async () => {
    const many = async (): Promise<{ bench: Workbench; states: Map<string, string[]> }> => {
      const bench = new Workbench()
      const repository = await bench.init()
      const files = smallTree()
      const states = new Map<string, string[]>()
      for (let number = 0; number < 18; number++) {
        const { id } = await backUp(repository, files.file('changing', noise(number, 600)))
        states.set(id, files.describe())
        bench.pass(DAY_S)
      }
      return { bench, states }
    }
    await expectToSurvive(
      many,
      (repository) => prune(repository, { maxUnused: 1, grace_s: DAY_S }),
      async (bench, states) => {
        const repository = await bench.open()
        expect((await repository.snapshots()).length).toBe(states.size)
        expect(bench.store.names('index/').length).toBeLessThanOrEqual(17)
      },
    )
  })
})
