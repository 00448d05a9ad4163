import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Extents, extentStream, extentsFidelity } from '../../../../src/adapters/virtual/index.ts'
import type { Content, SubKeys } from '../../../../src/engine/ports.ts'
import { exp, ln } from '../../../../src/kernel/index.ts'

const PARAMETERS = { min: 512, avg: 2048, max: 8192, normalisation: 2 }
const keysOf = (seed: number): SubKeys => ({
  id: new Uint8Array(32).fill(seed),
  chunker: new Uint8Array(32).fill(seed + 1),
})
const KEYS = keysOf(1)

/** Ends of the chunks when all is given at once. */
function endsOf(content: Content, keys = KEYS, parameters = PARAMETERS): number[] {
  return [...extentsFidelity.cutter(parameters, keys).cut(content, true)]
}

/** Ends of the chunks when the content is read in windows, as the engine does. */
function endsThroughWindows(content: Extents, window_bytes: number): number[] {
  const cutter = extentsFidelity.cutter(PARAMETERS, KEYS)
  const ends: number[] = []
  let from = 0
  while (from < content.length) {
    const to = Math.min(content.length, from + window_bytes)
    const found = cutter.cut(content.slice(from, to), to === content.length)
    if (found.length === 0) throw new Error(`no chunk in a window of ${to - from} bytes`)
    ends.push(...found.map((end) => from + end))
    from = ends.at(-1)!
  }
  return ends
}

const sizesOf = (ends: readonly number[]): number[] => ends.map((end, at) => end - (ends[at - 1] ?? 0))

function chunksOf(content: Extents): { id: string; content: Extents }[] {
  return endsOf(content).map((end, at, ends) => {
    const chunk = content.slice(ends[at - 1] ?? 0, end)
    const id = new Uint8Array(32)
    extentsFidelity.identify(chunk, KEYS, id, 0)
    return { id: id.join(), content: chunk }
  })
}

/** Probability that none of n bytes ends a chunk when each does with probability p. */
const survive = (p: number, n: number): number => exp(n * ln(1 - p))

/**
 * Chunk size X of the rule over random bytes: none below min; then each byte ends the chunk with 2^-(b+n) up to avg and
 * with 2^-(b-n) up to max. E[X] is the sum of P(X > x), which is geometric in both parts.
 */
function expectedSize(min: number, avg: number, max: number, strong: number, weak: number): number {
  const geometric = (p: number, n: number): number => (1 - survive(p, n)) / p
  return min + geometric(strong, avg - min) + survive(strong, avg - min) * geometric(weak, max - avg)
}

function idOf(extents: Extents, keys = KEYS): string {
  const id = new Uint8Array(40)
  extentsFidelity.identify(extents, keys, id, 8)
  expect(id.slice(0, 8)).toEqual(new Uint8Array(8))
  return id.slice(8).join(' ')
}

const piece = fc
  .record({ stream: fc.nat({ max: 4 }), offset: fc.nat({ max: 100_000 }), length: fc.nat({ max: 60_000 }) })
  .map(({ stream, offset, length }) =>
    stream === 0 ? Extents.zeros(length) : Extents.of(extentStream(`${stream}`, 2), offset, length),
  )
const content = fc.array(piece, { maxLength: 6 }).map((pieces) => Extents.concat(pieces))

describe('the cutter of described content', () => {
  it('covers everything with chunks of min to max bytes, only the last shorter', () => {
    fc.assert(
      fc.property(content, (extents) => {
        const ends = endsOf(extents)
        expect(ends.at(-1) ?? 0).toBe(extents.length)
        const sizes = sizesOf(ends)
        for (const size of sizes) expect(size).toBeLessThanOrEqual(PARAMETERS.max)
        for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(PARAMETERS.min)
        for (const size of sizes) expect(size).toBeGreaterThan(0)
      }),
    )
  })

  it('cuts the same however large the windows are', () => {
    fc.assert(
      fc.property(content, fc.integer({ min: PARAMETERS.max, max: 50_000 }), (extents, window_bytes) => {
        expect(endsThroughWindows(extents, window_bytes)).toEqual(endsOf(extents))
      }),
    )
  })

  it('finds a chunk in every window of max bytes, and asks for more when there are fewer', () => {
    fc.assert(
      fc.property(content, (extents) => {
        const found = extentsFidelity.cutter(PARAMETERS, KEYS).cut(extents, false)
        if (extents.length >= PARAMETERS.max) expect(found.length).toBeGreaterThan(0)
        expect(extents.length - (found.at(-1) ?? 0)).toBeLessThan(PARAMETERS.max)
      }),
    )
  })

  it('cuts blocks of one size without asking for what follows', () => {
    const cutter = extentsFidelity.cutter({ min: 4096, avg: 4096, max: 4096, normalisation: 0 }, KEYS)
    const extents = Extents.of(extentStream('blocks', 2), 0, 10_000)
    expect(cutter.cut(extents.slice(0, 8192), false)).toEqual([4096, 8192])
    expect(cutter.cut(extents, false)).toEqual([4096, 8192])
    expect(cutter.cut(extents, true)).toEqual([4096, 8192, 10_000])
  })

  it('depends on the content only, not on how it was put together', () => {
    fc.assert(
      fc.property(content, fc.nat(), (extents, cut) => {
        const at = cut % (extents.length + 1)
        const again = Extents.concat([extents.slice(0, at), extents.slice(at, extents.length)])
        expect(endsOf(again)).toEqual(endsOf(extents))
      }),
    )
  })

  it('moves cuts only near an insert', () => {
    const original = Extents.of(extentStream('file', 2), 0, 4_000_000)
    const cutsBefore = endsOf(original)
    const chunksBefore = new Set(chunksOf(original).map(({ id }) => id))
    fc.assert(
      fc.property(fc.nat({ max: original.length - 1 }), fc.integer({ min: 1, max: 5000 }), (at, inserted_bytes) => {
        const after = original.splice(at, 0, Extents.of(extentStream('inserted', 2), 0, inserted_bytes))
        const cutsAfter = endsOf(after)
        expect(cutsAfter.filter((end) => end <= at)).toEqual(cutsBefore.filter((end) => end <= at))
        // Resynchronisation takes a few chunks: min-size skipping makes it a race, not a certainty.
        const met = at + 20 * PARAMETERS.max
        const shifted = cutsAfter.map((end) => end - inserted_bytes)
        expect(shifted.filter((end) => end > met)).toEqual(cutsBefore.filter((end) => end > met))
        // What is cut as before has the ids of before.
        const changed = chunksOf(after).filter(({ id }) => !chunksBefore.has(id))
        const changed_bytes = changed.reduce((sum, chunk) => sum + chunk.content.length, 0)
        expect(changed_bytes).toBeGreaterThanOrEqual(inserted_bytes)
        expect(changed_bytes).toBeLessThan(inserted_bytes + 21 * PARAMETERS.max)
      }),
    )
  })

  it('cuts zeros at max, as a rolling hash does', () => {
    expect(endsOf(Extents.zeros(20_000))).toEqual([8192, 16_384, 20_000])
  })

  it('cuts in other places under another key', () => {
    const extents = Extents.of(extentStream('file', 2), 0, 100_000)
    expect(endsOf(extents, keysOf(5))).not.toEqual(endsOf(extents))
  })

  it('refuses bytes: a repository holds one or the other', () => {
    expect(() => endsOf(new Uint8Array(10))).toThrow(TypeError)
  })

  it('has the mean chunk size of normalised FastCDC', () => {
    const avg = 65_536
    for (const normalisation of [1, 2]) {
      const parameters = { min: avg / 4, avg, max: 4 * avg, normalisation }
      const ends = endsOf(Extents.of(extentStream('large', 2), 0, 2e9), KEYS, parameters)
      const expected = expectedSize(avg / 4, avg, 4 * avg, 1 / (avg * 2 ** normalisation), 2 ** normalisation / avg)
      // About 25 000 chunks: their mean is known to half a percent.
      expect(2e9 / ends.length / expected).toBeGreaterThan(0.985)
      expect(2e9 / ends.length / expected).toBeLessThan(1.015)
    }
  })
})

describe('the id of described content', () => {
  it('is the same for equal content and another for other content', () => {
    fc.assert(
      fc.property(content, content, fc.nat(), (a, b, cut) => {
        const at = cut % (a.length + 1)
        expect(idOf(Extents.concat([a.slice(0, at), a.slice(at, a.length)]))).toBe(idOf(a))
        expect(idOf(a) === idOf(b)).toBe(a.equals(b))
      }),
    )
  })

  it('does not collide among many small slices of one stream', () => {
    const stream = extentStream('x', 2)
    const ids = new Set<string>()
    for (let at = 0; at < 300; at++) for (let n = 1; n <= 100; n++) ids.add(idOf(Extents.of(stream, at, n)))
    expect(ids.size).toBe(30_000)
  })

  it('depends on the key', () => {
    const extents = Extents.of(extentStream('x', 2), 0, 100)
    expect(idOf(extents, keysOf(3))).not.toBe(idOf(extents))
  })
})
