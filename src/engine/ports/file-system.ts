import type { ByteRange, Content, Instant } from './content.ts'
import type { SubKeys } from './fidelity.ts'

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

/** A small file that has been read and found to be as it was listed. */
export interface WholeFile {
  /** Valid until the next one is taken. */
  readonly content: Content
  /** Its id, 32 bytes. */
  readonly id: Uint8Array
  readonly extendedAttributes: ExtendedAttributes | undefined
}

/**
 * Reads small files whole, before they are wanted where other threads do it. Of most backups they are most of the files, so that a promise
 * for each would be dear.
 */
export interface SmallFiles {
  /** Has a file read that makes one chunk. */
  begin(file: SourceEntry): void
  /** True when the next file has not been read, and `ready` has to be waited for before it is taken. */
  readonly busy: boolean
  ready(): Promise<void>
  /**
   * What was read of a file; files are taken in the order in which they were begun. Undefined for one that was not as it had been listed,
   * or could not be read: whoever reads it once more learns why.
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
   * The same behind `rest`, the end of what the last call gave: bytes that are still needed. What it gives of a file is valid until the
   * next call but one, so that little memory serves for all. What has it is not read ahead.
   */
  readAfter?(rest: Content | undefined, file: SourceEntry, offset: number, length: number): Promise<Content>
  /**
   * The first hole of so many bytes or more that lies in a file behind an offset, or from it on: zeros that take no space on the disk and
   * need not be read. Undefined when there is none, and where nothing is known of holes. Only what has `readAfter` is asked.
   */
  holeAfter?(file: SourceEntry, offset: number, least_bytes: number): ByteRange | undefined
  /** What has a way of its own to read small files. */
  smallFiles?(keys: SubKeys): SmallFiles
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
