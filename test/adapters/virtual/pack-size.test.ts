import { describe, expect, it } from 'vitest'
import { runEstate } from '../../../bench/estate.ts'

/**
 * The size of packs is a choice that practitioners make by the size of the repository. What it changes: the number of objects
 * and requests in proportion, what prunes move a little, and what is stored hardly.
 */
describe('ten weeks of a described dataset in packs of two sizes', () => {
  const estate = {
    size_bytes: 1e12,
    files: 1e6,
    days: 70,
    change_perDay: 0.01,
    ticks_perDay: 6,
    chunk_bytes: 2 ** 26,
  } as const

  it('stores as much within 1 %, in a third of the objects, and moves up to twice as much in prunes', async () => {
    const small = await runEstate({ ...estate, chunks_perPack: 16 })
    const large = await runEstate({ ...estate, chunks_perPack: 64 })
    expect(Math.abs(large.chunks / small.chunks - 1)).toBeLessThan(0.001)
    expect(Math.abs(large.later_bytes / small.later_bytes - 1)).toBeLessThan(0.001)
    expect(Math.abs(large.stored_bytes / small.stored_bytes - 1)).toBeLessThan(0.01)
    expect(large.objects / small.objects).toBeLessThan(0.4)
    expect(small.moved_bytes).toBeGreaterThan(0)
    expect(large.moved_bytes / small.moved_bytes).toBeLessThan(2)
  })
})
