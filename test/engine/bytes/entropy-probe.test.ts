import { describe, expect, it } from 'vitest'
import { looksRandom } from '../../../src/engine/bytes/entropy-probe.ts'
import { noise } from '../workbench.ts'

const KIB = 1024

describe('the probe for noise', () => {
  it('knows noise of any length that is worth a look', () => {
    for (let seed = 1; seed <= 200; seed++) expect(looksRandom(noise(seed, 32 * KIB + seed * 1000))).toBe(true)
  })

  it('takes nothing for noise that is too short to tell', () => {
    expect(looksRandom(noise(1, 32 * KIB - 1))).toBe(false)
    expect(looksRandom(new Uint8Array(0))).toBe(false)
  })

  it('leaves to the compressor whatever has a bias, wherever it lies', () => {
    // Counters of four bytes: the low byte has all values equally often, the high ones few.
    const counters = new Uint8Array(Uint32Array.from({ length: 64 * KIB }, (_, at) => at).buffer)
    expect(looksRandom(counters)).toBe(false)
    expect(looksRandom(new Uint8Array(256 * KIB))).toBe(false)
    // All 256 values but one: 8192 / 255 of each instead of 8192 / 256; chi-square gains 8192 / 255, more than nothing and
    // less than the limit. Compression would save a thousandth: noise it may be called.
    expect(looksRandom(noise(3, 256 * KIB).map((byte) => (byte === 7 ? 8 : byte)))).toBe(true)
    // An eighth of it zeros, at the very end.
    const tailed = noise(4, 256 * KIB)
    tailed.fill(0, 224 * KIB)
    expect(looksRandom(tailed)).toBe(false)
  })
})
