import { hexOf } from '../encoding/encoding.ts'

/** Bytes of a chunk's address: its keyed id, with the lineage tag upon it. */
export const ADDRESS_BYTES = 32
/** The same in words of 32 bits. */
export const ADDRESS_WORDS = 8

/** Room for the addresses of most files and directories. */
const few = new Int32Array(8 * ADDRESS_WORDS)
const fewBytes = new Uint8Array(few.buffer)
const one = few.subarray(0, ADDRESS_WORDS)

/**
 * Addresses as words, for the table, until this is asked for others: few of them in memory that serves again and again, since to look at
 * a small array in another way makes the runtime move it into memory of its own; many in their own, or a copy where
 * the bytes do not lie at a multiple of four.
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

/** One address that is written again and again: as bytes for hashes and files, as words for the table. */
export class AddressCursor {
  readonly words = new Int32Array(ADDRESS_WORDS)
  readonly bytes = new Uint8Array(this.words.buffer)

  /** Reads the address at a position of a list. */
  read(list: Uint8Array, at: number): void {
    const { bytes } = this
    // Thirty-two bytes are copied sooner than a part is made of them.
    for (let byte = 0; byte < ADDRESS_BYTES; byte++) bytes[byte] = list[at + byte]!
  }

  /** Puts a lineage tag on, or takes it off: the same operation. */
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
 * What makes equal content of two chains of backups two different chunks. The tag of deduplicated backups is zero; each
 * full backup draws one of its own, so that it finds nothing stored and leans on nothing.
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

/** Chunks in a row: their addresses one behind the other, and the entries of the index that they have. */
export interface ChunkSequence {
  readonly addresses: Uint8Array
  readonly entries: Uint32Array
}

/** Puts chunks in a row, one by one or many at once. */
export class ChunkSequenceBuilder {
  #addresses = new Uint8Array(8 * ADDRESS_BYTES)
  #entries = new Uint32Array(8)
  #count = 0

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
    this.#entries.set(entries.subarray(from, to), this.#count)
    this.#count += to - from
  }

  /** The chunks so far, and none again. */
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
