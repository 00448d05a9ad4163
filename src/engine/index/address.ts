import { hexOf } from '../encoding/encoding.ts'

/** Bytes of a chunk's address: its keyed id XOR the lineage tag. */
export const ADDRESS_BYTES = 32
/** The same in 32-bit words. */
export const ADDRESS_WORDS = 8

/** Reused for the addresses of most files and directories. */
const few = new Int32Array(8 * ADDRESS_WORDS)
const fewBytes = new Uint8Array(few.buffer)
const one = few.subarray(0, ADDRESS_WORDS)

/**
 * Addresses as words, for the table; valid until the next call. A few use reused memory, because viewing a small array
 * as another type makes the runtime move it to memory of its own. Many are viewed in place, or copied where the bytes
 * are not aligned to four.
 */
export function addressWords(addresses: Uint8Array): Int32Array {
  const { length } = addresses
  if (length <= fewBytes.length) {
    fewBytes.set(addresses)
    return length === ADDRESS_BYTES ? one : few.subarray(0, length >>> 2)
  }
  const { buffer, byteOffset } = addresses
  if ((byteOffset & 3) === 0) return new Int32Array(buffer, byteOffset, length >>> 2)
  return new Int32Array(new Uint8Array(addresses).buffer)
}

/** One address that is overwritten again and again: as bytes for hashes and files, as words for the table. */
export class AddressCursor {
  readonly words = new Int32Array(ADDRESS_WORDS)
  readonly bytes = new Uint8Array(this.words.buffer)

  /** Reads the address at a position of a list. */
  read(list: Uint8Array, at: number): void {
    const { bytes } = this
    // Copying thirty-two bytes in a loop is faster than creating a subarray.
    for (let byte = 0; byte < ADDRESS_BYTES; byte++) bytes[byte] = list[at + byte]!
  }

  /** Applies a lineage tag, or removes it: the same operation. */
  tag(tag: LineageTag): void {
    this.xor(tag)
  }

  /** The exclusive or with other words. */
  xor(other: { readonly words: Int32Array }): void {
    const { words } = this
    for (let at = 0; at < ADDRESS_WORDS; at++) words[at]! ^= other.words[at]!
  }
}

/**
 * Distinguishes equal content in two chains of backups. The tag of deduplicated backups is zero; each full backup draws
 * a tag of its own, so that it finds none of its chunks stored and depends on nothing.
 */
export class LineageTag {
  readonly words: Int32Array
  readonly hex: string

  constructor(bytes: Uint8Array) {
    this.words = new Int32Array(new Uint8Array(bytes).buffer)
    this.hex = hexOf(bytes)
  }

  static readonly none = new LineageTag(new Uint8Array(ADDRESS_BYTES))
}

/** A sequence of chunks: their concatenated addresses, and their entries in the index. */
export interface ChunkSequence {
  readonly addresses: Uint8Array
  readonly entries: Uint32Array
}

/** Builds a sequence of chunks, one by one or many at once. */
export class ChunkSequenceBuilder {
  #addresses = new Uint8Array(8 * ADDRESS_BYTES)
  #entries = new Uint32Array(8)
  #count = 0

  /** Forgets the chunks so far. */
  clear(): void {
    this.#count = 0
  }

  push(address: Uint8Array, entry: number, times = 1): void {
    this.#reserve(times)
    for (let added = 0; added < times; added++) {
      this.#addresses.set(address, this.#count * ADDRESS_BYTES)
      this.#entries[this.#count++] = entry
    }
  }

  /** Chunks [from, to) of another sequence. */
  append({ addresses, entries }: ChunkSequence, from: number, to: number): void {
    this.#reserve(to - from)
    this.#addresses.set(addresses.subarray(from * ADDRESS_BYTES, to * ADDRESS_BYTES), this.#count * ADDRESS_BYTES)
    for (let at = from; at < to; at++) this.#entries[this.#count++] = entries[at]!
  }

  /** Returns the chunks so far, and starts over. */
  take(): ChunkSequence {
    const count = this.#count
    this.#count = 0
    return { addresses: this.#addresses.slice(0, count * ADDRESS_BYTES), entries: this.#entries.slice(0, count) }
  }

  #reserve(more: number): void {
    const needed = this.#count + more
    if (needed <= this.#entries.length) return
    const length = Math.max(needed, 2 * this.#entries.length)
    const addresses = new Uint8Array(length * ADDRESS_BYTES)
    addresses.set(this.#addresses)
    this.#addresses = addresses
    const entries = new Uint32Array(length)
    entries.set(this.#entries)
    this.#entries = entries
  }
}
