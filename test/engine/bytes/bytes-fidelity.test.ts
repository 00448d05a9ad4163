import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { bytesFidelity } from '../../../src/engine/bytes/bytes-fidelity.ts'
import { heldBytes } from '../../../src/engine/bytes/held-bytes.ts'
import { AuthenticationError } from '../../../src/engine/errors.ts'
import type { SealContext } from '../../../src/engine/ports.ts'
import { noise } from '../workbench.ts'

const context = (more: Partial<SealContext> = {}): SealContext => ({
  key: noise(1, 32),
  segment: 3,
  associatedData: Uint8Array.of(1, 2, 3),
  cipher: 'aes-256-gcm',
  compression: 'zstd',
  ...more,
})

const anyContext = fc
  .record({
    cipher: fc.constantFrom('aes-256-gcm' as const, 'chacha20-poly1305' as const),
    compression: fc.constantFrom('zstd' as const, 'none' as const),
    segment: fc.constantFrom(0, 1, 0xff_ff_ff_ff),
  })
  .map(context)

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.nat(600_000).map((length) => new Uint8Array(length)),
  fc.nat(600_000).map((length) => noise(length, length)),
)

describe('real bytes', () => {
  test.prop([anyBytes, anyContext])('open as they were sealed', (plain, sealedIn) => {
    const sealed = bytesFidelity.seal(plain, sealedIn)
    expect(Buffer.compare(heldBytes(bytesFidelity.open(sealed, plain.length, sealedIn)), plain)).toBe(0)
  })

  it('are compressed where that saves a sixteenth, and not otherwise', () => {
    const text = Buffer.from('the same line\n'.repeat(100))
    expect(bytesFidelity.seal(text, context()).length).toBeLessThan(text.length / 4)
    expect(bytesFidelity.seal(text, context({ compression: 'none' })).length).toBe(text.length + 16)
    expect(bytesFidelity.seal(noise(1, 5000), context()).length).toBe(5016)
    expect(bytesFidelity.seal(new Uint8Array(0), context()).length).toBe(16)
  })

  it('open in no other context', () => {
    const plain = noise(5, 1000)
    const sealed = bytesFidelity.seal(plain, context())
    const others: Array<Partial<SealContext>> = [
      { key: noise(2, 32) },
      { segment: 4 },
      { associatedData: Uint8Array.of(1, 2, 4) },
      { cipher: 'chacha20-poly1305' },
    ]
    for (const other of others) {
      expect(() => bytesFidelity.open(sealed, plain.length, context(other))).toThrow(AuthenticationError)
    }
  })

  test.prop([fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'are not opened when a byte is another, or missing',
    (plain, at, flip) => {
      const sealed = heldBytes(bytesFidelity.seal(plain, context()))
      const damaged = Uint8Array.from(sealed)
      damaged[at % sealed.length]! ^= flip
      expect(() => bytesFidelity.open(damaged, plain.length, context())).toThrow(AuthenticationError)
      const cut = sealed.subarray(0, at % sealed.length)
      expect(() => bytesFidelity.open(cut, plain.length, context())).toThrow(AuthenticationError)
    },
  )

  test.prop([fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 })])(
    'have equal ids when they are equal, and only then',
    (a, b) => {
      const keys = { id: noise(1, 32), chunker: noise(2, 32) }
      const ids = new Uint8Array(96)
      bytesFidelity.identify(a, keys, ids, 0)
      bytesFidelity.identify(b, keys, ids, 32)
      bytesFidelity.identify(a, { ...keys, id: noise(3, 32) }, ids, 64)
      const same = Buffer.compare(ids.subarray(0, 32), ids.subarray(32, 64)) === 0
      expect(same).toBe(bytesFidelity.equal(a, b))
      expect(Buffer.compare(ids.subarray(0, 32), ids.subarray(64))).not.toBe(0)
    },
  )

  it('know zeros', () => {
    expect(bytesFidelity.isZero(new Uint8Array(100_000))).toBe(true)
    const last = new Uint8Array(100_003)
    last[100_002] = 1
    expect(bytesFidelity.isZero(last)).toBe(false)
    expect(bytesFidelity.isZero(new Uint8Array(0))).toBe(true)
  })

  // Node sets a second piece of memory aside when the first is full: V8 then looked for garbage after each 64 MiB that were opened.
  it('take no more memory than they fill when they are opened, and all of it is given back', () => {
    const plain = Buffer.from('the same line\n'.repeat(300_000))
    const sealed = bytesFidelity.seal(plain, context())
    const before = process.memoryUsage().arrayBuffers
    const opened = heldBytes(bytesFidelity.open(sealed, plain.length, context()))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1.2 * plain.length)
    bytesFidelity.discard?.(opened)
    expect(opened.buffer).toMatchObject({ detached: true })
  })
})
