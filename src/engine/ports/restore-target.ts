import type { Content } from './content.ts'
import type { EntryKind, EntryMetadata, NameBytes } from './file-system.ts'

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
