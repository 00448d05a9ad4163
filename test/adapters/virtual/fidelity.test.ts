import { describe, expect, it } from 'vitest'
import { deviations } from '../../../tools/fidelity/comparison.ts'
import type { Deviations } from '../../../tools/fidelity/comparison.ts'
import { histories } from '../../../tools/fidelity/histories.ts'

/** A hundredth of what `npm run fidelity` compares; there each history is within 2 % in total and 5 % a backup. */
const SMALL = { size_bytes: 4e6, generations: 2, chunk_bytes: 1024 }
/** The cuts of a hundred edits differ by so much from one key to another. */
const CHANCE_OF_ONE_HISTORY = 0.08
const CHANCE_OF_ONE_BACKUP = 0.15

describe('described data against real bytes', () => {
  const names = Object.keys(histories)
  const found: Deviations[] = []

  it.each(names)('gives about the same backups for %s', async (name) => {
    const result = await deviations(name, SMALL, 1)
    found.push(result)
    const { worstBackup, chunks, new_bytes, pruned_bytes, restored_bytes } = result
    for (const share of [chunks, new_bytes, pruned_bytes, restored_bytes])
      expect(Math.abs(share)).toBeLessThan(CHANCE_OF_ONE_HISTORY)
    expect(Math.abs(worstBackup)).toBeLessThan(CHANCE_OF_ONE_BACKUP)
  })

  it.each(['chunks', 'new_bytes', 'pruned_bytes', 'restored_bytes'] as const)(
    'is within 2 %% in %s on average over all histories',
    (column) => {
      expect(found.length).toBeGreaterThanOrEqual(20)
      expect(Math.abs(found.reduce((sum, each) => sum + each[column], 0) / found.length)).toBeLessThan(0.02)
    },
  )
})
