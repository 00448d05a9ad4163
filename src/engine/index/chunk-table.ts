import { ADDRESS_BYTES, ADDRESS_WORDS } from './address.ts'

const BLOCK_BITS = 14
const BLOCK_ENTRIES = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK_ENTRIES - 1

/** The entry's chunk waits in a pack that is not complete yet. */
export const PENDING_SEGMENT = 0xff_ff_ff_ff
/** The entry's chunk is gone. */
export const NO_SEGMENT = 0xff_ff_ff_fe

/** A block of entries in columns. */
interface Block {
  readonly addresses: Int32Array
  readonly bytes: Uint8Array
  readonly segment: Uint32Array
  /** Where the chunk begins in its segment, before sealing. */
  readonly offset: Uint32Array
  readonly length: Uint32Array
}

/**
 * Entries by address: open addressing over slots of four bytes, and columns that grow block by block, so that nothing is
 * held twice while it grows. 44 bytes an entry and 5 to 11 for its slot. An address may have several entries, when a
 * chunk is stored more than once. Entries are never removed; their segment may be set to NO_SEGMENT.
 */
export class ChunkTable {
  /**
   * A power of two of them. As many bits as count them hold the number of an entry plus 1, the bits above these the same bits of
   * the second word of its address: most entries of other addresses need not be looked at. 0: free.
   */
  #slots: Int32Array
  #blocks: Block[]
  #count: number
  /** Blocks below this number are shared with another table and are copied before they are written to. */
  #sharedBlocks: boolean[]
  #slotsShared = false

  constructor(origin?: ChunkTable) {
    if (origin === undefined) {
      this.#slots = new Int32Array(1024)
      this.#blocks = []
      this.#sharedBlocks = []
      this.#count = 0
      return
    }
    // Both sides copy what they write to from now on.
    origin.#slotsShared = true
    origin.#sharedBlocks.fill(true)
    this.#slots = origin.#slots
    this.#slotsShared = true
    this.#blocks = [...origin.#blocks]
    this.#sharedBlocks = origin.#sharedBlocks.map(() => true)
    this.#count = origin.#count
  }

  get count(): number {
    return this.#count
  }

  /** Adds an entry and gives its number. */
  add(address: Int32Array, segment: number, offset: number, length: number): number {
    if ((this.#count + 1) * 3 > this.#slots.length * 2) this.#growSlots()
    else if (this.#slotsShared) {
      this.#slots = this.#slots.slice()
      this.#slotsShared = false
    }
    const entry = this.#count++
    const block = this.#writable(entry >>> BLOCK_BITS)
    const at = entry & BLOCK_MASK
    block.addresses.set(address, at * ADDRESS_WORDS)
    block.segment[at] = segment
    block.offset[at] = offset
    block.length[at] = length
    this.#place(entry, address, 0)
    return entry
  }

  /**
   * The first entry of an address, in the order of adding, whose segment is in no worse state than `worst`; -1 when there
   * is none.
   * @param words the address begins at index `at`
   * @param states of all segments, 0 the best; a pending segment counts as 0 if `pending`, else as none
   */
  find(words: Int32Array, at: number, states: Uint8Array, worst: number, pending: boolean): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const tag = words[at + 1]! & ~mask
    for (let slot = words[at]! & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot]!
      if (value === 0) return -1
      if ((value & ~mask) !== tag) continue
      const entry = (value & mask) - 1
      const block = this.#blocks[entry >>> BLOCK_BITS]!
      if (!isAt(block.addresses, (entry & BLOCK_MASK) * ADDRESS_WORDS, words, at)) continue
      const segment = block.segment[entry & BLOCK_MASK]!
      if (segment === PENDING_SEGMENT ? pending : segment !== NO_SEGMENT && states[segment]! <= worst) return entry
    }
  }

  /** The same for the address of an entry, of what is stored. */
  findSame(entry: number, states: Uint8Array, worst: number): number {
    const { addresses } = this.#blocks[entry >>> BLOCK_BITS]!
    return this.find(addresses, (entry & BLOCK_MASK) * ADDRESS_WORDS, states, worst, false)
  }

  segment(entry: number): number {
    return this.#blocks[entry >>> BLOCK_BITS]!.segment[entry & BLOCK_MASK]!
  }

  offset(entry: number): number {
    return this.#blocks[entry >>> BLOCK_BITS]!.offset[entry & BLOCK_MASK]!
  }

  length(entry: number): number {
    return this.#blocks[entry >>> BLOCK_BITS]!.length[entry & BLOCK_MASK]!
  }

  /** The address of an entry; a view, valid while the table lives. */
  address(entry: number): Uint8Array {
    const at = (entry & BLOCK_MASK) * ADDRESS_BYTES
    return this.#blocks[entry >>> BLOCK_BITS]!.bytes.subarray(at, at + ADDRESS_BYTES)
  }

  /** Copies the address of an entry, as words, into `into` from `at` on. */
  copyAddress(entry: number, into: Int32Array, at: number): void {
    const { addresses } = this.#blocks[entry >>> BLOCK_BITS]!
    const from = (entry & BLOCK_MASK) * ADDRESS_WORDS
    for (let word = 0; word < ADDRESS_WORDS; word++) into[at + word] = addresses[from + word]!
  }

  /** Where the chunk of an entry has come to lie. */
  settle(entry: number, segment: number, offset: number): void {
    const block = this.#writable(entry >>> BLOCK_BITS)
    block.segment[entry & BLOCK_MASK] = segment
    block.offset[entry & BLOCK_MASK] = offset
  }

  #writable(number: number): Block {
    let block = this.#blocks[number]
    if (block === undefined) {
      block = emptyBlock()
      this.#blocks[number] = block
      this.#sharedBlocks[number] = false
    } else if (this.#sharedBlocks[number] === true) {
      block = copyOf(block)
      this.#blocks[number] = block
      this.#sharedBlocks[number] = false
    }
    return block
  }

  #growSlots(): void {
    this.#slots = new Int32Array(2 * this.#slots.length)
    this.#slotsShared = false
    for (let entry = 0; entry < this.#count; entry++) {
      const block = this.#blocks[entry >>> BLOCK_BITS]!
      this.#place(entry, block.addresses, (entry & BLOCK_MASK) * ADDRESS_WORDS)
    }
  }

  /** @param words the entry's address begins at index `at` */
  #place(entry: number, words: Int32Array, at: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = words[at]! & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = (entry + 1) | (words[at + 1]! & ~mask)
  }
}

function isAt(addresses: Int32Array, at: number, words: Int32Array, from: number): boolean {
  for (let word = 0; word < ADDRESS_WORDS; word++) if (addresses[at + word] !== words[from + word]) return false
  return true
}

function emptyBlock(): Block {
  const addresses = new Int32Array(BLOCK_ENTRIES * ADDRESS_WORDS)
  return {
    addresses,
    bytes: new Uint8Array(addresses.buffer),
    segment: new Uint32Array(BLOCK_ENTRIES),
    offset: new Uint32Array(BLOCK_ENTRIES),
    length: new Uint32Array(BLOCK_ENTRIES),
  }
}

function copyOf(block: Block): Block {
  const addresses = block.addresses.slice()
  return {
    addresses,
    bytes: new Uint8Array(addresses.buffer),
    segment: block.segment.slice(),
    offset: block.offset.slice(),
    length: block.length.slice(),
  }
}
