import crypto, {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto'
import type { CipherChaCha20Poly1305, CipherGCM, DecipherChaCha20Poly1305, DecipherGCM, KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import type * as NobleArgon2 from '@noble/hashes/argon2.js'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { discard, freshBytes } from '../bytes/held-bytes.ts'
import { KEY_BYTES, TAG_BYTES } from './ciphers.ts'
import type { CipherName } from './ciphers.ts'
import { COMPRESSION_LEVEL } from './compression-level.ts'
import { AuthenticationError } from '../errors.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { AeadContext } from '../ports.ts'

/**
 * Everything that the engine takes from Node: primitives of OpenSSL and zstd, with no cryptography of our own. Browsers
 * use cryptography-browser.ts instead.
 */

export * from './ciphers.ts'

/** OpenSSL touches fresh memory page by page; output in pieces that stay in the cache is up to five times as fast. */
const PIECE_BYTES = 256 * 1024

/** OpenSSL sets up a key given as bytes at each call, which costs more than encrypting a few KiB. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

function keyObject(key: Uint8Array): KeyObject {
  let object = keyObjects.get(key)
  if (object === undefined) keyObjects.set(key, (object = createSecretKey(key)))
  return object
}

/** Ciphertext and tag. */
export function encrypt(plain: Uint8Array, { cipher, key, nonce, associatedData }: AeadContext): Uint8Array {
  const encryption = newEncryption(cipher, keyObject(key), nonce)
  encryption.setAAD(associatedData, { plaintextLength: plain.length })
  const sealed = freshBytes(plain.length + TAG_BYTES)
  for (let at = 0; at < plain.length; at += PIECE_BYTES) {
    const piece = encryption.update(plain.subarray(at, at + PIECE_BYTES))
    sealed.set(piece, at)
    discard(piece)
  }
  encryption.final()
  sealed.set(encryption.getAuthTag(), plain.length)
  return sealed
}

/** @throws AuthenticationError when these are not the bytes that were encrypted in this context. */
export function decrypt(sealed: Uint8Array, { cipher, key, nonce, associatedData }: AeadContext): Uint8Array {
  const length = sealed.length - TAG_BYTES
  if (length < 0) throw new AuthenticationError('the stored bytes are cut off')
  const decryption = newDecryption(cipher, keyObject(key), nonce)
  decryption.setAAD(associatedData, { plaintextLength: length })
  decryption.setAuthTag(sealed.subarray(length))
  let plain: Uint8Array
  if (length <= PIECE_BYTES) plain = withoutBuffer(decryption.update(sealed.subarray(0, length)))
  else {
    plain = freshBytes(length)
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const piece = decryption.update(sealed.subarray(at, Math.min(at + PIECE_BYTES, length)))
      plain.set(piece, at)
      discard(piece)
    }
  }
  try {
    decryption.final()
  } catch {
    throw new AuthenticationError(
      'the stored bytes are not those that were written: damaged, or not made with this key',
    )
  }
  return plain
}

/** Both ciphers are called in the same way, but Node's types distinguish them by name. */
function newEncryption(cipher: CipherName, key: KeyObject, nonce: Uint8Array): CipherGCM | CipherChaCha20Poly1305 {
  const options = { authTagLength: TAG_BYTES }
  return cipher === 'aes-256-gcm'
    ? createCipheriv(cipher, key, nonce, options)
    : createCipheriv(cipher, key, nonce, options)
}

function newDecryption(cipher: CipherName, key: KeyObject, nonce: Uint8Array): DecipherGCM | DecipherChaCha20Poly1305 {
  const options = { authTagLength: TAG_BYTES }
  return cipher === 'aes-256-gcm'
    ? createDecipheriv(cipher, key, nonce, options)
    : createDecipheriv(cipher, key, nonce, options)
}

export function compress(plain: Uint8Array, level = COMPRESSION_LEVEL): Uint8Array {
  // A single output buffer for content that halves: several would have to be copied together.
  const chunkSize = Math.max(64, (plain.length >> 1) + 512)
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: level }, chunkSize })
}

/** @throws AuthenticationError when it is not compressed data of this length */
export function decompress(compressed: Uint8Array, plainLength: number): Uint8Array {
  let plain: Uint8Array
  try {
    // One output buffer of the right size is twice as fast as growing one. When it is full, Node prepares the next one,
    // which counts as used memory until V8 collects garbage, and triggers that every 64 MiB; the extra byte avoids it.
    plain = zstdDecompressSync(compressed, {
      chunkSize: Math.max(64, plainLength + 1),
      maxOutputLength: Math.max(1, plainLength),
    })
  } catch (cause) {
    throw new AuthenticationError('the stored bytes cannot be decompressed', { cause })
  }
  if (plain.length !== plainLength) {
    throw new AuthenticationError(`the stored bytes hold ${plain.length} bytes, not ${plainLength}`)
  }
  return withoutBuffer(plain)
}

/** A Buffer's slices share its memory, a Uint8Array's do not: results always behave like the latter. */
function withoutBuffer(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** HMAC-SHA256 into `into` at `at`: 32 bytes. */
export function keyedHash(key: Uint8Array, content: Uint8Array, into: Uint8Array, at: number): void {
  into.set(createHmac('sha256', keyObject(key)).update(content).digest(), at)
}

export function sha256(content: Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest()
}

/** HKDF-SHA256 (RFC 5869). */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, purpose: string, length = KEY_BYTES): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, purpose, length))
}

/**
 * HKDF-Expand alone (RFC 5869, section 3.3), for a secret that is already a uniform key: takes a tenth of the time of
 * the whole. 32 bytes.
 */
export function expandKey(secret: Uint8Array, info: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', keyObject(secret)).update(info).update(FIRST_BLOCK).digest())
}

const FIRST_BLOCK = Uint8Array.of(1)

/** Argon2id (RFC 9106) with one lane, or scrypt (RFC 7914) with blocks of 1 KiB. */
export function keyFromPassword(password: string, salt: Uint8Array, hashing: PasswordHashing): Uint8Array {
  const message = Buffer.from(password.normalize('NFC'))
  if (hashing.algorithm === 'argon2id') return argon2id(message, salt, hashing)
  const { cost } = hashing
  const r = 8
  return scryptSync(message, salt, KEY_BYTES, { N: cost, r, p: 1, maxmem: 256 * cost * r + 1024 * 1024 })
}

function argon2id(
  message: Uint8Array,
  nonce: Uint8Array,
  { memory, passes }: Extract<PasswordHashing, { algorithm: 'argon2id' }>,
): Uint8Array {
  // Missing before Node 24.7: then a JavaScript implementation takes four times as long, and is loaded on demand.
  if (typeof crypto.argon2Sync !== 'function') {
    const noble: typeof NobleArgon2 = createRequire(import.meta.url)('@noble/hashes/argon2.js')
    return noble.argon2id(message, nonce, { m: memory, t: passes, p: 1, dkLen: KEY_BYTES })
  }
  return crypto.argon2Sync('argon2id', { message, nonce, memory, passes, parallelism: 1, tagLength: KEY_BYTES })
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
