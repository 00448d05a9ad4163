import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as browser from '../../../src/engine/cryptography/cryptography-browser.ts'
import * as node from '../../../src/engine/cryptography/cryptography.ts'
import { AuthenticationError } from '../../../src/engine/errors.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

describe('cryptography in browsers gives the bytes that it gives on Node', () => {
  it('exports the same', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort())
  })

  describe.each(['aes-256-gcm', 'chacha20-poly1305'] as const)('%s', (cipher) => {
    const context = { cipher, key: bytes(32), nonce: bytes(12), associatedData: bytes(40) }

    it.each([0, 1, 15, 16, 1000, 300_000])('of %d bytes', (length) => {
      const plain = bytes(length)
      const sealed = browser.encrypt(plain, context)
      expect(sealed).toEqual(node.encrypt(plain, context))
      expect(browser.decrypt(sealed, context)).toEqual(plain)
    })

    it('refuses what is damaged or cut off', () => {
      const sealed = browser.encrypt(bytes(100), context)
      sealed[5]! ^= 1
      expect(() => browser.decrypt(sealed, context)).toThrow(AuthenticationError)
      expect(() => browser.decrypt(sealed.subarray(0, 15), context)).toThrow('cut off')
    })
  })

  it('hashes, and derives keys', () => {
    for (const length of [0, 1, 64, 1000]) {
      const [key, content] = [bytes(32), bytes(length)]
      expect(browser.sha256(content)).toEqual(new Uint8Array(node.sha256(content)))
      expect(browser.deriveKey(key, content, 'pack', 48)).toEqual(node.deriveKey(key, content, 'pack', 48))
      expect(browser.expandKey(key, content)).toEqual(node.expandKey(key, content))
      const hashed = [new Uint8Array(40), new Uint8Array(40)] as const
      browser.keyedHash(key, content, hashed[0], 3)
      node.keyedHash(key, content, hashed[1], 3)
      expect(hashed[0]).toEqual(hashed[1])
    }
    const salt = bytes(32)
    for (const hashing of [
      { algorithm: 'scrypt', cost: 16 },
      { algorithm: 'argon2id', memory: 64, passes: 2 },
    ] as const)
      expect(browser.keyFromPassword('pässword', salt, hashing)).toEqual(
        new Uint8Array(node.keyFromPassword('pässword', salt, hashing)),
      )
  })

  it('compares', () => {
    expect(browser.bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(browser.bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(browser.bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
  })

  it('says that it has no zstd', () => {
    expect(() => browser.compress(bytes(1))).toThrow('zstd is not available in browsers')
  })
})
