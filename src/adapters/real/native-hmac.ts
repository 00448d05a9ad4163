import { createRequire } from 'node:module'
import { bytesEqual, keyedHash } from '../../engine/cryptography/cryptography.ts'

/**
 * HMAC-SHA256 of OpenSSL as it is compiled into Node, called by koffi: Node makes an object with the machinery of a stream for each
 * message, which for small files takes as long as hashing them (decision 0042).
 */

/** HMAC-SHA256 into `into` at `at`: 32 bytes. */
export type KeyedHash = typeof keyedHash

type Foreign = (...values: unknown[]) => unknown

/** What is used of koffi; its own types describe all that it can do. */
interface Koffi {
  load(path: null): { func(signature: string): Foreign }
}

const HASH_BYTES = 32

let hash: KeyedHash | undefined

/** The same for all of a thread: as OpenSSL has it where Node lets it be called, and as Node calls it where not. */
export function fastKeyedHash(): KeyedHash {
  return (hash ??= nativeKeyedHash() ?? keyedHash)
}

/** Undefined without koffi, and where Node keeps OpenSSL to itself. */
export function nativeKeyedHash(): KeyedHash | undefined {
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi')
    return bind(koffi.load(null))
  } catch {
    return undefined
  }
}

function bind(node: ReturnType<Koffi['load']>): KeyedHash {
  const begin = node.func('int HMAC_Init_ex(void *context, const uint8_t *key, int length, void *hash, void *engine)')
  const update = node.func('int HMAC_Update(void *context, const uint8_t *content, size_t length)')
  const finish = node.func('int HMAC_Final(void *context, uint8_t *digest, void *length)')
  const sha256 = node.func('void *EVP_sha256()')()
  const context = node.func('void *HMAC_CTX_new()')()
  if (context === null) throw new Error('OpenSSL has no memory for a context')
  const digest = new Uint8Array(HASH_BYTES)
  /** The key that the context has, and a copy: without another it begins anew with the same, which spares two of four blocks. */
  let last: Uint8Array | undefined
  let known = new Uint8Array(0)
  return (key, content, into, at) => {
    const isKnown = key === last || bytesEqual(known, key)
    const done =
      begin(context, isKnown ? null : key, isKnown ? 0 : key.length, isKnown ? null : sha256, null) === 1 &&
      update(context, content, content.length) === 1 &&
      finish(context, digest, null) === 1
    if (!done) throw new Error('OpenSSL cannot take an HMAC: no memory')
    last = key
    if (!isKnown) known = key.slice()
    into.set(digest, at)
  }
}
