import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { GearCutter } from '../../../src/engine/bytes/gear-cutter.ts'
import type { ChunkerParameters } from '../../../src/engine/ports.ts'
import { noise } from '../workbench.ts'

const keys = { id: noise(1, 32), chunker: noise(2, 32) }
const parameters: ChunkerParameters = { min: 64, avg: 256, max: 1024, normalisation: 2 }

/** All ends of a file that is given in windows of a size, as the engine's reader gives them. */
function endsOf(bytes: Uint8Array, window: number, cutter = new GearCutter(parameters, keys)): number[] {
  const ends: number[] = []
  let start = 0
  let read = 0
  while (read < bytes.length) {
    read = Math.min(read + window, bytes.length)
    const base = start
    for (const end of cutter.cut(bytes.subarray(start, read), read === bytes.length)) {
      ends.push(base + end)
      start = base + end
    }
  }
  return ends
}

const lengthsOf = (ends: readonly number[]): number[] => ends.map((end, at) => end - (ends[at - 1] ?? 0))

const anyBytes = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(20_000)).map(([seed, length]) => noise(seed, length)),
  // What has few different bytes, or only one.
  fc.tuple(fc.nat(255), fc.nat(8000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 5000 }).map((numbers) => Uint8Array.from(numbers)),
)

describe('the gear chunker', () => {
  test.prop([anyBytes])('covers all bytes, with chunks within their bounds', (bytes) => {
    const ends = endsOf(bytes, bytes.length)
    expect(ends.at(-1) ?? 0).toBe(bytes.length)
    const lengths = lengthsOf(ends)
    for (const length of lengths.slice(0, -1)) expect(length).toBeGreaterThanOrEqual(parameters.min)
    for (const length of lengths) {
      expect(length).toBeGreaterThan(0)
      expect(length).toBeLessThanOrEqual(parameters.max)
    }
  })

  test.prop([anyBytes, fc.integer({ min: 1, max: 5000 })])('cuts the same whatever the windows', (bytes, window) => {
    expect(endsOf(bytes, window)).toEqual(endsOf(bytes, Math.max(1, bytes.length)))
  })

  test.prop([fc.nat(), fc.nat(), fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 2000 })], {
    numRuns: 50,
  })('moves cuts only near an insertion', (seed, other, at, length) => {
    const before = noise(seed, 60_000)
    const after = Uint8Array.from([...before.subarray(0, at), ...noise(other, length), ...before.subarray(at)])
    const [cutsBefore, cutsAfter] = [endsOf(before, 60_000), endsOf(after, 70_000)]
    expect(cutsAfter.filter((end) => end <= at)).toEqual(cutsBefore.filter((end) => end <= at))
    // The two sequences of cuts meet again soon: a cut is found from any start that lies `min` bytes before it.
    // 30 chunks is far beyond what chance allows.
    const rest = 30 * parameters.avg
    const shifted = cutsAfter.map((end) => end - length)
    expect(shifted.filter((end) => end > at + rest)).toEqual(cutsBefore.filter((end) => end > at + rest))
  })

  it('cuts at average lengths as normalised chunking does', () => {
    // A cut is found at each byte with probability p1 = 2^-(8+2) from min = 64 to avg = 256, and p2 = 2^-(8-2) from there.
    // Mean = sum of P(longer than k): 64 + (1 - q1^192) / p1 + q1^192 (1 - q2^768) / p2, with q = 1 - p.
    const [p1, p2] = [2 ** -10, 2 ** -6]
    const survivors = (1 - p1) ** 192
    const mean = 64 + (1 - survivors) / p1 + (survivors * (1 - (1 - p2) ** 768)) / p2
    const lengths = lengthsOf(endsOf(noise(7, 4_000_000), 4_000_000))
    expect(4_000_000 / lengths.length / mean).toBeGreaterThan(0.98)
    expect(4_000_000 / lengths.length / mean).toBeLessThan(1.02)
  })

  it('cuts elsewhere under another key', () => {
    const bytes = noise(3, 100_000)
    const other = endsOf(bytes, 100_000, new GearCutter(parameters, { ...keys, chunker: noise(9, 32) }))
    const own = new Set(endsOf(bytes, 100_000))
    expect(other.filter((end) => own.has(end)).length / other.length).toBeLessThan(0.05)
  })

  it('always finds a chunk in a window of the longest chunk, and none in the last bytes before it', () => {
    const cutter = new GearCutter(parameters, keys)
    expect(cutter.cut(new Uint8Array(1024), false)).toEqual([1024])
    expect(cutter.cut(new Uint8Array(1023), false)).toEqual([])
    expect(cutter.cut(new Uint8Array(0), true)).toEqual([])
  })

  it('cuts blocks of one size without asking for what follows', () => {
    const cutter = new GearCutter({ min: 256, avg: 256, max: 256, normalisation: 0 }, keys)
    expect(cutter.cut(noise(4, 512), false)).toEqual([256, 512])
    expect(cutter.cut(noise(4, 600), false)).toEqual([256, 512])
    expect(cutter.cut(noise(4, 600), true)).toEqual([256, 512, 600])
  })
})
