import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOfEach } from '../../src/experiment/blocks.ts'
import { endsOfParts } from '../../src/experiment/cell/run-block.ts'

describe('how work is cut for workers', () => {
  it('cuts only what would be left over when all have had equally many', () => {
    expect(partsOfEach(1, 100, 2)).toEqual([2])
    expect(partsOfEach(4, 100, 2)).toEqual([1, 1, 1, 1])
    expect(partsOfEach(5, 100, 2)).toEqual([1, 1, 1, 1, 2])
    expect(partsOfEach(5, 100, 16)).toEqual([4, 4, 4, 4, 4])
    expect(partsOfEach(5, 7, 16)).toEqual([1, 1, 1, 1, 1])
  })

  it('shares out all drills, in parts that take equally long', () => {
    assert(
      property(integer({ min: 16, max: 2000 }), integer({ min: 1, max: 8 }), (drills, parts) => {
        const ends = endsOfParts(drills, parts)
        expect(ends.at(-1)).toBe(drills)
        // The world takes as long as 8 drills, and each part repeats it up to its end.
        const costs = ends.map((end, part) => end - (ends[part - 1] ?? 0) + (8 * end) / drills)
        expect(Math.max(...costs) - Math.min(...costs)).toBeLessThan(2.5)
      }),
    )
  })
})
