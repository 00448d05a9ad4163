import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Extents, SEAL_OVERHEAD_BYTES, extentStream, extentsFidelity } from '../../../../src/adapters/virtual/index.ts'
import { AuthenticationError } from '../../../../src/engine/errors.ts'
import type { Content, SealContext } from '../../../../src/engine/ports.ts'

const CONTEXT: SealContext = {
  key: new Uint8Array(32).fill(1),
  segment: 3,
  associatedData: Uint8Array.of(1, 2),
  cipher: 'aes-256-gcm',
  compression: 'zstd',
}
const plain = Extents.of(extentStream('data', 1.6), 100, 100_000)

describe('sealing described content', () => {
  it('is undone by opening', () => {
    expect(
      extentsFidelity.equal(extentsFidelity.open(extentsFidelity.seal(plain, CONTEXT), plain.length, CONTEXT), plain),
    ).toBe(true)
    expect(extentsFidelity.open(extentsFidelity.seal(Extents.empty, CONTEXT), 0, CONTEXT).length).toBe(0)
  })

  it('makes it as large as it compresses, and the tag', () => {
    // 100 000 B x 640/1024 = 62 500 B
    expect(extentsFidelity.seal(plain, CONTEXT).length).toBe(62_500 + SEAL_OVERHEAD_BYTES)
    expect(extentsFidelity.seal(plain, { ...CONTEXT, compression: 'none' }).length).toBe(100_000 + SEAL_OVERHEAD_BYTES)
    // Zeros in between cost nothing.
    expect(extentsFidelity.seal(extentsFidelity.concat([plain, Extents.zeros(1e6)]), CONTEXT).length).toBe(
      62_500 + SEAL_OVERHEAD_BYTES,
    )
  })

  it('leaves alone what compresses by less than a sixteenth', () => {
    const random = Extents.of(extentStream('random', 1), 0, 1000)
    const nearly = Extents.of(extentStream('nearly', 1024 / 970), 0, 102_400)
    expect(extentsFidelity.seal(random, CONTEXT).length).toBe(1000 + SEAL_OVERHEAD_BYTES)
    expect(extentsFidelity.seal(nearly, CONTEXT).length).toBe(102_400 + SEAL_OVERHEAD_BYTES)
  })

  it('opens with the very context that it was sealed with, and no other', () => {
    const sealed = extentsFidelity.seal(plain, CONTEXT)
    const others: Partial<SealContext>[] = [
      { key: new Uint8Array(32).fill(2) },
      { segment: 4 },
      { associatedData: Uint8Array.of(1, 3) },
      { associatedData: Uint8Array.of(1) },
      { cipher: 'chacha20-poly1305' },
      { compression: 'none' },
    ]
    for (const other of others)
      expect(() => extentsFidelity.open(sealed, plain.length, { ...CONTEXT, ...other })).toThrow(AuthenticationError)
    expect(() => extentsFidelity.open(sealed, plain.length - 1, CONTEXT)).toThrow(AuthenticationError)
  })

  it('opens only as a whole: fragments must come together again, in order and of one segment', () => {
    const sealed = extentsFidelity.seal(plain, CONTEXT)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: sealed.length }), { minLength: 1, maxLength: 5 }), (cuts) => {
        const ends = [...cuts, sealed.length].sort((a, b) => a - b)
        const parts = ends.map((end, at) => extentsFidelity.slice(sealed, ends[at - 1] ?? 0, end))
        const lengths = parts.reduce((sum, part) => sum + part.length, 0)
        expect(lengths).toBe(sealed.length)
        expect(extentsFidelity.equal(extentsFidelity.concat(parts), sealed)).toBe(true)
        expect(
          extentsFidelity.equal(extentsFidelity.open(extentsFidelity.concat(parts), plain.length, CONTEXT), plain),
        ).toBe(true)
        const proper = parts.filter((part) => part.length > 0)
        if (proper.length > 1) {
          for (const broken of [proper.slice(1), proper.slice(0, -1), proper.toReversed()])
            expect(() => extentsFidelity.open(extentsFidelity.concat(broken), plain.length, CONTEXT)).toThrow(
              AuthenticationError,
            )
        }
      }),
    )
    const other = extentsFidelity.seal(plain, { ...CONTEXT, segment: 4 })
    const mixed = extentsFidelity.concat([
      extentsFidelity.slice(sealed, 0, 10),
      extentsFidelity.slice(other, 10, other.length),
    ])
    expect(() => extentsFidelity.open(mixed, plain.length, CONTEXT)).toThrow(AuthenticationError)
    expect(() => extentsFidelity.open(plain, plain.length, CONTEXT)).toThrow(AuthenticationError)
  })

  it('survives lying in a pack between real bytes', () => {
    const [a, b] = [extentsFidelity.seal(plain, CONTEXT), extentsFidelity.seal(plain, { ...CONTEXT, segment: 4 })]
    const header = Uint8Array.of(1, 2, 3)
    const pack: Content = extentsFidelity.concat([header, a, b, header])
    expect(pack.length).toBe(6 + a.length + b.length)
    expect(extentsFidelity.slice(pack, 0, 3)).toEqual(header)
    expect(
      extentsFidelity.equal(
        extentsFidelity.open(extentsFidelity.slice(pack, 3, 3 + a.length), plain.length, CONTEXT),
        plain,
      ),
    ).toBe(true)
    expect(() => extentsFidelity.open(extentsFidelity.slice(pack, 2, 3 + a.length), plain.length, CONTEXT)).toThrow(
      AuthenticationError,
    )
    // Read in two ranges that meet inside a segment, and put together again.
    const again = extentsFidelity.concat([
      extentsFidelity.slice(pack, 0, 1000),
      extentsFidelity.slice(pack, 1000, pack.length),
    ])
    expect(extentsFidelity.equal(again, pack)).toBe(true)
    expect(
      extentsFidelity.equal(
        extentsFidelity.open(extentsFidelity.slice(again, 3, 3 + a.length), plain.length, CONTEXT),
        plain,
      ),
    ).toBe(true)
  })

  it('lies in a pack of many segments as it would alone, however the pack is cut and put together', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 })
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })
    fc.assert(
      fc.property(sizes, cuts, (lengths, shares) => {
        const plains = lengths.map((length, at) => Extents.of(extentStream(`data ${at % 3}`, 1.6), 10 * at, length))
        const segments = plains.map((content, segment) => extentsFidelity.seal(content, { ...CONTEXT, segment }))
        const header = Uint8Array.of(1, 2, 3)
        const pack = extentsFidelity.concat([header, ...segments, header])
        const ends = [...shares.map((share) => Math.floor(share * pack.length)), pack.length].sort((a, b) => a - b)
        const again = extentsFidelity.concat(ends.map((end, at) => extentsFidelity.slice(pack, ends[at - 1] ?? 0, end)))
        expect(extentsFidelity.equal(again, pack)).toBe(true)
        let from = header.length
        for (const [segment, { length }] of segments.entries()) {
          const sealed = extentsFidelity.slice(again, from, (from += length))
          const opened = extentsFidelity.open(sealed, plains[segment]!.length, { ...CONTEXT, segment })
          expect(extentsFidelity.equal(opened, plains[segment]!)).toBe(true)
        }
        if (segments.length > 1) {
          const [a, b] = [segments[0]!, segments[1]!]
          const other = extentsFidelity.concat([header, b, a, ...segments.slice(2), header])
          expect(extentsFidelity.equal(other, pack)).toBe(extentsFidelity.equal(a, b))
        }
      }),
    )
  })

  it('knows zeros', () => {
    expect(extentsFidelity.isZero(Extents.zeros(100))).toBe(true)
    expect(extentsFidelity.isZero(Extents.empty)).toBe(true)
    expect(extentsFidelity.isZero(plain)).toBe(false)
    expect(extentsFidelity.isZero(extentsFidelity.concat([Extents.zeros(100), plain]))).toBe(false)
  })
})
