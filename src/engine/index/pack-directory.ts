import { RepositoryFormatError } from '../errors.ts'
import { ADDRESS_BYTES } from './address.ts'

export type PackKind = 'data' | 'trees'

/** Facts about a pack besides its directory. */
export interface PackFacts {
  /** 64 hexadecimal digits. */
  readonly name: string
  readonly kind: PackKind
  /** From the pack's header: with it, segments can be opened without reading the header. */
  readonly salt: Uint8Array
  /** Bytes of the whole pack as stored. */
  readonly size: number
}

/** The contents of a pack, as its directory lists them. */
export interface PackDirectory {
  /** Stored bytes of each segment. */
  readonly sealed_bytes: Uint32Array
  /** Bytes of each segment before sealing. */
  readonly plain_bytes: Uint32Array
  /** Number of chunks in each segment. */
  readonly chunks: Uint32Array
  /** Addresses of all chunks in order. */
  readonly addresses: Uint8Array
  /** Bytes of all chunks in order. */
  readonly lengths: Uint32Array
}

/**
 * Little-endian numbers of four bytes: count of segments, count of chunks, stored bytes, plain bytes and chunks of each
 * segment, length of each chunk; then the addresses. There are too many directories for a general encoding.
 */
export function encodeDirectory({ sealed_bytes, plain_bytes, chunks, addresses, lengths }: PackDirectory): Uint8Array {
  const segments = chunks.length
  const count = 2 + 3 * segments + lengths.length
  const words = new Uint32Array(count + addresses.length / 4)
  words[0] = segments
  words[1] = lengths.length
  words.set(sealed_bytes, 2)
  words.set(plain_bytes, 2 + segments)
  words.set(chunks, 2 + 2 * segments)
  words.set(lengths, 2 + 3 * segments)
  const bytes = new Uint8Array(words.buffer)
  if (!IS_LOWEST_FIRST) {
    const view = new DataView(words.buffer)
    for (let at = 0; at < count; at++) view.setUint32(4 * at, words[at]!, true)
  }
  bytes.set(addresses, 4 * count)
  return bytes
}

/** Whether this machine is little-endian, like the format. */
const IS_LOWEST_FIRST = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** @throws RepositoryFormatError when the parts do not add up */
export function decodeDirectory(bytes: Uint8Array): PackDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const segments = bytes.length < 8 ? 0 : view.getUint32(0, true)
  const count = bytes.length < 8 ? 0 : view.getUint32(4, true)
  const addressesAt = 4 * (2 + 3 * segments + count)
  if (bytes.length !== addressesAt + ADDRESS_BYTES * count) {
    throw new RepositoryFormatError('the directory of a pack is not as long as its parts')
  }
  let at = 8
  const read = (length: number): Uint32Array => {
    const numbers = new Uint32Array(length)
    for (let k = 0; k < length; k++, at += 4) numbers[k] = view.getUint32(at, true)
    return numbers
  }
  const directory = {
    sealed_bytes: read(segments),
    plain_bytes: read(segments),
    chunks: read(segments),
    lengths: read(count),
    addresses: bytes.slice(addressesAt),
  }
  let chunks = 0
  for (let segment = 0; segment < segments; segment++) chunks += directory.chunks[segment]!
  if (chunks !== count) throw new RepositoryFormatError('the segments of a pack have other chunks than their directory')
  return directory
}
