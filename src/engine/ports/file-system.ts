import type { ByteRange, Content, Instant } from './content.ts'
import type { SubKeys } from './fidelity.ts'

/** A file name is bytes, not text: names that are not UTF-8 exist. Held as latin1, one character a byte. */
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
  /** Includes access control lists. */
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
  /** Equal for all names of one hard-linked file; absent when there is only one name. */
  readonly hardLink?: string
  readonly device?: { readonly major: number; readonly minor: number }
  /**
   * Change token. For a file: equal to an earlier one only if the content is unchanged. For a directory: equal only if
   * nothing at all has changed below it. Absent when the file system cannot tell (then the engine compares metadata and
   * walks). Real systems: a change journal, a subtree generation number; the virtual file system: the node's identity.
   */
  readonly version?: string
  /** Lets this file system find the entry again; opaque to the engine. */
  readonly handle: unknown
}

/** What a backup knows of a file from an earlier one. */
export interface EarlierBackup {
  /** Id of the snapshot. */
  readonly snapshot: string
  /** The instant of its consistent cut. */
  readonly time: Instant
  /** Path of the file, then and now. */
  readonly path: NameBytes
  /** Its change token then. */
  readonly version?: string
}

/** A small file that has been read and found unchanged since it was listed. */
export interface WholeFile {
  /** Valid until the next one is taken. */
  readonly content: Content
  /** Its id, 32 bytes. */
  readonly id: Uint8Array
  readonly extendedAttributes: ExtendedAttributes | undefined
}

/**
 * Reads small files whole, ahead of use where other threads do it. They are most of the files of most backups, so a
 * promise for each would be expensive.
 */
export interface SmallFiles {
  /** Starts to read a file that is a single chunk. */
  begin(file: SourceEntry): void
  /** True when the next file has not been read yet, so that `ready` must be awaited before it is taken. */
  readonly busy: boolean
  ready(): Promise<void>
  /**
   * The content of a file; files are taken in the order in which they were begun. Undefined for one that had changed
   * since it was listed, or could not be read: reading it again tells why.
   */
  take(file: SourceEntry): WholeFile | undefined
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
   * The same, preceded by `rest`: the end of the last call's result, which is still needed. The result is valid until
   * the next call but one, so that little memory is reused for everything. Sources with this method are not read ahead.
   */
  readAfter?(rest: Content | undefined, file: SourceEntry, offset: number, length: number): Promise<Content>
  /**
   * The first hole of at least `least_bytes` at or after an offset: zeros that take no space on the disk and need not be
   * read. Undefined when there is none, or nothing is known of holes. Only sources with `readAfter` are asked.
   */
  holeAfter?(file: SourceEntry, offset: number, least_bytes: number): ByteRange | undefined
  /** A faster way to read small files, where the source has one. */
  smallFiles?(keys: SubKeys): SmallFiles
  /**
   * False when the file changed between the cut and now. Called after reading it; absent where there is a snapshot, in
   * which none can.
   */
  unchanged?(file: SourceEntry): Promise<boolean>
  /**
   * Extended attributes of an entry; undefined when it has none. For sources whose entries do not carry them, because
   * each would cost a call. They are not requested for a file whose change token is unchanged, so the token must cover
   * them.
   */
  extendedAttributes?(entry: SourceEntry): Promise<ExtendedAttributes | undefined>
  /**
   * Changed-block tracking: regions of a file that may have changed since an earlier backup of it. Everything else must
   * be unchanged; what is beyond the earlier size counts as changed. Undefined: not known, and the whole file is read.
   */
  changedBlocks?(file: SourceEntry, since: EarlierBackup): Promise<readonly ByteRange[] | undefined>
  release(): Promise<void>
}

/** Where backups read from. */
export interface FileSystem {
  snapshot(): Promise<SourceTree>
}
