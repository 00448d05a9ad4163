import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { generations, readings } from '../../../src/engine/prune/generations.ts'

/** Of entries 10 to 15, the snapshot that needed each last, of three. */
const entries = [10, 11, 12, 13, 14, 15]
const parts = generations(entries, Int32Array.of(2, 0, 1, 2, 0, 1))
const readingsOf = (least_bytes: number): unknown[] => [...readings(parts, () => 10, least_bytes)]

describe('what a prune copies', () => {
  it('is parted by the snapshot that needed it last, the oldest first', () => {
    expect(parts).toEqual([
      [11, 14],
      [12, 15],
      [10, 13],
    ])
  })

  it('is read together where parts are small, and in several goes where they are large', () => {
    expect(readingsOf(30)).toEqual([
      { entries: [11, 14, 12], first: new Set([11, 12]) },
      { entries: [15, 10, 13], first: new Set([10]) },
    ])
    expect(readingsOf(1000)).toEqual([{ entries: [11, 14, 12, 15, 10, 13], first: new Set([11, 12, 10]) }])
  })

  test.prop([fc.array(fc.nat(4), { maxLength: 30 }), fc.integer({ min: 1, max: 100 })])(
    'is each entry once, in order of its generation, in readings of the least size',
    (places, least_bytes) => {
      const ordered = generations([...places.keys()], places)
      const lengthOf = (entry: number): number => 1 + (entry % 7)
      const read = [...readings(ordered, lengthOf, least_bytes)]
      const all = read.flatMap((reading) => reading.entries)
      expect(all).toEqual(ordered.flat())
      expect(all.map((entry) => places[entry])).toEqual(places.toSorted((a, b) => a - b))
      for (const reading of read.slice(0, -1)) {
        const bytes = reading.entries.reduce((sum, entry) => sum + lengthOf(entry), 0)
        expect(bytes).toBeGreaterThanOrEqual(least_bytes)
        expect(bytes).toBeLessThan(least_bytes + 7)
      }
    },
  )
})
