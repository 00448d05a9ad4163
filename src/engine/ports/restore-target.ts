import type { Content } from './content.ts'
import type { EntryKind, EntryMetadata, NameBytes } from './file-system.ts'

/** Steps that are due for a file: it is created, written and given its metadata, in this order. */
export interface FilePart {
  readonly path: NameBytes
  /** Creates the file, as `createFile` does; present in its first part. */
  readonly create?: { readonly size: number; readonly sparse: boolean }
  readonly writes: ReadonlyArray<{ readonly offset: number; readonly content: Content }>
  /** Finishes it; present in its last part. */
  readonly finish?: EntryMetadata
}

/** Something that already exists at the target. */
export interface ExistingEntry {
  readonly kind: EntryKind
  readonly size: number
  /** Absent where it is not known. */
  readonly mtime_ns?: bigint
}

/** Where a restore writes to. Paths are relative, '/'-separated name bytes; parents are created before children. */
export interface RestoreTarget {
  /**
   * Replaces `createFile`, `write` and `finish` of files, for a target that prefers to receive the steps of many files
   * at once: it performs them one by one, or on other threads. Parts of one file are performed in the given order. The
   * memory of their contents then belongs to the target.
   */
  writeParts?(parts: readonly FilePart[]): Promise<void>
  createDirectory(path: NameBytes): Promise<void>
  /** Creates or truncates a file of this size; with `sparse`, zeros that are written need not take space. */
  createFile(path: NameBytes, size: number, options?: { readonly sparse?: boolean }): Promise<void>
  write(path: NameBytes, offset: number, content: Content): Promise<void>
  createSymlink(path: NameBytes, target: NameBytes): Promise<void>
  createHardLink(path: NameBytes, existing: NameBytes): Promise<void>
  createSpecial(path: NameBytes, kind: EntryKind, device?: { major: number; minor: number }): Promise<void>
  /** The last call for each path; directories after their contents. Makes the entry durable. */
  finish(path: NameBytes, kind: EntryKind, metadata: EntryMetadata): Promise<void>
  /** What exists already, so that a restore can be resumed; undefined when nothing does. */
  existing?(path: NameBytes): Promise<ExistingEntry | undefined>
  read?(path: NameBytes, offset: number, length: number): Promise<Content>
  /** Contents of a directory; empty where there is no directory. Mount points of other file systems are left out. */
  list?(path: NameBytes): Promise<ReadonlyArray<{ readonly name: NameBytes; readonly kind: EntryKind }>>
  /** Removes an entry; a directory is empty by then. */
  takeAway?(path: NameBytes, kind: EntryKind): Promise<void>
}
