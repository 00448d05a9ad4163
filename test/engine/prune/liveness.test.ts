import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { backup, forget, openRepository, prune } from '../../../src/engine/index.ts'
import type { Repository, Snapshot } from '../../../src/engine/index.ts'
import type { ChunkIndex } from '../../../src/engine/index/chunk-index.ts'
import { neededEntries } from '../../../src/engine/prune/use.ts'
import { MemoryFiles } from '../memory-files.ts'
import { DAY_S, START, Workbench, credentials, noise } from '../workbench.ts'

type Step =
  | { do: 'backup'; file: number; content: number; dataset: string }
  | { do: 'forget'; nth: number }
  | { do: 'prune'; by: 'this client' | 'another client' }
  | { do: 'fork' }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('backup' as const),
      file: fc.nat(3),
      content: fc.nat(5),
      dataset: fc.constantFrom('documents', 'mail'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), nth: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('prune' as const),
      by: fc.constantFrom('this client' as const, 'another client' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const) }) },
)

/** Addresses of what is needed: of a chunk that is stored twice, either place is right. */
function needed({ index }: Repository, isNeeded: (entry: number) => boolean): string[] {
  const addresses = new Set<string>()
  for (let entry = 0; entry < index.entries; entry++) if (isNeeded(entry)) addresses.add(addressOf(index, entry))
  return [...addresses].sort()
}

/** The place of the snapshot that was the last to need each address, as the counts say it. */
function countedNewest({ index, cache }: Repository, snapshots: readonly Snapshot[]): ReadonlyMap<string, number> {
  const liveness = cache.liveness!
  const entries = [...Array(index.entries).keys()].filter((entry) => liveness.isNeeded(entry))
  const places = liveness.lastNeeding(snapshots, entries)
  return sorted(entries.map((entry, at) => [addressOf(index, entry), places[at]!]))
}

/** The same by walking from each snapshot. */
async function walkedNewest(
  repository: Repository,
  snapshots: readonly Snapshot[],
): Promise<ReadonlyMap<string, number>> {
  const newest: Array<[string, number]> = []
  for (const [place, snapshot] of snapshots.entries()) {
    const walked = await neededEntries(repository, [snapshot])
    for (const [entry, isNeeded] of walked.entries())
      if (isNeeded === 1) newest.push([addressOf(repository.index, entry), place])
  }
  return sorted(newest)
}

/** Of one address the last counts. */
function sorted(places: ReadonlyArray<readonly [address: string, place: number]>): ReadonlyMap<string, number> {
  return new Map([...new Map(places)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function addressOf(index: ChunkIndex, entry: number): string {
  return Buffer.from(index.addressOf(entry)).toString('hex')
}

/** What each step leaves to be looked at: the client that has counted, and one that has not. */
type Check = (repository: Repository, fresh: Repository) => Promise<void>

async function carryOut(steps: readonly Step[], contentOf: (step: number, drawn: number) => number, check: Check) {
  const bench = new Workbench()
  let repository = await bench.init()
  const files = new MemoryFiles(START)
  const options = { grace_s: 2 * DAY_S, maxUnused: 0 }
  for (const [number, step] of [...steps, { do: 'prune', by: 'this client' } as const].entries()) {
    bench.pass(DAY_S)
    if (step.do === 'backup') {
      const content = noise(contentOf(number, step.content), 9000)
      files.file(`directory ${step.file % 2}/file ${step.file}`, content)
      files.now = repository.ports.clock.now()
      const of = { type: 'snapshot', host: 'here', dataset: step.dataset, window_bytes: 4096 } as const
      await backup(repository, files, of)
    } else if (step.do === 'forget') {
      const snapshots = await repository.snapshots()
      const chosen = snapshots[step.nth]
      if (chosen !== undefined) await forget(repository, [chosen.id])
    } else if (step.do === 'fork') {
      // The original goes on to prune; what the fork knows must not change by that.
      const { cache } = repository
      const fork = cache.fork()
      await prune(repository, options)
      repository = await openRepository(bench.ports, bench.store, credentials, fork)
    } else {
      await prune(step.by === 'this client' ? repository : await bench.open(), options)
      if (step.by === 'another client') continue
      const fresh = await bench.open()
      await fresh.loadIndex()
      await check(repository, fresh)
    }
  }
}

describe('what snapshots need, counted from one prune to the next', () => {
  test.prop([fc.array(anyStep, { minLength: 2, maxLength: 14 })], { numRuns: 40 })(
    'is what a walk from all of them finds, whatever came and went between',
    async (steps) => {
      // Few contents: chunks come back, and lie in several files at once.
      await carryOut(
        steps,
        (_, drawn) => drawn,
        async (repository, fresh) => {
          const { liveness } = repository.cache
          const walked = await neededEntries(fresh, await fresh.snapshots())
          expect(needed(repository, (entry) => liveness!.isNeeded(entry))).toEqual(
            needed(fresh, (entry) => walked[entry] === 1),
          )
          // All of it is where it can be read.
          for (let entry = 0; entry < repository.index.entries; entry++)
            if (liveness!.isNeeded(entry)) expect(repository.index.storedAs(entry)).toBeGreaterThanOrEqual(0)
        },
      )
    },
  )

  test.prop([fc.array(anyStep, { minLength: 2, maxLength: 14 })], { numRuns: 40 })(
    'was needed last by the snapshot that a walk from each of them finds, where nothing comes back that was gone',
    async (steps) => {
      const ofOneDataset = steps.map((step) => (step.do === 'backup' ? { ...step, dataset: 'documents' } : step))
      await carryOut(
        ofOneDataset,
        (number) => number,
        async (repository, fresh) => {
          expect(countedNewest(repository, await repository.snapshots())).toEqual(
            await walkedNewest(fresh, await fresh.snapshots()),
          )
        },
      )
    },
  )
})
