import { bytesEqual, keyedHash } from '../../engine/cryptography/cryptography.ts'
import { fromNode } from './koffi.ts'
import type { NodeLibrary } from './koffi.ts'

/**
 * HMAC-SHA256 of the OpenSSL compiled into Node, called through koffi: Node creates an object with the machinery of a
 * stream for each message, which for small files takes as long as hashing them (decision 0042).
 */

/** HMAC-SHA256 into `into` at `at`: 32 bytes. */
export type KeyedHash = typeof keyedHash

const HASH_BYTES = 32
const NO_KEY = new Uint8Array(0)

let hash: KeyedHash | undefined

/** The fastest implementation available: OpenSSL called directly where Node exports it, otherwise Node's own API. */
export function fastKeyedHash(): KeyedHash {
  return (hash ??= nativeKeyedHash() ?? keyedHash)
}

/** Undefined without koffi, or where Node does not export OpenSSL. */
export function nativeKeyedHash(): KeyedHash | undefined {
  return fromNode(bind)
}

function bind(node: NodeLibrary): KeyedHash {
  const begin = node.func('int HMAC_Init_ex(void *context, const uint8_t *key, int length, void *hash, void *engine)')
  const update = node.func('int HMAC_Update(void *context, const uint8_t *content, size_t length)')
  const finish = node.func('int HMAC_Final(void *context, uint8_t *digest, void *length)')
  const sha256 = node.func('void *EVP_sha256()')()
  const context = node.func('void *HMAC_CTX_new()')()
  if (context === null) throw new Error('OpenSSL has no memory for a context')
  const digest = new Uint8Array(HASH_BYTES)
  /** A copy of the key set in the context: reusing the same key saves two of four blocks. */
  let known = NO_KEY
  return (key, content, into, at) => {
    const isKnown = bytesEqual(known, key)
    const copy = isKnown ? known : key.slice()
    // After a failure the key in the context is unknown.
    known = NO_KEY
    const done =
      begin(context, isKnown ? null : key, isKnown ? 0 : key.length, isKnown ? null : sha256, null) === 1 &&
      update(context, content, content.length) === 1 &&
      finish(context, digest, null) === 1
    if (!done) throw new Error('OpenSSL cannot take an HMAC: no memory')
    known = copy
    into.set(digest, at)
  }
}
