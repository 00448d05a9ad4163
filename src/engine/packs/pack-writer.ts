import { inTurn } from '../concurrency.ts'
import { hexOf } from '../encoding/encoding.ts'
import { EngineError } from '../errors.ts'
import type { AddressCursor } from '../index/address.ts'
import { PACK_HEADER_BYTES } from '../index/chunk-index.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { PackDirectory, PackFacts, PackKind } from '../index/pack-directory.ts'
import type { IndexFile } from '../index/index-file.ts'
import type { BlobStore, Content, EnginePorts, Fidelity, Instant, Joiner } from '../ports.ts'
import type { RepositoryKeys } from '../repository/keys.ts'
import type { RepositoryOptions } from '../repository/options.ts'
import { newSalt, packSeal, sealContext, sealDirectory } from './pack-format.ts'
import type { PackSeal } from './pack-format.ts'

/** Chunks of this size or more are segments of their own. */
const OWN_SEGMENT_BYTES = 128 * 1024
/** Smaller chunks share a segment up to this size: measured, three times as fast and much smaller than one by one. */
const SHARED_SEGMENT_BYTES = 256 * 1024
/** Even small packs hold this many segments, so that unneeded data can be told from needed data. */
const SEGMENTS_PER_PACK = 4
/** Share of a pack that must be filled before separated data begin another one: many small packs are slow to list and read. */
const PARTED_AT_LEAST = 1 / 4
/** Chunks of complete packs after which an index file is written. */
const CHUNKS_PER_INDEX_FILE = 50_000
/**
 * How long a durable pack may be missing from all index files, which is the work that a crash can lose: like borg's
 * checkpoints.
 */
const UNINDEXED_AT_MOST_S = 1800

export interface PackWriterOptions {
  readonly ports: EnginePorts
  readonly store: BlobStore
  readonly keys: RepositoryKeys
  readonly options: RepositoryOptions
  readonly index: ChunkIndex
  /** Stores an index file. */
  readonly writeIndexFile: (file: IndexFile) => Promise<void>
  /** Packs being stored at once, from full to durable. Default: 5, plus, at the end, the last pack of each kind. */
  readonly uploads?: number
  /** Cancels the work: `ready` throws its reason. */
  readonly signal?: AbortSignal
  readonly lockUntil?: Instant
  /** Level of zstd for file content, 1 to 22; 0 stores it uncompressed. Default: `COMPRESSION_LEVEL`. */
  readonly compressionLevel?: number
  /** Called with the name of each pack's blob once it is durable. */
  readonly onStored?: (blob: string) => void
}

/** A pack that is being filled. */
interface OpenPack {
  readonly kind: PackKind
  readonly salt: Uint8Array
  readonly seal: PackSeal
  /** By number; those sealed by other threads arrive when they are ready. */
  readonly segments: Content[]
  readonly sealed_bytes: number[]
  readonly sealing: Array<Promise<void>>
  readonly plain_bytes: number[]
  readonly chunks: number[]
  /** Entries and lengths of all chunks in order, including those of the open segment. */
  readonly entries: number[]
  readonly lengths: number[]
  /** Bytes of header and complete segments, with an estimate for those being sealed. */
  size: number
  /** The segment that is being filled, and the number of chunks in it. */
  readonly open: Joiner
  openChunks: number
  computed: { compressed: number; encrypted: number }
}

/**
 * Puts new chunks into packs and packs into the store, several at a time. Chunks that were announced to the index and
 * could not be stored are withdrawn. After `finish`, every added chunk is durable and in an index file; before that, so
 * are those that have been durable for a while.
 */
export class PackWriter {
  readonly #writing: PackWriterOptions
  readonly #open = new Map<PackKind, OpenPack>()
  readonly #underWay = new Set<Promise<void>>()
  /** Segments that other threads are sealing. */
  readonly #sealing = new Set<Promise<void>>()
  /** Directories of durable packs that are in no index file yet. */
  #unindexed: Array<IndexFile['packs'][number]> = []
  #unindexedChunks = 0
  /** When the first of them became durable. */
  #unindexedSince: Instant = 0
  /** Packs that are in an index file, or have been passed to one. */
  readonly #written: string[] = []
  readonly #indexed = new Set<string>()
  #failure: unknown
  #failed = false
  readonly #segment_bytes: number
  /** Packs being stored. */
  readonly #storing = new Set<Promise<void>>()
  /** While one pack is stored, the next is computed. */
  readonly #compute = inTurn()
  readonly #joiners = new Map<PackKind, Joiner>()
  /** Bytes of segments before and after sealing. */
  readonly #sealed = { plain: 0, sealed: 0 }
  stored_bytes = 0
  chunks = 0
  plain_bytes = 0

  constructor(writing: PackWriterOptions) {
    this.#writing = writing
    this.#segment_bytes = Math.min(SHARED_SEGMENT_BYTES, writing.options.pack_bytes / SEGMENTS_PER_PACK)
  }

  /**
   * Adds a chunk that the index lacks; its memory may be reused afterwards. The content of trees is bytes whatever the
   * fidelity.
   * @returns its new entry in the index
   */
  add(kind: PackKind, address: AddressCursor, content: Content): number {
    const pack = this.#openPack(kind)
    const entry = this.#writing.index.addPending(address, content.length)
    pack.entries.push(entry)
    pack.lengths.push(content.length)
    this.chunks++
    this.plain_bytes += content.length
    if (content.length >= OWN_SEGMENT_BYTES) {
      this.#sealOpenSegment(pack)
      this.#sealSegment(pack, content, 1)
    } else {
      pack.open.add(content)
      pack.openChunks++
      if (pack.open.length >= this.#segment_bytes) this.#sealOpenSegment(pack)
    }
    if (pack.size >= this.#writing.options.pack_bytes) this.#complete(pack)
    return entry
  }

  /** Separates what follows from what came before, unless that would leave a pack too empty. */
  part(): void {
    const least_bytes = PARTED_AT_LEAST * this.#writing.options.pack_bytes
    for (const pack of this.#open.values()) if (pack.size >= least_bytes) this.#complete(pack)
  }

  /** Waits until there is room for more, and throws the failure of an earlier pack. */
  async ready(): Promise<void> {
    while (this.#isFull && !this.#failed) await Promise.race([...this.#underWay, ...this.#sealing])
    this.#throwFailure()
    this.#writing.signal?.throwIfAborted()
    if (this.#isIndexDue) await this.#writeIndex()
  }

  /** True when `ready` would wait or throw. */
  get busy(): boolean {
    return this.#failed || this.#isFull || this.#writing.signal?.aborted === true || this.#isIndexDue
  }

  get #isFull(): boolean {
    const { uploads = 5, ports } = this.#writing
    return this.#underWay.size >= uploads || this.#sealing.size >= (ports.fidelity.threads?.limit ?? Infinity)
  }

  get #isIndexDue(): boolean {
    if (this.#unindexed.length === 0) return false
    if (this.#unindexedChunks >= CHUNKS_PER_INDEX_FILE) return true
    // The absolute value, so that a clock that is set back does not delay it.
    return Math.abs(this.#writing.ports.clock.now() - this.#unindexedSince) >= UNINDEXED_AT_MOST_S
  }

  /** Makes everything durable: packs first, then the index. `also` is added to the last index file. */
  async finish(also: Partial<IndexFile> = {}): Promise<void> {
    for (const pack of this.#open.values()) this.#complete(pack)
    await Promise.all(this.#underWay)
    this.#throwFailure()
    await this.#writeIndex(also)
  }

  /**
   * Gives up what is not durable. Durable packs are put into an index file if the store still accepts one, so that the
   * next attempt can use them; the others are forgotten. Waits until nothing is under way.
   */
  async abandon(): Promise<void> {
    const { index } = this.#writing
    this.#failed = true
    await Promise.all([...this.#underWay, ...this.#sealing])
    for (const pack of this.#open.values()) index.withdraw(pack.entries)
    this.#open.clear()
    try {
      await this.#writeIndex()
    } catch {
      // The operation already fails with an error, most likely the same. Packs stored in vain are removed by a later
      // prune.
    }
    for (const name of this.#written) if (!this.#indexed.has(name)) index.remove(name)
  }

  #openPack(kind: PackKind): OpenPack {
    let pack = this.#open.get(kind)
    if (pack !== undefined) return pack
    const { ports, keys, options } = this.#writing
    const salt = newSalt(ports.random)
    pack = {
      kind,
      salt,
      seal: packSeal(salt, kind, keys.pack, options.cipher, ports.fidelity.sealing),
      segments: [],
      sealed_bytes: [],
      sealing: [],
      plain_bytes: [],
      chunks: [],
      entries: [],
      lengths: [],
      size: PACK_HEADER_BYTES,
      open: this.#joiner(kind),
      openChunks: 0,
      computed: { compressed: 0, encrypted: 0 },
    }
    this.#open.set(kind, pack)
    return pack
  }

  /** One for each kind of pack, whose memory is reused. */
  #joiner(kind: PackKind): Joiner {
    let joiner = this.#joiners.get(kind)
    if (joiner === undefined) this.#joiners.set(kind, (joiner = this.#fidelityOf(kind).joiner()))
    return joiner
  }

  #fidelityOf(kind: PackKind): Fidelity {
    const { fidelity } = this.#writing.ports
    return kind === 'trees' ? fidelity.metadata : fidelity
  }

  #sealOpenSegment(pack: OpenPack): void {
    const { openChunks } = pack
    if (openChunks === 0) return
    pack.openChunks = 0
    this.#sealSegment(pack, pack.open.take(), openChunks)
  }

  #sealSegment(pack: OpenPack, plain: Content, chunks: number): void {
    const { options } = this.#writing
    const fidelity = this.#fidelityOf(pack.kind)
    const level = pack.kind === 'trees' ? undefined : this.#writing.compressionLevel
    const chosen = pack.kind === 'trees' ? options.metadataCompression : options.compression
    const compression = level === 0 ? 'none' : chosen
    const number = pack.plain_bytes.length
    const context = sealContext(pack.seal, number, compression, level)
    pack.plain_bytes.push(plain.length)
    pack.chunks.push(chunks)
    if (compression !== 'none') pack.computed.compressed += plain.length
    if (fidelity.threads !== undefined && !options.verifyAfterSeal) {
      this.#sealAside(pack, number, plain.length, fidelity.threads.seal(plain, context))
      return
    }
    const sealed = fidelity.seal(plain, context)
    if (options.verifyAfterSeal && !fidelity.equal(fidelity.open(sealed, plain.length, context), plain)) {
      throw new EngineError('what has just been sealed does not open: memory or processor of this machine are faulty')
    }
    pack.size += sealed.length
    this.#place(pack, number, sealed)
  }

  #sealAside(pack: OpenPack, number: number, plain_bytes: number, sealed: Promise<Content>): void {
    const sealing = this.#placeSealed(pack, number, plain_bytes, sealed).finally(() => this.#sealing.delete(sealing))
    pack.sealing.push(sealing)
    this.#sealing.add(sealing)
  }

  /** Never fails: a failure is kept for the next caller who waits. */
  async #placeSealed(pack: OpenPack, number: number, plain_bytes: number, sealed: Promise<Content>): Promise<void> {
    const before = this.#sealed
    // The compression so far predicts when the pack will be full.
    const expected = before.plain === 0 ? plain_bytes : plain_bytes * (before.sealed / before.plain)
    pack.size += expected
    try {
      const content = await sealed
      pack.size += content.length - expected
      before.plain += plain_bytes
      before.sealed += content.length
      this.#place(pack, number, content)
    } catch (error) {
      this.#fail(error)
    }
  }

  #place(pack: OpenPack, number: number, sealed: Content): void {
    pack.segments[number] = sealed
    pack.sealed_bytes[number] = sealed.length
    pack.computed.encrypted += sealed.length
  }

  /** Closes a pack and starts storing it. */
  #complete(pack: OpenPack): void {
    this.#sealOpenSegment(pack)
    this.#open.delete(pack.kind)
    if (pack.plain_bytes.length === 0) return
    const sent = pack.sealing.length === 0 ? this.#send(pack) : this.#sendWhenSealed(pack)
    const underWay = sent.finally(() => this.#underWay.delete(underWay))
    this.#underWay.add(underWay)
  }

  async #sendWhenSealed(pack: OpenPack): Promise<void> {
    await Promise.all(pack.sealing)
    if (this.#failed) this.#writing.index.withdraw(pack.entries)
    else {
      // Estimates are fractions.
      pack.size = pack.sealed_bytes.reduce((sum, bytes) => sum + bytes, PACK_HEADER_BYTES)
      await this.#send(pack)
    }
  }

  /** Announces the chunks of a pack and stores it. Never fails: a failure is kept for the next caller who waits. */
  async #send(pack: OpenPack): Promise<void> {
    const { index } = this.#writing
    try {
      const directory: PackDirectory = {
        sealed_bytes: new Uint32Array(pack.sealed_bytes),
        plain_bytes: new Uint32Array(pack.plain_bytes),
        chunks: new Uint32Array(pack.chunks),
        addresses: index.addressesOf(pack.entries),
        lengths: new Uint32Array(pack.lengths),
      }
      const tail = sealDirectory(pack.seal, directory, this.#writing.ports.fidelity.metadata)
      const { kind, salt } = pack
      const name = hexOf(this.#writing.ports.random.bytes(32))
      const size = pack.size + tail.length
      const facts: PackFacts = { name, kind, salt, size }
      // The chunks are known from now on, so that they are not stored twice; if the pack fails, they are withdrawn.
      index.settle(facts, directory, pack.entries)
      this.#written.push(name)
      await this.#store(name, pack, tail)
      this.stored_bytes += size
      if (this.#unindexed.length === 0) this.#unindexedSince = this.#writing.ports.clock.now()
      this.#unindexed.push({ facts, directory })
      this.#unindexedChunks += pack.entries.length
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!this.#failed) this.#failure = error
    this.#failed = true
  }

  async #store(name: string, pack: OpenPack, tail: Uint8Array): Promise<void> {
    const { ports, store, lockUntil, onStored, uploads = Infinity } = this.#writing
    const { compressed, encrypted } = pack.computed
    await this.#compute(() =>
      ports.cpu.charge([
        ['compress', compressed],
        ['encrypt', encrypted],
      ]),
    )
    // At the end the last packs of all kinds complete at once.
    while (this.#storing.size >= uploads) await Promise.race(this.#storing)
    const storing = store
      .put(packPath(name), [pack.seal.header, ...pack.segments, tail], lockUntil === undefined ? {} : { lockUntil })
      .finally(() => this.#storing.delete(storing))
    this.#storing.add(storing)
    await storing
    if (store.copies === true) for (const segment of pack.segments) ports.fidelity.discard?.(segment)
    onStored?.(packPath(name))
  }

  async #writeIndex(also: Partial<IndexFile> = {}): Promise<void> {
    const packs = this.#unindexed
    const file: IndexFile = { packs, marks: also.marks ?? [], removed: also.removed ?? [] }
    if (packs.length + file.marks.length + file.removed.length === 0) return
    this.#unindexed = []
    this.#unindexedChunks = 0
    await this.#writing.writeIndexFile(file)
    for (const { facts } of packs) this.#indexed.add(facts.name)
  }

  #throwFailure(): void {
    if (!this.#failed) return
    throw this.#failure instanceof Error ? this.#failure : new EngineError('the pack writer was abandoned')
  }
}

/** Packs are in folders by the first byte of their names: some file systems are slow with many names in one folder. */
export function packPath(name: string): string {
  return `data/${name.slice(0, 2)}/${name}`
}

/** The name of a pack from that of its blob; undefined for other blobs. */
export function packNameOf(path: string): string | undefined {
  return PACK_PATH.test(path) ? path.slice(PACK_NAME_AT) : undefined
}

const PACK_PATH = /^data\/[0-9a-f]{2}\/[0-9a-f]{64}$/
const PACK_NAME_AT = 'data/00/'.length
