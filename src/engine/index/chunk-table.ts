import type { Memory } from '../ports.ts'
import { ADDRESS_BYTES, ADDRESS_WORDS } from './address.ts'

const BLOCK_BITS = 14
const BLOCK_ENTRIES = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK_ENTRIES - 1

/** Segment of an entry whose chunk is in a pack that is not complete yet. */
export const PENDING_SEGMENT = 0xff_ff_ff_ff
/** Segment of an entry whose chunk is gone. */
export const NO_SEGMENT = 0xff_ff_ff_fe

/** Bytes of an entry in all columns. */
const ENTRY_BYTES = ADDRESS_BYTES + 12
/** From this many blocks on, blocks are allocated this many at a time: eleven large pages of 2 MiB fit into the 22 MiB. */
const BLOCKS_AT_ONCE = 32

/** Look-ups whose memory accesses overlap: more than a processor has outstanding at once. */
const READ_AHEAD = 32

/** A block of entries in columns. */
interface Block {
  readonly addresses: Int32Array
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly segment: Uint32Array
  /** Where the chunk begins in its segment, before sealing. */
  readonly offset: Uint32Array
  readonly length: Uint32Array
}

/**
 * Entries by address: open addressing over slots of four bytes, and columns that grow block by block, so that growing
 * never holds anything twice. 44 bytes an entry and 5 to 11 for its slot. An address has several entries when a chunk
 * is stored more than once. Entries are never removed; their segment may be set to NO_SEGMENT.
 */
export class ChunkTable {
  /**
   * A power of two of slots. Its low bits are the number of an entry plus 1; the remaining high bits are those of the
   * second word of the entry's address, so that most entries of other addresses need not be examined. 0: free.
   */
  #slots: Int32Array<ArrayBuffer>
  #blocks: Block[]
  #count: number
  /** Blocks below this number are shared with another table and are copied before they are written. */
  #sharedBlocks: boolean[]
  #slotsShared = false
  /** Number of entries that wait for their pack, and of withdrawn ones. */
  #pending = 0
  #withdrawn = 0
  readonly #memory: Memory | undefined
  /** Receives what is read ahead. Never used, but storing it keeps the reads from being optimised away. */
  readonly #ahead = new Int32Array(READ_AHEAD)

  constructor(origin?: ChunkTable, memory?: Memory) {
    this.#memory = origin === undefined ? memory : origin.#memory
    if (origin === undefined) {
      this.#slots = new Int32Array(1024)
      this.#blocks = []
      this.#sharedBlocks = []
      this.#count = 0
      return
    }
    // Both sides copy before they write from now on.
    origin.#slotsShared = true
    origin.#sharedBlocks.fill(true)
    this.#slots = origin.#slots
    this.#slotsShared = true
    this.#blocks = [...origin.#blocks]
    this.#sharedBlocks = origin.#sharedBlocks.map(() => true)
    this.#count = origin.#count
    this.#pending = origin.#pending
    this.#withdrawn = origin.#withdrawn
  }

  get count(): number {
    return this.#count
  }

  /** Adds an entry and returns its number. */
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
    this.#counted(segment, 1)
    this.#place(entry, address, 0)
    return entry
  }

  /**
   * The first entry of an address, in the order of adding, whose segment's state is no worse than `worst`; -1 when
   * there is none.
   * @param words the address begins at index `at`
   * @param states of all segments, 0 the best, or undefined where all are 0; a pending segment counts as 0 if
   *   `pending`, otherwise as none
   */
  find(words: Int32Array, at: number, states: Uint8Array | undefined, worst: number, pending: boolean): number {
    // Each further memory access costs as much as everything else together, and mostly any entry will do.
    const any = states === undefined && this.#withdrawn === 0 && (pending || this.#pending === 0)
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
      if (any) return entry
      const segment = block.segment[entry & BLOCK_MASK]!
      if (segment === PENDING_SEGMENT ? pending : segment !== NO_SEGMENT && (states?.[segment] ?? 0) <= worst)
        return entry
    }
  }

  /**
   * The same for many concatenated addresses of stored chunks. Looked up one by one, each would wait for memory twice;
   * reading ahead overlaps the waits.
   */
  findAll(words: Int32Array, states: Uint8Array | undefined, worst: number): Int32Array {
    const entries = new Int32Array(Math.ceil(words.length / ADDRESS_WORDS))
    for (let from = 0; from < entries.length; from += READ_AHEAD) {
      const to = Math.min(from + READ_AHEAD, entries.length)
      this.#readAhead(words, from, to)
      for (let n = from; n < to; n++) entries[n] = this.find(words, n * ADDRESS_WORDS, states, worst, false)
    }
    return entries
  }

  /** Makes the processor fetch what look-ups of the addresses [from, to) will read first. */
  #readAhead(words: Int32Array, from: number, to: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    const ahead = this.#ahead
    for (let n = from; n < to; n++) ahead[n - from] = slots[words[n * ADDRESS_WORDS]! & mask]! & mask
    for (let n = 0; n < to - from; n++) {
      const entry = ahead[n]! - 1
      if (entry >= 0) ahead[n] = this.#blocks[entry >>> BLOCK_BITS]!.addresses[(entry & BLOCK_MASK) * ADDRESS_WORDS]!
    }
  }

  /** The same for the address of an entry, among stored chunks. */
  findSame(entry: number, states: Uint8Array | undefined, worst: number): number {
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

  /** The address of an entry; a view, valid as long as the table. */
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

  /** Records where the chunk of an entry has been stored. */
  settle(entry: number, segment: number, offset: number): void {
    const block = this.#writable(entry >>> BLOCK_BITS)
    this.#counted(block.segment[entry & BLOCK_MASK]!, -1)
    this.#counted(segment, 1)
    block.segment[entry & BLOCK_MASK] = segment
    block.offset[entry & BLOCK_MASK] = offset
  }

  #counted(segment: number, entries: number): void {
    if (segment === PENDING_SEGMENT) this.#pending += entries
    else if (segment === NO_SEGMENT) this.#withdrawn += entries
  }

  #writable(number: number): Block {
    if (number === this.#blocks.length) this.#addBlocks()
    let block = this.#blocks[number]!
    if (this.#sharedBlocks[number] === true) {
      block = copyOf(block)
      this.#blocks[number] = block
      this.#sharedBlocks[number] = false
    }
    return block
  }

  #addBlocks(): void {
    const count = this.#blocks.length < BLOCKS_AT_ONCE ? 1 : BLOCKS_AT_ONCE
    const buffer = new ArrayBuffer(count * BLOCK_ENTRIES * ENTRY_BYTES)
    this.#memory?.preferLargePages(buffer)
    for (let at = 0; at < count; at++) this.#blocks.push(blockIn(buffer, at * BLOCK_ENTRIES * ENTRY_BYTES))
    while (this.#sharedBlocks.length < this.#blocks.length) this.#sharedBlocks.push(false)
  }

  #growSlots(): void {
    this.#slots = new Int32Array(2 * this.#slots.length)
    this.#memory?.preferLargePages(this.#slots.buffer)
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

/** A block whose columns follow one another in a buffer. */
function blockIn(buffer: ArrayBuffer, start: number): Block {
  const places = start + BLOCK_ENTRIES * ADDRESS_BYTES
  const column = (number: number) => new Uint32Array(buffer, places + 4 * number * BLOCK_ENTRIES, BLOCK_ENTRIES)
  return {
    addresses: new Int32Array(buffer, start, BLOCK_ENTRIES * ADDRESS_WORDS),
    bytes: new Uint8Array(buffer, start, BLOCK_ENTRIES * ADDRESS_BYTES),
    segment: column(0),
    offset: column(1),
    length: column(2),
  }
}

function copyOf({ bytes }: Block): Block {
  const { buffer, byteOffset } = bytes
  return blockIn(buffer.slice(byteOffset, byteOffset + BLOCK_ENTRIES * ENTRY_BYTES), 0)
}
