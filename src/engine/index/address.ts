import { hexOf } from '../encoding.ts'

/** Bytes of a chunk's address: its keyed id, with the lineage tag upon it. */
export const ADDRESS_BYTES = 32
/** The same in words of 32 bits. */
export const ADDRESS_WORDS = 8

/** Addresses as words, for the table: bytes of a message need not lie at a multiple of four. */
export function addressWords(addresses: Uint8Array): Int32Array {
  return new Int32Array(new Uint8Array(addresses).buffer)
}

/** One address that is written again and again: as bytes for hashes and files, as words for the table. */
export class AddressCursor {
  readonly words = new Int32Array(ADDRESS_WORDS)
  readonly bytes = new Uint8Array(this.words.buffer)

  /** Reads the address at a position of a list. */
  read(list: Uint8Array, at: number): void {
    this.bytes.set(list.subarray(at, at + ADDRESS_BYTES))
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

/** Addresses one behind the other. */
export class AddressList {
  #bytes = new Uint8Array(8 * ADDRESS_BYTES)
  #length = 0

  get count(): number {
    return this.#length / ADDRESS_BYTES
  }

  push(address: Uint8Array): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#bytes.length)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes.set(address, this.#length)
    this.#length += ADDRESS_BYTES
  }

  /** The addresses so far, and none again. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }
}
