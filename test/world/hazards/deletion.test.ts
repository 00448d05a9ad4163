import { assert, double, integer, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../src/kernel/index.ts'
import { deletion } from '../../../src/world/hazards/deletion.ts'
import type { DeletionHazard } from '../../../src/world/hazards/deletion.ts'
import { node, smallWorld } from '../small-world.ts'

const MB = 1e6

/** A dataset of some files, of which a share is deleted: what was there, and what is left. */
function deleted(shareOf: DeletionHazard['shareOf'], share: number, files: number, seed: string) {
  const data = {
    name: 'data',
    node: 'files',
    fidelity: 'extents',
    size_bytes: 100 * MB,
    files,
    change_perDay: 0,
    locality: 'uniform',
    growth_perYear: 0,
    compressibility: 1,
    writeInterval_s: Infinity,
  } as const
  const world = smallWorld({ nodes: [node('files', 'here')], stores: [], links: [], datasets: [data] })
  const { root, bytes } = world.dataset('data').files
  const sizes = root.names().map((name) => {
    const entry = root.lookup(name)
    return entry?.kind === 'directory' ? entry.bytes : entry?.kind === 'file' ? entry.size : 0
  })
  const detection = { law: 'constant', value: 0 } as const
  const hazard = { kind: 'deletion', name: 'slip', rate_perYear: 0, target: 'data', share, shareOf, detection } as const
  const { damage } = deletion.strike(world, hazard, randomStream([seed]))
  return { sizes, damage: damage[0]!, gone_bytes: bytes - world.dataset('data').files.bytes }
}

const cases = tuple(double({ min: 0.01, max: 1, noNaN: true }), integer({ min: 1, max: 40 }), string())

describe('a deletion of a share', () => {
  it('takes that share of the number of top entries, one at least, and says how many bytes these held', () => {
    assert(
      property(cases, ([share, files, seed]) => {
        const { sizes, damage, gone_bytes } = deleted('entries', share, files, seed)
        expect(damage.only).toHaveLength(Math.max(1, Math.round(share * sizes.length)))
        expect(damage.bytes).toBe(gone_bytes)
      }),
      { numRuns: 30 },
    )
  })

  it('or of the bytes: as near as whole entries come, which is half of the largest', () => {
    assert(
      property(cases, ([share, files, seed]) => {
        const { sizes, damage, gone_bytes } = deleted('bytes', share, files, seed)
        const all = sizes.reduce((sum, size) => sum + size, 0)
        expect(damage.bytes).toBe(gone_bytes)
        // One goes in any case.
        const most = damage.only!.length === 1 ? Math.max(...sizes) : Math.max(...sizes) / 2
        expect(Math.abs(gone_bytes - share * all)).toBeLessThanOrEqual(most + 1)
      }),
      { numRuns: 30 },
    )
  })
})
