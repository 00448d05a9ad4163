import { bytesOfHex, hexOf, packNumbers, unpackNumbers } from '../encoding.ts'
import type { Instant } from '../ports.ts'
import type { ChunkIndex, Pack, PackDirectory, PackFacts, PackKind } from './chunk-index.ts'

/** What one index file says. It is added to what the others say; the order in which they are read does not matter. */
export interface IndexFile {
  readonly packs: readonly StoredDirectory[]
  /** From now on not to be leant on, and to be deleted when the grace period is over; or used again. */
  readonly marks: ReadonlyArray<{ readonly pack: Uint8Array; readonly time: Instant; readonly marked: boolean }>
  /** Packs that are or will be deleted. Names are never used again. */
  readonly removed: readonly Uint8Array[]
}

/** A pack's directory in the form in which it is stored. */
export interface StoredDirectory {
  readonly name: Uint8Array
  readonly salt: Uint8Array
  readonly kind: PackKind
  readonly size: number
  readonly sealed: Uint8Array
  readonly plain: Uint8Array
  readonly chunks: Uint8Array
  readonly addresses: Uint8Array
  readonly lengths: Uint8Array
}

export const EMPTY_INDEX_FILE: IndexFile = { packs: [], marks: [], removed: [] }

export function storedDirectory(index: ChunkIndex, pack: Pack): StoredDirectory {
  return storedDirectoryOf(pack, index.directoryOf(pack))
}

export function storedDirectoryOf({ name, kind, salt, size }: PackFacts, directory: PackDirectory): StoredDirectory {
  return { name: bytesOfHex(name), salt, kind, size, ...directoryFields(directory) }
}

/** The part of it that a pack says about itself. */
export type DirectoryFields = Pick<StoredDirectory, 'sealed' | 'plain' | 'chunks' | 'addresses' | 'lengths'>

export function directoryFields(directory: PackDirectory): DirectoryFields {
  return {
    sealed: packNumbers(directory.sealed_bytes),
    plain: packNumbers(directory.plain_bytes),
    chunks: packNumbers(directory.chunks),
    addresses: directory.addresses,
    lengths: packNumbers(directory.lengths),
  }
}

export function packDirectory(stored: DirectoryFields): PackDirectory {
  return {
    sealed_bytes: unpackNumbers(stored.sealed),
    plain_bytes: unpackNumbers(stored.plain),
    chunks: unpackNumbers(stored.chunks),
    addresses: stored.addresses,
    lengths: unpackNumbers(stored.lengths),
  }
}

/** Makes the index say what all these files say together, given what it has been told before. */
export function applyIndexFiles(index: ChunkIndex, files: Iterable<IndexFile>): void {
  const marks = new Map<string, { time: Instant; marked: boolean }>()
  const removed: string[] = []
  for (const file of files) {
    for (const stored of file.packs) {
      const { kind, salt, size } = stored
      index.add({ name: hexOf(stored.name), kind, salt, size }, packDirectory(stored))
    }
    for (const { pack, time, marked } of file.marks) {
      const name = hexOf(pack)
      const known = marks.get(name)
      // At the same instant, to use a pack again counts for more than to give it up.
      if (known === undefined || time > known.time || (time === known.time && !marked)) marks.set(name, { time, marked })
    }
    for (const name of file.removed) removed.push(hexOf(name))
  }
  for (const [name, { time, marked }] of marks) index.mark(name, marked ? time : undefined)
  for (const name of removed) index.remove(name)
}
