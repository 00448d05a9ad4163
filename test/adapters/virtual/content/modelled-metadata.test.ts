import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { modelledMetadata, modelledSealing } from '../../../../src/adapters/virtual/content/modelled-metadata.ts'
import { AuthenticationError, bytesFidelity } from '../../../../src/engine/index.ts'
import type { SealContext } from '../../../../src/engine/ports.ts'
import { noise } from '../../../engine/workbench.ts'

const keys = { id: noise(1, 32), chunker: noise(2, 32) }
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc
    .record({ seed: fc.nat(99), length: fc.integer({ min: 0, max: 3000 }) })
    .map(({ seed, length }) => noise(seed, length)),
  fc.integer({ min: 0, max: 3000 }).map((length) => new Uint8Array(length)),
)
const anyContext: fc.Arbitrary<SealContext> = fc.record({
  key: fc.nat(3).map((seed) => noise(seed, 32)),
  segment: fc.constantFrom(0, 1, 0xff_ff_ff_ff),
  associatedData: fc.nat(3).map((seed) => noise(9 + seed, 40)),
  cipher: fc.constantFrom('aes-256-gcm' as const, 'chacha20-poly1305' as const),
  compression: fc.constantFrom('zstd' as const, 'none' as const),
})

function nameOf(content: Uint8Array, id = keys.id): string {
  const into = new Uint8Array(40)
  modelledMetadata.identify(content, { ...keys, id }, into, 8)
  return Buffer.from(into).toString('hex')
}

/** The same bytes at another place in memory, at no multiple of four. */
function elsewhere(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(bytes.length + 3)
  memory.set(bytes, 3)
  return memory.subarray(3)
}

describe('metadata beside described content', () => {
  test.prop([anyBytes, anyContext])('is sealed to the size of the real thing, and opens again', (plain, context) => {
    const sealed = modelledMetadata.seal(plain, context)
    expect(sealed.length).toBe(bytesFidelity.seal(plain, context).length)
    expect(modelledMetadata.open(sealed, plain.length, context)).toEqual(plain)
  })

  test.prop([anyBytes, anyContext, anyContext, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'does not open when a byte is another, or with another key, place or cipher',
    (plain, context, other, position, flip) => {
      const sealed = modelledMetadata.seal(plain, context) as Uint8Array
      const damaged = sealed.slice()
      damaged[position % sealed.length]! ^= flip
      expect(() => modelledMetadata.open(damaged, plain.length, context)).toThrow(AuthenticationError)
      expect(() => modelledMetadata.open(sealed.subarray(0, 15), plain.length, context)).toThrow(AuthenticationError)
      const isSame = Buffer.from(JSON.stringify(context)).equals(Buffer.from(JSON.stringify(other)))
      if (!isSame) expect(() => modelledMetadata.open(sealed, plain.length, other)).toThrow(AuthenticationError)
    },
  )

  test.prop([anyBytes, anyContext, anyContext, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'is as long as encrypted, and decrypts in the very context only, when no byte is another',
    (
      plain,
      { segment: _a, compression: _b, ...given },
      { segment: _c, compression: _d, ...others },
      position,
      flip,
    ) => {
      const context = { ...given, nonce: noise(1, 12) }
      const sealed = modelledSealing.encrypt(plain, context)
      expect(sealed.length).toBe(bytesFidelity.sealing.encrypt(plain, context).length)
      expect(modelledSealing.decrypt(sealed, context)).toEqual(plain)
      const damaged = sealed.slice()
      damaged[position % sealed.length]! ^= flip
      expect(() => modelledSealing.decrypt(damaged, context)).toThrow(AuthenticationError)
      for (const other of [
        { ...others, nonce: context.nonce },
        { ...context, nonce: noise(2, 12) },
      ])
        if (JSON.stringify(other) !== JSON.stringify(context))
          expect(() => modelledSealing.decrypt(sealed, other)).toThrow(AuthenticationError)
    },
  )

  test.prop([anyContext, anyContext])('gives packs keys by secret and header', (one, other) => {
    const keyOf = ({ key, associatedData }: SealContext): string =>
      Buffer.from(modelledSealing.packKey(key, associatedData)).toString('hex')
    const isSame =
      Buffer.from(one.key).equals(other.key) && Buffer.from(one.associatedData).equals(other.associatedData)
    expect(keyOf(one) === keyOf(other)).toBe(isSame)
    expect(keyOf(one)).toHaveLength(64)
  })

  test.prop([anyBytes, anyBytes, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'has one name for equal content, wherever it lies, and others for other content and another key',
    (content, other, position, flip) => {
      expect(nameOf(elsewhere(content))).toBe(nameOf(content))
      expect(nameOf(content, noise(3, 32))).not.toBe(nameOf(content))
      expect(nameOf(content) === nameOf(other)).toBe(Buffer.from(content).equals(Buffer.from(other)))
      expect(nameOf(Uint8Array.of(...content, 0))).not.toBe(nameOf(content))
      if (content.length === 0) return
      const changed = content.slice()
      changed[position % content.length]! ^= flip
      expect(nameOf(changed)).not.toBe(nameOf(content))
    },
  )
})
