import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  Extents,
  VirtualFileSystem,
  compareTrees,
  extentStream,
  virtualSource,
  virtualTarget,
} from '../../../src/adapters/virtual/index.ts'
import { backup, forget, prune, restore } from '../../../src/engine/index.ts'
import { FileSystemError } from '../../../src/engine/errors.ts'
import type { Content } from '../../../src/engine/ports.ts'
import { noise } from '../../engine/workbench.ts'
import { simulatedRepository } from './simulated-repository.ts'

const START = Date.UTC(2026, 0, 5) / 1000
const HOUR_S = 3600
const AVG_BYTES = 1024

const path = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a')
/** Few contents: what is written may be there already, here, elsewhere, or in a snapshot only. */
const content = fc.record({ of: fc.nat(3), offset: fc.nat(5000), length: fc.nat(30_000) })
type Step =
  | { do: 'make a directory' | 'remove'; path: string }
  | { do: 'write'; path: string; content: { of: number; offset: number; length: number } }
  | {
      do: 'replace'
      path: string
      at: number
      gone: number
      content: { of: number; offset: number; length: number }
    }
  | { do: 'rename' | 'link'; path: string; to: string }
  | { do: 'back up' | 'prune' }
  | { do: 'forget'; nth: number }

const word = <T extends string>(value: T): fc.Arbitrary<T> => fc.constant(value)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: word('make a directory'), path }),
  fc.record({ do: word('remove'), path }),
  { weight: 3, arbitrary: fc.record({ do: word('write'), path, content }) },
  // Inserts, deletions, appends and overwrites.
  {
    weight: 4,
    arbitrary: fc.record({ do: word('replace'), path, at: fc.nat(40_000), gone: fc.nat(5000), content }),
  },
  fc.record({ do: word('rename'), path, to: path }),
  fc.record({ do: word('link'), path, to: path }),
  { weight: 4, arbitrary: fc.record({ do: word('back up') }) },
  fc.record({ do: word('forget'), nth: fc.nat(4) }),
  fc.record({ do: word('prune') }),
)

const contents: Record<'bytes' | 'extents', (of: number, offset: number, length: number) => Content> = {
  bytes: (of, offset, length) => noise(of, 40_000).subarray(offset, offset + length),
  extents: (of, offset, length) => Extents.of(extentStream(`${of}`, 2), offset, length),
}

/** Does to the files what they allow. */
function carryOut(files: VirtualFileSystem, change: Step, kind: 'bytes' | 'extents', time: number): void {
  const written = ({ of, offset, length }: { of: number; offset: number; length: number }): Content =>
    contents[kind](of, offset, length)
  try {
    if (change.do === 'make a directory') files.mkdir(change.path, time)
    else if (change.do === 'remove') files.remove(change.path, time)
    else if (change.do === 'write') files.writeFile(change.path, written(change.content), time)
    else if (change.do === 'rename') files.rename(change.path, change.to, time)
    else if (change.do === 'link') files.link(change.path, change.to, time)
    else if (change.do === 'replace') {
      const file = files.lookup(change.path)
      if (file?.kind !== 'file') return
      const at = Math.min(change.at, file.size)
      files.splice(change.path, at, Math.min(change.gone, file.size - at), written(change.content), time)
    }
  } catch (error) {
    if (!(error instanceof FileSystemError)) throw error
  }
}

describe.each(['bytes', 'extents'] as const)('any sequence of operations on %s', (kind) => {
  test.prop([fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean()], { numRuns: 40 })(
    'leaves snapshots that are restored as the history says, whatever is forgotten and pruned',
    async (steps, isTracked) => {
      const { simulation, clock, access, run, init, open } = simulatedRepository(kind, AVG_BYTES, 1e9, START)
      const files = new VirtualFileSystem({ time: START })
      const repository = await init()
      const source = { ...access, scan_entriesPerSecond: 1e4, ...(isTracked ? { changeTracking_bytes: 4096 } : {}) }
      const of = { type: 'snapshot', host: 'files', dataset: 'data', window_bytes: 16 * AVG_BYTES } as const
      for (const [number, next] of [...steps, { do: 'back up' } as const, { do: 'prune' } as const].entries()) {
        await simulation.run((number + 1) * HOUR_S)
        if (next.do === 'back up') await run(() => backup(repository, virtualSource(files, source), of))
        else if (next.do === 'prune') await run(() => prune(repository, { grace_s: HOUR_S, maxUnused: 0 }))
        else if (next.do === 'forget') {
          const chosen = (await run(() => repository.snapshots()))[next.nth]
          if (chosen !== undefined) await run(() => forget(repository, [chosen.id]))
        } else carryOut(files, next, kind, clock.now())
      }
      const fresh = await open()
      const snapshots = await run(() => fresh.snapshots())
      expect(snapshots.length).toBeGreaterThan(0)
      for (const { id, time } of snapshots) {
        const restored = new VirtualFileSystem({ time: clock.now() })
        await run(() => restore(fresh, id, virtualTarget(restored, access), {}))
        expect(compareTrees(restored.root, files.at(time)!).differences).toEqual([])
      }
    },
  )
})
