import { NONCE_BYTES, compress, decompress } from '../cryptography/cryptography.ts'
import type { CipherName } from '../cryptography/cryptography.ts'
import { concatBytes } from '../bytes/held-bytes.ts'
import { decodeValue, encodeValue } from '../encoding/encoding.ts'
import type { RandomSource, Sealing } from '../ports.ts'

export interface MetadataSeal {
  readonly sealing: Pick<Sealing, 'encrypt' | 'decrypt'>
  readonly key: Uint8Array
  readonly cipher: CipherName
  readonly compression: 'zstd' | 'none'
  /** Binds what is sealed to its repository. */
  readonly repository: string
}

/** Size of the length prefix: the length before compression, or 0 for uncompressed data. */
const LENGTH_BYTES = 4

/**
 * Seals a value under a name: nonce, then CBOR, compressed where that was chosen, encrypted. The name is authenticated
 * too, so that one blob cannot be substituted for another.
 */
export function sealMetadata(name: string, value: unknown, seal: MetadataSeal, random: RandomSource): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  const plain = encodeValue(value)
  const compressed = seal.compression === 'zstd' ? compress(plain) : plain
  const payload = new Uint8Array(LENGTH_BYTES + compressed.length)
  new DataView(payload.buffer).setUint32(0, seal.compression === 'zstd' ? plain.length : 0, true)
  payload.set(compressed, LENGTH_BYTES)
  const { encrypt } = seal.sealing
  return concatBytes([nonce, encrypt(payload, { ...seal, nonce, associatedData: associatedData(name, seal) })])
}

/**
 * @throws AuthenticationError when it is damaged, or was sealed under another name or for another repository
 * @throws RepositoryFormatError when it holds something else
 */
export function openMetadata<T>(
  name: string,
  sealed: Uint8Array,
  seal: MetadataSeal,
  isExpected: (value: unknown) => value is T,
): T {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const context = { ...seal, nonce, associatedData: associatedData(name, seal) }
  const payload = seal.sealing.decrypt(sealed.subarray(NONCE_BYTES), context)
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)
  const content = payload.subarray(LENGTH_BYTES)
  return decodeValue(length === 0 ? content : decompress(content, length), name, isExpected)
}

const utf8 = new TextEncoder()

function associatedData(name: string, { repository }: MetadataSeal): Uint8Array {
  return utf8.encode(`firedrill 1 ${repository} ${name}`)
}
