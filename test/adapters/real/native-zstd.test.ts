import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { nativeCodec } from '../../../src/adapters/real/native-zstd.ts'
import { nodeCodec } from '../../../src/engine/bytes/bytes-fidelity.ts'
import { AuthenticationError } from '../../../src/engine/errors.ts'
import { noise } from '../../engine/workbench.ts'

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Text, noise and zeros behind one another, in memory of its own or that threads share. */
const anyBytes = fc
  .array(fc.record({ kind: fc.constantFrom('text', 'noise', 'zeros'), length: fc.nat(300_000) }), { maxLength: 3 })
  .chain((parts) => fc.boolean().map((isShared) => ({ parts, isShared })))
  .map(({ parts, isShared }) => {
    const whole = Buffer.concat(
      parts.map(({ kind, length }) => {
        if (kind === 'zeros') return new Uint8Array(length)
        return kind === 'noise' ? noise(length, length) : Buffer.from('to be or not '.repeat(length / 13))
      }),
    )
    if (!isShared) return whole
    const bytes = new Uint8Array(new SharedArrayBuffer(whole.length))
    bytes.set(whole)
    return bytes
  })

// Node's own binary lets zstd be called; where koffi is not installed there is nothing to show.
describe.runIf(nativeCodec() !== undefined)("zstd that is called past Node's own bindings", () => {
  const native = nativeCodec()!

  test.prop([anyBytes], { numRuns: 30 })('has the format that Node has, whoever comes first', (plain) => {
    const compressed = native.compress(plain).slice()
    expect(compressed.length).toBeLessThan(nodeCodec.compress(plain).length * 1.01 + 16)
    expect(equal(nodeCodec.decompress(compressed, plain.length), plain)).toBe(true)
    expect(equal(native.decompress(nodeCodec.compress(plain), plain.length), plain)).toBe(true)
    // What the context was used for before has no part in it.
    expect(equal(native.compress(plain), compressed)).toBe(true)
    expect(equal(nativeCodec()!.compress(plain), compressed)).toBe(true)
  })

  it('compresses at the level that is asked for, call by call', () => {
    const words = ['to be ', 'or not ', 'that is ', 'the question ', 'whether ']
    const plain = Buffer.from([...noise(5, 40_000)].map((byte) => words[byte % words.length]).join(''))
    const at = (level?: number): number => native.compress(plain, level).length
    const [usual, low, high] = [at(), at(1), at(19)]
    expect(high).toBeLessThan(low)
    expect([at(), at(1), at(19)]).toEqual([usual, low, high])
    expect(equal(nodeCodec.decompress(native.compress(plain, 19), plain.length), plain)).toBe(true)
    expect(nodeCodec.compress(plain, 19).length).toBeLessThan(nodeCodec.compress(plain, 1).length)
  })

  it('says what is wrong as Node does', () => {
    const plain = Buffer.from('all work and no play '.repeat(5000))
    const compressed = native.compress(plain).slice()
    const damaged = compressed.slice()
    damaged[2]! ^= 0x55
    for (const codec of [nodeCodec, native]) {
      for (const [bytes, length] of [
        [damaged, plain.length],
        [compressed.subarray(0, 20), plain.length],
        [new Uint8Array(0), plain.length],
        [compressed, plain.length - 1],
      ] as const)
        expect(() => codec.decompress(bytes, length)).toThrow(AuthenticationError)
      expect(() => codec.decompress(compressed, plain.length + 1)).toThrow(
        `the stored bytes hold ${plain.length} bytes, not ${plain.length + 1}`,
      )
    }
  })
})
