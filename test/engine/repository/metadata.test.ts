import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { bytesFidelity } from '../../../src/engine/bytes/bytes-fidelity.ts'
import { encodeValue, isArray } from '../../../src/engine/encoding/encoding.ts'
import { AuthenticationError, RepositoryFormatError, WrongPasswordError } from '../../../src/engine/errors.ts'
import { openMasterKey, repositoryKeys, sealMasterKey } from '../../../src/engine/repository/keys.ts'
import { openMetadata, sealMetadata } from '../../../src/engine/repository/metadata-blob.ts'
import type { PasswordHashing } from '../../../src/engine/cryptography/password-hashing.ts'
import { countingRandom, noise } from '../workbench.ts'

const seal = {
  sealing: bytesFidelity.sealing,
  key: noise(1, 32),
  cipher: 'chacha20-poly1305',
  compression: 'zstd',
  repository: 'abc',
} as const

const isNothing = (_value: unknown): _value is never => false

describe('sealed metadata', () => {
  const value = ['some', 1, Uint8Array.of(1, 2)]
  const sealed = sealMetadata('index/one', value, seal, countingRandom(1))

  function open(name: string, more: object): unknown {
    return openMetadata(name, sealed, { ...seal, ...more }, isArray)
  }

  it('opens under its name, for its repository', () => {
    expect(openMetadata('index/one', sealed, seal, isArray)).toEqual(value)
    const plain = { ...seal, compression: 'none' } as const
    expect(openMetadata('x', sealMetadata('x', value, plain, countingRandom(2)), plain, isArray)).toEqual(value)
  })

  it('opens as nothing else', () => {
    expect(() => open('index/two', {})).toThrow(AuthenticationError)
    expect(() => open('index/one', { repository: 'abd' })).toThrow(AuthenticationError)
    expect(() => open('index/one', { key: noise(2, 32) })).toThrow(AuthenticationError)
    expect(() => open('index/one', { cipher: 'aes-256-gcm' })).toThrow(AuthenticationError)
    expect(() => openMetadata('index/one', sealed, seal, isNothing)).toThrow(RepositoryFormatError)
  })

  test.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])('does not open damaged or cut off', (at, flip) => {
    const damaged = Uint8Array.from(sealed)
    damaged[at % sealed.length]! ^= flip
    expect(() => openMetadata('index/one', damaged, seal, isArray)).toThrow(AuthenticationError)
    expect(() => openMetadata('index/one', sealed.subarray(0, at % sealed.length), seal, isArray)).toThrow(
      AuthenticationError,
    )
  })

  test.prop([fc.uint8Array({ maxLength: 100 })])('is nothing made up', (bytes) => {
    expect(() => openMetadata('index/one', bytes, seal, isArray)).toThrow(AuthenticationError)
  })
})

describe('a key file', () => {
  const master = noise(3, 32)
  const key = { password: 'pässword', principal: 'me', cipher: 'aes-256-gcm', created: 0 } as const
  const kinds: readonly PasswordHashing[] = [
    { algorithm: 'scrypt', cost: 16 },
    { algorithm: 'argon2id', memory: 64, passes: 1 },
  ]

  it.each(kinds)('opens with its password, however its letters are composed: $algorithm', (kdf) => {
    const file = sealMasterKey(master, { ...key, kdf }, countingRandom(3))
    expect(Buffer.compare(openMasterKey(file, 'pässword').master, master)).toBe(0)
    expect(Buffer.compare(openMasterKey(file, 'pa\u0308ssword').master, master)).toBe(0)
  })

  it.each(kinds)('says when the password is wrong: $algorithm', (kdf) => {
    const file = sealMasterKey(master, { ...key, kdf }, countingRandom(3))
    expect(() => openMasterKey(file, 'password')).toThrow(WrongPasswordError)
    expect(() => openMasterKey(file, '')).toThrow(WrongPasswordError)
  })

  it('is refused when deriving its key would take all memory', () => {
    const absurd = [
      ...[2 ** 21, 2 ** 30, 3, 0, -2, 1.5, 2 ** 40].map((cost) => ({ algorithm: 'scrypt', cost })),
      ...[2 ** 21, 7, 8.5, -8].map((memory) => ({ algorithm: 'argon2id', memory, passes: 1 })),
      ...[0, 65, 1.5].map((passes) => ({ algorithm: 'argon2id', memory: 64, passes })),
    ]
    for (const kdf of absurd) {
      const wanting = encodeValue({
        kdf: { ...kdf, salt: noise(1, 32) },
        cipher: 'aes-256-gcm',
        principal: 'me',
        created: 0,
        sealed: noise(1, 48),
      })
      expect(() => openMasterKey(wanting, 'any')).toThrow(RepositoryFormatError)
    }
  })

  test.prop([fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.anything().map(encodedOrNothing))])(
    'is refused when it is anything else',
    (bytes) => {
      expect(() => openMasterKey(bytes, 'any')).toThrow(RepositoryFormatError)
    },
  )

  it('gives secrets that have nothing in common', () => {
    const { id, chunker, pack, metadata } = repositoryKeys(master)
    expect(new Set([master, id, chunker, pack, metadata].map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(
      5,
    )
  })
})

/** CBOR of whatever has any. */
function encodedOrNothing(value: unknown): Uint8Array {
  try {
    return encodeValue(value)
  } catch {
    return new Uint8Array(0)
  }
}
