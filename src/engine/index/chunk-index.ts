import type { Instant, Memory } from '../ports.ts'
import type { AddressCursor } from './address.ts'
import { ADDRESS_BYTES, ADDRESS_WORDS } from './address.ts'
import type { PackDirectory, PackFacts } from './pack-directory.ts'
import { ChunkTable, NO_SEGMENT, PENDING_SEGMENT } from './chunk-table.ts'
import { StoredPack, entriesOf } from './stored-pack.ts'
import type { ContentsSource, Pack, PackContents } from './stored-pack.ts'

export type { Pack } from './stored-pack.ts'

/** A marked pack is not used for new backups; a pack that is gone cannot be read. */
type PackState = { readonly markedAt: Instant | undefined; readonly gone: boolean }

const USABLE = 0
const MARKED = 1
const GONE = 2

const ALIVE: PackState = { markedAt: undefined, gone: false }

/** Limits the segments whose pack contents stay materialised: some 40 MB. */
const SEGMENTS_KEPT = 1_000_000
/**
 * The pack is recorded for every segment whose number is a multiple of this. Packs have some 64 segments where there
 * are many.
 */
const PACK_STEP = 16
/** Bytes of the salt in a pack's header. */
const SALT_BYTES = 32
/** Growth factor of columns: they are copied more often, but little memory is unused. */
const GROWTH = 1.2

/** Where every chunk is stored. Packs are added with their directories, marked, and removed. */
export class ChunkIndex implements ContentsSource {
  readonly #table: ChunkTable
  readonly #packs: StoredPack[]
  /** The packs that are not gone; cached until that changes. */
  #existing: readonly Pack[] | undefined
  readonly #states: PackState[]
  readonly #byName: Map<string, number>
  /**
   * Pack of each segment whose number is a multiple of PACK_STEP; for other segments it follows from where later packs
   * begin.
   */
  #packOfStep: Uint32Array
  /** Numbers of the packs that are marked and not gone. */
  readonly #marked: Set<number>
  /** Numbers of the removed packs, in order of removal. */
  readonly #removed: number[]
  /** State of each segment's pack: USABLE, MARKED or GONE. */
  #segmentStates: Uint8Array
  /** Number of segments that are not USABLE. */
  #notUsable = 0
  /** Concatenated salts of all packs. */
  #salts: Uint8Array
  /** Stored bytes of each segment. */
  #sealed_bytes: Uint32Array
  #segments: number
  #changes = 0
  /** Packs whose contents are materialised, the oldest first, with the number of their segments. */
  readonly #kept = new Set<StoredPack>()
  #keptSegments = 0

  /** @param memory where the tables are placed; a copy uses the origin's */
  constructor(origin?: ChunkIndex, memory?: Memory) {
    if (origin === undefined) {
      this.#table = new ChunkTable(undefined, memory)
      this.#packs = []
      this.#states = []
      this.#byName = new Map()
      this.#marked = new Set()
      this.#removed = []
      this.#packOfStep = new Uint32Array(64)
      this.#segmentStates = new Uint8Array(1024)
      this.#sealed_bytes = new Uint32Array(1024)
      this.#salts = new Uint8Array(1024)
      this.#segments = 0
      return
    }
    this.#table = new ChunkTable(origin.#table)
    this.#packs = [...origin.#packs]
    this.#states = [...origin.#states]
    this.#byName = new Map(origin.#byName)
    this.#marked = new Set(origin.#marked)
    this.#removed = [...origin.#removed]
    this.#packOfStep = origin.#packOfStep.slice()
    this.#segmentStates = origin.#segmentStates.slice()
    this.#notUsable = origin.#notUsable
    this.#sealed_bytes = origin.#sealed_bytes.slice()
    this.#salts = origin.#salts.slice()
    this.#segments = origin.#segments
    this.#changes = origin.#changes
  }

  /** Changes whenever a stored chunk may have to be looked up again. */
  get changes(): number {
    return this.#changes
  }

  /** Number of entries, including those of packs that are gone. */
  get entries(): number {
    return this.#table.count
  }

  /** Existing packs, in the order in which they became known. */
  packs(): readonly Pack[] {
    return (this.#existing ??= this.#packs.filter((_, at) => !this.#states[at]!.gone))
  }

  /** Packs that are marked for deletion, with the time of the mark. */
  markedPacks(): Array<{ readonly pack: Pack; readonly markedAt: Instant }> {
    return [...this.#marked].map((at) => ({ pack: this.#packs[at]!, markedAt: this.#states[at]!.markedAt! }))
  }

  /** Number of removals so far. */
  get removals(): number {
    return this.#removed.length
  }

  /** The packs of all removals after the given number. */
  removedAfter(removals: number): Pack[] {
    return this.#removed.slice(removals).map((at) => this.#packs[at]!)
  }

  pack(name: string): Pack | undefined {
    const at = this.#byName.get(name)
    return at === undefined || this.#states[at]!.gone ? undefined : this.#packs[at]
  }

  markedAt(name: string): Instant | undefined {
    const at = this.#byName.get(name)
    return at === undefined ? undefined : this.#states[at]!.markedAt
  }

  /** An entry that new data may refer to: stored, or about to be, in a pack that is not marked. -1: none. */
  find(address: AddressCursor): number {
    return this.#table.find(address.words, 0, this.#statesThatDiffer(), USABLE, true)
  }

  /**
   * An entry that can be read, preferably from a pack that is not marked. -1: none.
   * @param words the address begins at index `at`
   */
  findStored(words: Int32Array, at = 0): number {
    const entry = this.#table.find(words, at, this.#statesThatDiffer(), USABLE, false)
    return entry >= 0 || this.#notUsable === 0 ? entry : this.#table.find(words, at, this.#segmentStates, MARKED, false)
  }

  /** The same for many concatenated addresses, faster than one by one. */
  findAllStored(words: Int32Array): Int32Array {
    const entries = this.#table.findAll(words, this.#statesThatDiffer(), USABLE)
    if (this.#notUsable === 0) return entries
    return entries.map((entry, n) => (entry >= 0 ? entry : this.findStored(words, n * ADDRESS_WORDS)))
  }

  /** The entry from which a reader would take this entry's chunk: itself unless its pack is marked or gone. -1: none. */
  storedAs(entry: number): number {
    const segment = this.#table.segment(entry)
    if (segment < NO_SEGMENT && this.#segmentStates[segment] === USABLE) return entry
    const other = this.#table.findSame(entry, this.#segmentStates, USABLE)
    return other >= 0 ? other : this.#table.findSame(entry, this.#segmentStates, MARKED)
  }

  /** Announces a chunk whose pack is not complete yet. */
  addPending(address: AddressCursor, length: number): number {
    return this.#table.add(address.words, PENDING_SEGMENT, 0, length)
  }

  /** The pack of announced chunks is complete; `entries` are in the order of its directory. */
  settle(facts: PackFacts, directory: PackDirectory, entries: readonly number[]): void {
    const pack = this.#addPack(facts, directory, entries)
    forEachChunk(directory, (chunk, segment, offset) => {
      this.#table.settle(entries[chunk]!, pack.firstSegment + segment, offset)
    })
  }

  /** Withdraws announced chunks that will not be stored. */
  withdraw(entries: readonly number[]): void {
    this.#changes++
    for (const entry of entries) this.#table.settle(entry, NO_SEGMENT, 0)
  }

  /** Adds an existing pack. One that was removed is restored: the index file that lists it was read late. */
  add(facts: PackFacts, directory: PackDirectory): void {
    const known = this.#byName.get(facts.name)
    if (known !== undefined) {
      if (this.#states[known]!.gone) {
        this.#states[known] = ALIVE
        this.#existing = undefined
        this.#setSegments(known, USABLE)
      }
      return
    }
    const firstSegment = this.#segments
    const entries: number[] = []
    const address = new Int32Array(ADDRESS_WORDS)
    const bytes = new Uint8Array(address.buffer)
    forEachChunk(directory, (chunk, segment, offset) => {
      bytes.set(directory.addresses.subarray(chunk * ADDRESS_BYTES, (chunk + 1) * ADDRESS_BYTES))
      entries.push(this.#table.add(address, firstSegment + segment, offset, directory.lengths[chunk]!))
    })
    this.#addPack(facts, directory, entries)
  }

  remove(name: string): void {
    const at = this.#byName.get(name)
    if (at === undefined || this.#states[at]!.gone) return
    this.#removed.push(at)
    this.#states[at] = { markedAt: this.#states[at]!.markedAt, gone: true }
    this.#existing = undefined
    this.#setSegments(at, GONE)
    this.#letGo(this.#packs[at]!)
  }

  /** Marks a pack for deletion, or removes the mark. */
  mark(name: string, at: Instant | undefined): void {
    const number = this.#byName.get(name)
    if (number === undefined || this.#states[number]!.gone) return
    this.#states[number] = at === undefined ? ALIVE : { markedAt: at, gone: false }
    this.#setSegments(number, at === undefined ? USABLE : MARKED)
  }

  /** The segments' states for a look-up; undefined when all are usable. */
  #statesThatDiffer(): Uint8Array | undefined {
    return this.#notUsable === 0 ? undefined : this.#segmentStates
  }

  #setSegments(pack: number, state: number): void {
    this.#changes++
    if (state === MARKED) this.#marked.add(pack)
    else this.#marked.delete(pack)
    const { firstSegment, segments } = this.#packs[pack]!
    if (segments > 0) {
      const before = this.#segmentStates[firstSegment]!
      if ((before === USABLE) !== (state === USABLE)) this.#notUsable += state === USABLE ? -segments : segments
    }
    this.#segmentStates.fill(state, firstSegment, firstSegment + segments)
  }

  /** The pack of an entry. */
  packOf(entry: number): Pack {
    const segment = this.#table.segment(entry)
    const packs = this.#packs
    let pack = this.#packOfStep[Math.floor(segment / PACK_STEP)]!
    while (pack + 1 < packs.length && packs[pack + 1]!.firstSegment <= segment) pack++
    return packs[pack]!
  }

  /** Number of an entry's segment among all segments. */
  segmentOf(entry: number): number {
    return this.#table.segment(entry)
  }

  /** Where the chunk begins in its segment before sealing. */
  offsetOf(entry: number): number {
    return this.#table.offset(entry)
  }

  lengthOf(entry: number): number {
    return this.#table.length(entry)
  }

  addressOf(entry: number): Uint8Array {
    return this.#table.address(entry)
  }

  /** The concatenated addresses of these entries. */
  addressesOf(entries: ArrayLike<number>): Uint8Array {
    const words = new Int32Array(entries.length * ADDRESS_WORDS)
    for (let at = 0; at < entries.length; at++) this.#table.copyAddress(entries[at]!, words, at * ADDRESS_WORDS)
    return new Uint8Array(words.buffer)
  }

  get segments(): number {
    return this.#segments
  }

  /** Stored bytes of a segment, by its number among all segments. */
  sealedBytesOf(segment: number): number {
    return this.#sealed_bytes[segment]!
  }

  /** Reconstructs a pack's directory. */
  directoryOf(pack: Pick<Pack, 'sealed_bytes' | 'plain_bytes' | 'chunks' | 'entries'>): PackDirectory {
    const { sealed_bytes, plain_bytes, chunks, entries } = pack
    const lengths = new Uint32Array(entries.length)
    for (let chunk = 0; chunk < entries.length; chunk++) lengths[chunk] = this.#table.length(entries[chunk]!)
    return { sealed_bytes, plain_bytes, chunks, addresses: this.addressesOf(entries), lengths }
  }

  saltOf(pack: number): Uint8Array {
    return this.#salts.slice(pack * SALT_BYTES, (pack + 1) * SALT_BYTES)
  }

  /** Materialises a pack's contents, and evicts those that have been kept longest. */
  contentsOf(pack: StoredPack): PackContents {
    const { firstSegment, segments } = pack
    const sealed_bytes = this.#sealed_bytes.slice(firstSegment, firstSegment + segments)
    const offsets = new Float64Array(segments)
    let offset = PACK_HEADER_BYTES
    for (let segment = 0; segment < segments; segment++) {
      offsets[segment] = offset
      offset += sealed_bytes[segment]!
    }
    const entries = entriesOf(pack)
    const chunks = new Uint32Array(segments)
    const plain_bytes = new Uint32Array(segments)
    for (let at = 0; at < entries.length; at++) {
      const segment = this.#table.segment(entries[at]!) - firstSegment
      chunks[segment]!++
      plain_bytes[segment]! += this.#table.length(entries[at]!)
    }
    pack.contents = { sealed_bytes, plain_bytes, chunks, entries, offsets }
    this.#kept.add(pack)
    this.#keptSegments += segments
    for (const oldest of this.#kept) {
      if (this.#keptSegments <= SEGMENTS_KEPT || oldest === pack) break
      this.#letGo(oldest)
    }
    return pack.contents
  }

  /** Evicts a pack's contents. */
  #letGo(pack: StoredPack): void {
    if (!this.#kept.delete(pack)) return
    pack.contents = undefined
    this.#keptSegments -= pack.segments
  }

  /** @param entries of its chunks, in order */
  #addPack(facts: PackFacts, directory: PackDirectory, entries: ArrayLike<number>): StoredPack {
    const count = directory.sealed_bytes.length
    const number = this.#packs.length
    const pack = new StoredPack(facts, this, number, { first: this.#segments, count }, entries)
    const saltAt = number * SALT_BYTES
    if (saltAt + SALT_BYTES > this.#salts.length)
      this.#salts = grown(this.#salts, new Uint8Array(Math.ceil(GROWTH * this.#salts.length) + SALT_BYTES))
    this.#salts.set(facts.salt, saltAt)
    this.#packs.push(pack)
    this.#existing = undefined
    this.#states.push(ALIVE)
    this.#byName.set(facts.name, number)
    const needed = this.#segments + count
    if (needed > this.#sealed_bytes.length) {
      const length = Math.max(Math.ceil(GROWTH * this.#sealed_bytes.length), needed)
      this.#packOfStep = grown(this.#packOfStep, new Uint32Array(Math.ceil(length / PACK_STEP)))
      this.#sealed_bytes = grown(this.#sealed_bytes, new Uint32Array(length))
      this.#segmentStates = grown(this.#segmentStates, new Uint8Array(length))
    }
    this.#packOfStep.fill(number, Math.ceil(this.#segments / PACK_STEP), Math.ceil(needed / PACK_STEP))
    this.#sealed_bytes.set(directory.sealed_bytes, this.#segments)
    this.#segments = needed
    return pack
  }
}

function grown<T extends Uint32Array | Uint8Array>(column: T, larger: T): T {
  larger.set(column)
  return larger
}

/** Bytes before the first segment of a pack: magic, version, kind and salt. */
export const PACK_HEADER_BYTES = 40

/** Calls `visit` for each chunk with its number, the number of its segment in the pack, and its offset in the segment. */
function forEachChunk(directory: PackDirectory, visit: (chunk: number, segment: number, offset: number) => void): void {
  let chunk = 0
  for (let segment = 0; segment < directory.chunks.length; segment++) {
    let offset = 0
    for (let left = directory.chunks[segment]!; left > 0; left--) {
      visit(chunk, segment, offset)
      offset += directory.lengths[chunk]!
      chunk++
    }
  }
}
