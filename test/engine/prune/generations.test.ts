import { describe, expect, it } from 'vitest'
import { generations } from '../../../src/engine/prune/generations.ts'

/** Entries 0 to 5; the newest snapshot that needs each, of three. */
const newest = Int32Array.of(2, 0, 1, 2, 0, 1)
const entries = [0, 1, 2, 3, 4, 5]
const partsOf = (least_bytes: number): number[][] =>
  generations(entries, { newestNeeding: () => newest }, ['oldest', 'middle', 'newest'], () => 10, least_bytes)

describe('what a prune copies', () => {
  it('is parted by the newest snapshot that needs it, the oldest first', () => {
    expect(partsOf(20)).toEqual([
      [1, 4],
      [2, 5],
      [0, 3],
    ])
  })

  it('is put together where parts would be small: each is read by requests of its own', () => {
    expect(partsOf(21)).toEqual([
      [1, 4, 2, 5],
      [0, 3],
    ])
    expect(partsOf(1000)).toEqual([[1, 4, 2, 5, 0, 3]])
  })
})
