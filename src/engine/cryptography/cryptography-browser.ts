/**
 * Replaces cryptography.ts where there is no Node; bundlers substitute it. Produces the same bytes in plain JavaScript,
 * more slowly, and has no zstd: sufficient for simulations, whose metadata is not compressed.
 */
import { gcm } from '@noble/ciphers/aes.js'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { argon2id } from '@noble/hashes/argon2.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { sha256 as sha256Function } from '@noble/hashes/sha2.js'
import { KEY_BYTES, TAG_BYTES } from './ciphers.ts'
import { AuthenticationError } from '../errors.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { AeadContext } from '../ports.ts'

export * from './ciphers.ts'

export function encrypt(plain: Uint8Array, context: AeadContext): Uint8Array {
  return cipherOf(context).encrypt(plain)
}

/** @throws AuthenticationError when these are not the bytes that were encrypted in this context. */
export function decrypt(sealed: Uint8Array, context: AeadContext): Uint8Array {
  if (sealed.length < TAG_BYTES) throw new AuthenticationError('the stored bytes are cut off')
  try {
    return cipherOf(context).decrypt(sealed)
  } catch {
    throw new AuthenticationError(
      'the stored bytes are not those that were written: damaged, or not made with this key',
    )
  }
}

function cipherOf({ cipher, key, nonce, associatedData }: AeadContext): ReturnType<typeof gcm> {
  return cipher === 'aes-256-gcm' ? gcm(key, nonce, associatedData) : chacha20poly1305(key, nonce, associatedData)
}

export function compress(_plain: Uint8Array, _level?: number): Uint8Array {
  throw new Error(NO_ZSTD)
}

export function decompress(_compressed: Uint8Array, _plainLength: number): Uint8Array {
  throw new Error(NO_ZSTD)
}

const NO_ZSTD = 'zstd is not available in browsers: repositories there have compression "none"'

/** HMAC-SHA256 into `into` at `at`: 32 bytes. */
export function keyedHash(key: Uint8Array, content: Uint8Array, into: Uint8Array, at: number): void {
  into.set(hmac(sha256Function, key, content), at)
}

export function sha256(content: Uint8Array): Uint8Array {
  return sha256Function(content)
}

/** HKDF-SHA256 (RFC 5869). */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, purpose: string, length = KEY_BYTES): Uint8Array {
  return hkdf(sha256Function, secret, salt, new TextEncoder().encode(purpose), length)
}

/** HKDF-Expand alone (RFC 5869, section 3.3): 32 bytes. */
export function expandKey(secret: Uint8Array, info: Uint8Array): Uint8Array {
  const block = new Uint8Array(info.length + 1)
  block.set(info)
  block[info.length] = 1
  return hmac(sha256Function, secret, block)
}

/** Argon2id (RFC 9106) with one lane, or scrypt (RFC 7914) with blocks of 1 KiB. */
export function keyFromPassword(password: string, salt: Uint8Array, hashing: PasswordHashing): Uint8Array {
  const message = password.normalize('NFC')
  return hashing.algorithm === 'argon2id'
    ? argon2id(message, salt, { m: hashing.memory, t: hashing.passes, p: 1, dkLen: KEY_BYTES })
    : scrypt(message, salt, { N: hashing.cost, r: 8, p: 1, dkLen: KEY_BYTES })
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let k = 0; k < a.length; k++) difference |= a[k]! ^ b[k]!
  return difference === 0
}
