import {
  NONCE_BYTES,
  TAG_BYTES,
  compress,
  decompress,
  decrypt,
  encrypt,
  expandKey,
  keyedHash,
} from '../cryptography/cryptography.ts'
import type { Content, Fidelity, SealContext } from '../ports.ts'
import { looksRandom } from './entropy-probe.ts'
import { GearCutter } from './gear-cutter.ts'
import { BytesJoiner } from './bytes-joiner.ts'
import { concatBytes, discard, heldBytes } from './held-bytes.ts'

/** Compresses and decompresses. */
export interface Codec {
  /** The result is valid until the next call. */
  compress(plain: Uint8Array, level?: number): Uint8Array
  /** @throws AuthenticationError when it is not compressed data of this length */
  decompress(compressed: Uint8Array, plainLength: number): Uint8Array
  /** Releases the memory of compressed data; absent where the codec reuses it. */
  discard?(compressed: Uint8Array): void
}

export const nodeCodec: Codec = { compress, decompress, discard }

/** Real bytes, with the real chunker, hash and codec. */
export const bytesFidelity: Fidelity = {
  name: 'bytes',
  slice: (content, start, end) => heldBytes(content).subarray(start, end),
  concat: (parts) => concatBytes(parts.map(heldBytes)),
  joiner: () => new BytesJoiner(),
  equal: (a, b) => equalBytes(heldBytes(a), heldBytes(b)),
  isZero: (content) => heldBytes(content).every((byte) => byte === 0),
  cutter: (parameters, keys) => new GearCutter(parameters, keys),
  discard: (content) => discard(heldBytes(content)),
  identify: (content, keys, into, at) => keyedHash(keys.id, heldBytes(content), into, at),
  seal: (plain, context) => sealBytes(heldBytes(plain), context),
  open: (sealed, plainLength, context) => openBytes(heldBytes(sealed), plainLength, context),
  get metadata() {
    return bytesFidelity
  },
  sealing: { packKey: expandKey, encrypt, decrypt },
}

/**
 * Compresses content if that saves at least a sixteenth. Whether it was compressed follows from the lengths: content
 * sealed uncompressed is longer by exactly a tag.
 */
export function packed(
  plain: Uint8Array,
  { compression, level }: Pick<SealContext, 'compression' | 'level'>,
  codec = nodeCodec,
): Uint8Array {
  if (compression === 'none' || looksRandom(plain)) return plain
  const compressed = codec.compress(plain, level)
  if (compressed.length <= plain.length - plain.length / 16) return compressed
  codec.discard?.(compressed)
  return plain
}

/** Undoes `packed`, given the sealed length. @throws AuthenticationError */
export function unpacked(
  payload: Uint8Array,
  sealed_bytes: number,
  plainLength: number,
  codec = nodeCodec,
): Uint8Array {
  if (sealed_bytes === plainLength + TAG_BYTES) return payload
  const plain = codec.decompress(payload, plainLength)
  discard(payload)
  return plain
}

export function sealBytes(plain: Uint8Array, context: SealContext, codec = nodeCodec): Uint8Array {
  const payload = packed(plain, context, codec)
  const sealed = encrypt(payload, aead(context))
  if (payload !== plain) codec.discard?.(payload)
  return sealed
}

/** @throws AuthenticationError */
export function openBytes(
  sealed: Uint8Array,
  plainLength: number,
  context: SealContext,
  codec = nodeCodec,
): Uint8Array {
  return unpacked(decrypt(sealed, aead(context)), sealed.length, plainLength, codec)
}

function aead({ cipher, key, segment, associatedData }: SealContext): Parameters<typeof encrypt>[1] {
  // The key belongs to one pack, so a segment number is a nonce that never repeats.
  const nonce = new Uint8Array(NONCE_BYTES)
  new DataView(nonce.buffer).setUint32(0, segment, true)
  return { cipher, key, nonce, associatedData }
}

function equalBytes(a: Content & Uint8Array, b: Content & Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
