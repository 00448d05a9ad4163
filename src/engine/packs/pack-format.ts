import { concatBytes, heldBytes } from '../bytes/held-bytes.ts'
import { TAG_BYTES } from '../cryptography/cryptography.ts'
import type { CipherName } from '../cryptography/cryptography.ts'
import { RepositoryFormatError } from '../errors.ts'
import { PACK_HEADER_BYTES } from '../index/chunk-index.ts'
import { decodeDirectory, encodeDirectory } from '../index/pack-directory.ts'
import type { PackDirectory, PackKind } from '../index/pack-directory.ts'
import type { Fidelity, SealContext, Sealing } from '../ports.ts'

/**
 * A pack: header (magic, version, kind, salt), sealed segments, sealed directory, length of the sealed directory. The
 * salt gives each pack its own key, under which segment numbers are nonces.
 */

const MAGIC = 'FDPK'
const VERSION = 1
const SALT_BYTES = 32
const KINDS: readonly PackKind[] = ['data', 'trees']
/** Segment number of the directory. */
const DIRECTORY_SEGMENT = 0xff_ff_ff_ff
/** Bytes of the number at the end of a pack. */
export const PACK_TRAILER_BYTES = 4

export interface PackSeal {
  readonly header: Uint8Array
  readonly key: Uint8Array
  readonly cipher: CipherName
}

/** The seal of the pack with this salt. */
export function packSeal(
  salt: Uint8Array,
  kind: PackKind,
  packSecret: Uint8Array,
  cipher: CipherName,
  sealing: Sealing,
): PackSeal {
  const header = new Uint8Array(PACK_HEADER_BYTES)
  for (let at = 0; at < MAGIC.length; at++) header[at] = MAGIC.charCodeAt(at)
  header[4] = VERSION
  header[5] = KINDS.indexOf(kind)
  header.set(salt, PACK_HEADER_BYTES - SALT_BYTES)
  // The header contains the salt, so the key belongs to this pack alone.
  return { header, key: sealing.packKey(packSecret, header), cipher }
}

/**
 * Salt and kind from the first bytes of a pack.
 * @throws RepositoryFormatError
 */
export function readPackHeader(header: Uint8Array): { salt: Uint8Array; kind: PackKind } {
  const magic = String.fromCharCode(...header.subarray(0, MAGIC.length))
  const kind = KINDS[header[5] ?? -1]
  if (header.length < PACK_HEADER_BYTES || magic !== MAGIC || kind === undefined) {
    throw new RepositoryFormatError('this is not a pack')
  }
  if (header[4] !== VERSION) {
    throw new RepositoryFormatError(`the pack has format ${header[4]}, and this program reads format ${VERSION}`)
  }
  return { salt: header.slice(PACK_HEADER_BYTES - SALT_BYTES, PACK_HEADER_BYTES), kind }
}

export function newSalt(random: { bytes(length: number): Uint8Array }): Uint8Array {
  return random.bytes(SALT_BYTES)
}

/** The context in which a pack's segments are sealed. The header, including the kind, is authenticated with each. */
export function sealContext(
  seal: PackSeal,
  segment: number,
  compression: 'zstd' | 'none',
  level?: number,
): SealContext {
  const context = { key: seal.key, segment, associatedData: seal.header, cipher: seal.cipher, compression }
  return level === undefined ? context : { ...context, level }
}

/** What follows the segments. */
export function sealDirectory(seal: PackSeal, directory: PackDirectory, metadata: Fidelity): Uint8Array {
  const sealed = heldBytes(metadata.seal(encodeDirectory(directory), sealContext(seal, DIRECTORY_SEGMENT, 'none')))
  const trailer = new Uint8Array(PACK_TRAILER_BYTES)
  new DataView(trailer.buffer).setUint32(0, sealed.length, true)
  return concatBytes([sealed, trailer])
}

/**
 * Bytes of the sealed directory, from the last bytes of a pack.
 * @throws RepositoryFormatError
 */
export function directoryLength(tail: Uint8Array): number {
  const at = tail.length - PACK_TRAILER_BYTES
  if (at < 0) throw new RepositoryFormatError('the pack is cut off')
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(at, true)
}

/**
 * The directory from the last bytes of a pack.
 * @throws RepositoryFormatError, AuthenticationError
 */
export function openDirectory(seal: PackSeal, tail: Uint8Array, metadata: Fidelity): PackDirectory {
  const end = tail.length - PACK_TRAILER_BYTES
  const length = directoryLength(tail)
  if (length > end) throw new RepositoryFormatError('the pack is cut off')
  const sealed = tail.subarray(end - length, end)
  const context = sealContext(seal, DIRECTORY_SEGMENT, 'none')
  return decodeDirectory(heldBytes(metadata.open(sealed, sealed.length - TAG_BYTES, context)))
}
