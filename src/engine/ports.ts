/**
 * What the engine needs from outside. It sees these interfaces only and does not know whether a disk and an S3 bucket
 * or a simulation stands behind them. Everything that takes time returns a promise; whoever implements the port decides
 * how long it takes.
 */

/**
 * A sequence of bytes, held (Uint8Array) or only described (extents of a seeded generator). The engine may ask for its
 * length and hand it to the `Fidelity` it came from; it never looks inside.
 */
export interface Content {
  readonly length: number
}

/** Half-open range of bytes [start, end). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Seconds since 1970-01-01T00:00:00Z, with fractions. */
export type Instant = number

// ---------------------------------------------------------------------------------------------------------------------
// Content at two fidelities

export interface ChunkerParameters {
  /** Bytes. A chunk is never shorter, but for the last of a file. */
  readonly min: number
  /** Bytes; a power of two. */
  readonly avg: number
  /** Bytes. A chunk is never longer. */
  readonly max: number
  /** Normalisation level of FastCDC: how many bits the mask gains before `avg` and loses after it. */
  readonly normalisation: number
}

/** Cuts one file at a time into content-defined chunks. */
export interface Cutter {
  /**
   * Ends (exclusive, ascending) of the chunks found at the beginning of `window`.
   * With `final` the window reaches the end of the file and the last end is its length. Without it, the bytes after the
   * last end belong to a chunk that is not complete: give them again at the beginning of the next window. A window of at
   * least `max` bytes always yields a chunk.
   */
  cut(window: Content, final: boolean): readonly number[]
}

/** Puts content together, piece by piece. */
export interface Joiner {
  readonly length: number
  add(part: Content): void
  /** All that was added, and begins anew. Valid until the next `add`. */
  take(): Content
}

/** A secret with a role of its own; derived from the repository's master key by HKDF-SHA256. */
export interface SubKeys {
  /** 32 bytes: keys the chunk ids, so that they tell nothing about the content. */
  readonly id: Uint8Array
  /** 32 bytes: keys the chunker's gear table, so that chunk sizes tell nothing about the content. */
  readonly chunker: Uint8Array
}

/** What is known of a sealed segment besides its bytes. */
export interface SealContext {
  /** 32 bytes, from HKDF over the pack's salt: the key of this pack and no other. */
  readonly key: Uint8Array
  /** Number of the segment within its pack: the nonce. */
  readonly segment: number
  /** Authenticated with the segment, so that it cannot be moved or reused elsewhere. */
  readonly associatedData: Uint8Array
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly compression: 'zstd' | 'none'
}

/** In which a message is encrypted. */
export interface AeadContext {
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  /** 32 bytes. Never with the same nonce for two messages. */
  readonly key: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
  readonly associatedData: Uint8Array
}

/** What seals snapshots and index files, and gives packs their keys: cryptography, or what stands for it. */
export interface Sealing {
  /** 32 bytes: the key of the pack with this header, and of no other. */
  packKey(secret: Uint8Array, header: Uint8Array): Uint8Array
  /** Ciphertext and tag. */
  encrypt(plain: Uint8Array, context: AeadContext): Uint8Array
  /** @throws AuthenticationError when these are not the bytes that were encrypted in this context. */
  decrypt(sealed: Uint8Array, context: AeadContext): Uint8Array
}

/**
 * The only operations in which bytes and extents differ. `engine/bytes/bytes-fidelity.ts` does them on real bytes with the real chunker,
 * hash and codec; `adapters/virtual/content/extents.ts` does them on described content. Everything above (packs, index, trees,
 * snapshots, retention, restore) is one code for both. One fidelity a repository: never mix.
 */
export interface Fidelity {
  readonly name: 'bytes' | 'extents'
  slice(content: Content, start: number, end: number): Content
  concat(parts: readonly Content[]): Content
  /** A place where content is put together; what is given to it may be overwritten afterwards. */
  joiner(): Joiner
  /** Equal as byte sequences. */
  equal(a: Content, b: Content): boolean
  /** Gives the memory of content back that came from `open` and that nobody will look at again. */
  discard?(content: Content): void
  /** True when every byte is zero; may say false for zeros it would have to read twice. */
  isZero(content: Content): boolean
  cutter(parameters: ChunkerParameters, keys: SubKeys): Cutter
  /** Writes the keyed id (32 bytes) of the content into `into` at `at`. Equal content, equal id. */
  identify(content: Content, keys: SubKeys, into: Uint8Array, at: number): void
  /** Compresses when that saves at least a sixteenth, then encrypts and authenticates. The result is what is stored. */
  seal(plain: Content, context: SealContext): Content
  /** @throws AuthenticationError when the bytes are not those that were sealed with this context. */
  open(sealed: Content, plainLength: number, context: SealContext): Content
  /** For trees, lists of chunks and directories of packs, which are held bytes whatever the content is. */
  readonly metadata: Fidelity
  readonly sealing: Sealing
  /** The same on other threads, where there are any to spare. */
  readonly threads?: SealingThreads
}

/** What is given to seal or open is copied before these return: its memory may be used again at once. */
export interface SealingThreads {
  /** Segments to keep under way, so that no thread waits. */
  readonly limit: number
  /**
   * Takes the ids of chunks, 32 bytes each, one behind the other: undefined where it takes less time to take them here. What is given
   * must stay as it is until they are there.
   * @param ends where each chunk ends, and the next begins
   */
  identify(content: Content, ends: readonly number[], keys: SubKeys): Promise<Uint8Array> | undefined
  seal(plain: Content, context: SealContext): Promise<Content>
  /**
   * Opens a segment and takes the ids of chunks in it, 32 bytes each, one behind the other.
   * @param chunks where they lie in the segment
   * @param wanted whether the content is, or only the ids are
   * @throws AuthenticationError
   */
  open(
    sealed: Content,
    plainLength: number,
    context: SealContext,
    keys: SubKeys,
    chunks: readonly ByteRange[],
    wanted: boolean,
  ): Promise<{ plain?: Content; ids: Uint8Array }>
}

// ---------------------------------------------------------------------------------------------------------------------
// The filesystem that is backed up and restored to

/** A file name is bytes, not text: names that are not UTF-8 exist. Held as latin1: one character a byte. */
export type NameBytes = string

export type EntryKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'block-device' | 'character-device'

export interface EntryMetadata {
  /** Permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly mtime_ns: bigint
  readonly ctime_ns?: bigint
  readonly userName?: string
  readonly groupName?: string
  /** Access control lists among them. */
  readonly extendedAttributes?: ExtendedAttributes
  /** A file with holes, which take no space and read as zeros. */
  readonly sparse?: boolean
}

/** In ascending order of name. */
export type ExtendedAttributes = ReadonlyArray<readonly [name: string, value: Uint8Array]>

export interface SourceEntry {
  readonly name: NameBytes
  readonly kind: EntryKind
  readonly metadata: EntryMetadata
  /** Bytes; files only. */
  readonly size?: number
  readonly symlinkTarget?: NameBytes
  /** Equal for the names of one hard-linked file; absent when there is one name only. */
  readonly hardLink?: string
  readonly device?: { readonly major: number; readonly minor: number }
  /**
   * Change token. For a file: equal to an earlier one only if the content is unchanged. For a directory: equal only if
   * nothing at all has changed below it. Absent when the filesystem cannot tell (then the engine compares metadata and
   * walks). Real systems: a change journal, a subtree generation number; the virtual filesystem: the node's identity.
   */
  readonly version?: string
  /** What this file system needs to find the entry again; opaque to the engine. */
  readonly handle: unknown
}

/** What a backup knows of a file from an earlier one. */
export interface EarlierBackup {
  /** Id of the snapshot. */
  readonly snapshot: string
  /** The instant of its consistent cut. */
  readonly time: Instant
  /** Where the file stood then and stands now. */
  readonly path: NameBytes
  /** Its change token then. */
  readonly version?: string
}

/** A small file that other threads have read. */
export interface WholeFile {
  /** Valid until the next one is taken. */
  readonly content: Content
  /** Its id, 32 bytes. */
  readonly id: Uint8Array
  readonly extendedAttributes: ExtendedAttributes | undefined
}

/** Reads small files on other threads before they are wanted. */
export interface FilesAside {
  /** Has a file read that makes one chunk. */
  begin(file: SourceEntry): void
  /**
   * What was read of a file; files are taken in the order in which they were begun. Undefined for one that was not as it had been listed,
   * or could not be read: whoever reads it once more learns why.
   */
  take(file: SourceEntry): Promise<WholeFile | undefined>
}

/** A frozen, consistent view: the state of the tree at one instant. */
export interface SourceTree {
  /** The instant of the consistent cut: the snapshot, or the start of reading where there is none. */
  readonly time: Instant
  readonly root: SourceEntry
  /** Entries of a directory in ascending order of name bytes. */
  list(directory: SourceEntry): Promise<readonly SourceEntry[]>
  /** Bytes [offset, offset + length) of a file; shorter at its end. */
  read(file: SourceEntry, offset: number, length: number): Promise<Content>
  /**
   * The same behind `rest`, the end of what the last call gave: bytes that are still needed. What it gives of a file is valid until the
   * next call but one, so that little memory serves for all. What has it is not read ahead.
   */
  readAfter?(rest: Content | undefined, file: SourceEntry, offset: number, length: number): Promise<Content>
  /** Where there are threads to spare for small files. */
  filesAside?(keys: SubKeys): FilesAside | undefined
  /** False when the file changed between the cut and now (file systems without snapshots). Called after reading it. */
  unchanged(file: SourceEntry): Promise<boolean>
  /**
   * Extended attributes of an entry; undefined when it has none. Where entries do not carry them already, because to ask costs
   * a call for each: a file whose change token is unchanged is not asked for, so the token must vouch for them too.
   */
  extendedAttributes?(entry: SourceEntry): Promise<ExtendedAttributes | undefined>
  /**
   * Regions of a file that may have changed since an earlier backup of it: changed-block tracking. All else must be as it
   * was; what lies beyond the earlier size counts as changed. Undefined: not known, and the whole file is read.
   */
  changedBlocks?(file: SourceEntry, since: EarlierBackup): Promise<readonly ByteRange[] | undefined>
  release(): Promise<void>
}

/** Where backups read from. */
export interface FileSystem {
  snapshot(): Promise<SourceTree>
}

/** What is due for a file: it is made, written to and given its metadata, in this order. */
export interface FilePart {
  readonly path: NameBytes
  /** Makes the file, as `createFile` does; in its first part. */
  readonly create?: { readonly size: number; readonly sparse: boolean }
  readonly writes: ReadonlyArray<{ readonly offset: number; readonly content: Content }>
  /** Finishes it; in its last part. */
  readonly finish?: EntryMetadata
}

/** What a restore finds where it writes to. */
export interface ExistingEntry {
  readonly kind: EntryKind
  readonly size: number
  /** Where it is known. */
  readonly mtime_ns?: bigint
}

/** Where a restore writes to. Paths are relative, '/'-separated name bytes; parents are made before children. */
export interface RestoreTarget {
  /**
   * In place of `createFile`, `write` and `finish` of files, where a target would rather be told at once what is due for many: it
   * carries them out one by one, or on other threads. Parts of one file are carried out in the order in which they are given. The memory
   * of their contents belongs to the target from then on: whoever gives it does not look at it again.
   */
  writeParts?(parts: readonly FilePart[]): Promise<void>
  createDirectory(path: NameBytes): Promise<void>
  /** Creates or truncates a file of this size; with `sparse`, zeros that are written need not take space. */
  createFile(path: NameBytes, size: number, options?: { readonly sparse?: boolean }): Promise<void>
  write(path: NameBytes, offset: number, content: Content): Promise<void>
  createSymlink(path: NameBytes, target: NameBytes): Promise<void>
  createHardLink(path: NameBytes, existing: NameBytes): Promise<void>
  createSpecial(path: NameBytes, kind: EntryKind, device?: { major: number; minor: number }): Promise<void>
  /** Last call for each path; directories after all that they contain. Makes the entry durable. */
  finish(path: NameBytes, kind: EntryKind, metadata: EntryMetadata): Promise<void>
  /** What is there already, so that a restore can be resumed; undefined when nothing is. */
  existing?(path: NameBytes): Promise<ExistingEntry | undefined>
  read?(path: NameBytes, offset: number, length: number): Promise<Content>
  /** What is in a directory; nothing where none is. What another file system is mounted at is not told of. */
  list?(path: NameBytes): Promise<ReadonlyArray<{ readonly name: NameBytes; readonly kind: EntryKind }>>
  /** Takes an entry away; a directory has nothing in it any more. */
  takeAway?(path: NameBytes, kind: EntryKind): Promise<void>
}

// ---------------------------------------------------------------------------------------------------------------------
// Where blobs live

export interface BlobInfo {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** When the store took it, by the store's clock. */
  readonly created: Instant
  /** Object lock: until then nobody may delete it. */
  readonly lockedUntil?: Instant
}

export interface PutOptions {
  /** Ask for object lock until then; stores without lock ignore it. */
  readonly lockUntil?: Instant
}

/** How blobs are read quickest that lie one behind another on media, as on tape. */
export interface ReadingOrder {
  /** For each medium the blobs on it, in the order in which they lie there. */
  readonly media: ReadonlyArray<readonly string[]>
  /** Media that can be read at once. */
  readonly atOnce: number
}

/**
 * Names are unique, '/'-separated ASCII; a blob is immutable once written; `put` resolves only when the blob is durable.
 * Errors are those of `engine/errors.ts`: BlobNotFoundError, BlobExistsError, AccessDeniedError, ObjectLockedError,
 * StoreUnavailableError (worth a retry or another copy), StoreFullError.
 */
export interface BlobStore {
  /** Shown in messages and audit records. */
  readonly name: string
  /** What `get` gives belongs to who asked for it: the store does not hold it. */
  readonly givesAway?: true
  /** When `put` has resolved, the store does not hold what it was given: its memory may be used again. */
  readonly copies?: true
  put(name: string, parts: readonly Content[], options?: PutOptions): Promise<void>
  get(name: string, range?: ByteRange): Promise<Content>
  stat(name: string): Promise<BlobInfo>
  /** In ascending order of name. */
  list(prefix: string): AsyncIterable<BlobInfo>
  /** The same as the store gives it, many at a time: to wait for each costs more than to look at it. */
  pages?(prefix: string): AsyncIterable<readonly BlobInfo[]>
  delete(name: string): Promise<void>
  /**
   * Object lock: a lock that would end before `until` lasts until `to` from now on (by default `until`); one that lasts longer
   * stays as it is, so that no lock is ever shortened. Gives the instant at which it ends now; undefined where the store has
   * no locks. Absent from stores that never have any.
   */
  extendLock?(name: string, until: Instant, to?: Instant): Promise<Instant | undefined>
  /**
   * Told of blobs that are read soon. Stores that need hours before the first byte (archive tiers, tapes in a vault) resolve
   * when these can be read; others do without it. Where the order of reading matters much, it is given.
   */
  prepare?(names: readonly string[]): Promise<ReadingOrder | undefined>
}

// ---------------------------------------------------------------------------------------------------------------------
// Time, work, chance, words

export interface Clock {
  now(): Instant
  sleep(seconds: number): Promise<void>
}

/** Stages of computing whose rates can be measured on a machine (`firedrill calibrate`). */
export type CpuStage = 'chunk' | 'hash' | 'compress' | 'encrypt' | 'decrypt' | 'decompress'

/** Accounts for computing. On a real machine the work has taken its time already and this resolves at once. */
export interface Cpu {
  /** Called for batches (a file window, a pack), never for single chunks. */
  charge(work: ReadonlyArray<readonly [stage: CpuStage, bytes: number]>): Promise<void>
}

/** Every random byte of the engine: salts, keys, ids. Seeded in simulations, the system's own otherwise. */
export interface RandomSource {
  bytes(length: number): Uint8Array
}

/** Structured record of one operation: who did what to which repository, and how it ended. */
export interface AuditRecord {
  readonly time: Instant
  readonly operation: string
  readonly principal: string
  readonly repository: string
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

export interface Log {
  audit(record: AuditRecord): void
  /** Something the user should know that did not stop the operation. */
  warn(message: string, detail?: Readonly<Record<string, string | number | boolean>>): void
}

/** Where tables lie that are large and read here and there. */
export interface Memory {
  /**
   * Has the system lay out a buffer, to which nothing has been written yet, in few large pages, if it can. A processor remembers
   * where some thousand pages lie; with small ones a read of a large table has to find the page first, which costs as much again.
   */
  preferLargePages(buffer: ArrayBuffer): void
}

/** Ports that every engine operation needs. */
export interface EnginePorts {
  readonly clock: Clock
  readonly cpu: Cpu
  readonly random: RandomSource
  readonly log: Log
  readonly fidelity: Fidelity
  /** Without it tables lie as the runtime lays them. */
  readonly memory?: Memory
}
