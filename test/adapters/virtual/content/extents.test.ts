import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Extents, extentStream, materialiseStream } from '../../../../src/adapters/virtual/index.ts'
import { ZERO_STREAM, compressedShare } from '../../../../src/adapters/virtual/content/extent-stream.ts'

const STREAMS = [ZERO_STREAM, extentStream('a', 1), extentStream('b', 1.6), extentStream('c', 4)]

/** The bytes that a description stands for: the model that all operations are held to. */
function bytesOf(extents: Extents): number[] {
  const bytes: number[] = []
  extents.forEachPiece((stream, offset, length) => bytes.push(...materialiseStream(stream, offset, length)))
  return bytes
}

const piece = fc
  .record({ stream: fc.nat({ max: STREAMS.length - 1 }), offset: fc.nat({ max: 40 }), length: fc.nat({ max: 20 }) })
  .map(({ stream, offset, length }) => Extents.of(STREAMS[stream]!, offset, length))
const content = fc.array(piece, { maxLength: 6 }).map((pieces) => Extents.concat(pieces))
/** Content, and a range in it. */
const ranged = fc.tuple(content, fc.nat(), fc.nat()).map(([extents, a, b]) => {
  const [from, to] = [a % (extents.length + 1), b % (extents.length + 1)]
  return { extents, start: Math.min(from, to), end: Math.max(from, to) }
})

describe('described content', () => {
  it('is the bytes of its parts in a row', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 4 }), (parts) => {
        expect(bytesOf(Extents.concat(parts))).toEqual(parts.flatMap(bytesOf))
      }),
    )
  })

  it('slices as bytes do, slices of slices too', () => {
    fc.assert(
      fc.property(ranged, fc.nat(), ({ extents, start, end }, cut) => {
        const slice = extents.slice(start, end)
        const bytes = bytesOf(extents).slice(start, end)
        expect(bytesOf(slice)).toEqual(bytes)
        const from = cut % (slice.length + 1)
        expect(bytesOf(slice.slice(from, slice.length))).toEqual(bytes.slice(from))
        expect(bytesOf(slice.compact())).toEqual(bytes)
      }),
    )
  })

  it('replaces a range as bytes do', () => {
    fc.assert(
      fc.property(ranged, content, ({ extents, start, end }, inserted) => {
        const bytes = bytesOf(extents)
        bytes.splice(start, end - start, ...bytesOf(inserted))
        expect(bytesOf(extents.splice(start, end - start, inserted))).toEqual(bytes)
      }),
    )
  })

  it('is equal when put together in another way', () => {
    fc.assert(
      fc.property(ranged, ({ extents, start, end }) => {
        const parts = [extents.slice(0, start), extents.slice(start, end), extents.slice(end, extents.length)]
        const again = Extents.concat(parts)
        expect(again.equals(extents) && extents.equals(again)).toBe(true)
        expect(again.pieceCount).toBe(extents.pieceCount)
        const reversed = Extents.concat(parts.toReversed())
        if (reversed.equals(extents)) expect(bytesOf(reversed)).toEqual(bytesOf(extents))
      }),
    )
  })

  it('is not equal when it stands for other bytes', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        if (a.equals(b)) expect(bytesOf(a)).toEqual(bytesOf(b))
        else if (a.length === b.length && a.length > 32) expect(bytesOf(a)).not.toEqual(bytesOf(b))
      }),
    )
  })

  it('is one piece where pieces go on from one another', () => {
    const stream = STREAMS[1]!
    expect(Extents.concat([Extents.of(stream, 5, 10), Extents.of(stream, 15, 1)]).pieceCount).toBe(1)
    expect(Extents.concat([Extents.of(stream, 5, 10), Extents.of(stream, 16, 1)]).pieceCount).toBe(2)
    expect(Extents.concat([Extents.zeros(3), Extents.zeros(4)]).pieceCount).toBe(1)
  })

  it('refuses ranges that it does not have', () => {
    const extents = Extents.zeros(10)
    for (const [start, end] of [
      [-1, 5],
      [5, 11],
      [6, 5],
      [NaN, 5],
    ] as const)
      expect(() => extents.slice(start, end)).toThrow(RangeError)
  })
})

describe('a stream', () => {
  it('reads the same bytes wherever one begins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STREAMS), fc.nat({ max: 500 }), fc.nat({ max: 100 }), (stream, offset, length) => {
        const whole = materialiseStream(stream, 0, 700)
        expect(materialiseStream(stream, offset, length)).toEqual(whole.slice(offset, offset + length))
      }),
    )
  })

  it('knows how well it compresses, in steps of 1/1024', () => {
    // 1024 / 1.6 = 640
    expect(compressedShare(extentStream('x', 1.6))).toBe(640 / 1024)
    expect(compressedShare(extentStream('x', 1))).toBe(1)
    expect(compressedShare(extentStream('x', 1e9))).toBe(1 / 1024)
    expect(compressedShare(ZERO_STREAM)).toBe(0)
    expect(() => extentStream('x', 0.9)).toThrow(RangeError)
  })

  it('is a safe integer, another for each name', () => {
    const streams = Array.from({ length: 10_000 }, (_, n) => extentStream(`file ${n}`, 2))
    expect(streams.every(Number.isSafeInteger)).toBe(true)
    expect(new Set(streams).size).toBe(10_000)
  })
})
