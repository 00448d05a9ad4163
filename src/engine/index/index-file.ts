import { bytesOfHex, hexOf, isArray, isBytes, isRecord } from '../encoding/encoding.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { Instant } from '../ports.ts'
import { decodeDirectory, encodeDirectory } from './pack-directory.ts'
import type { PackDirectory, PackFacts, PackKind } from './pack-directory.ts'
import type { ChunkIndex, Pack } from './chunk-index.ts'

/** The contents of one index file. It adds to the others; the order of reading does not matter. */
export interface IndexFile {
  readonly packs: ReadonlyArray<{ readonly facts: PackFacts; readonly directory: PackDirectory }>
  /** Packs that must not be used any more, and are deleted when the grace period is over; or are used again. */
  readonly marks: ReadonlyArray<{ readonly pack: string; readonly time: Instant; readonly marked: boolean }>
  /** Packs that are deleted or will be. Names are never reused. */
  readonly removed: readonly string[]
  /**
   * When a repair found chunks lost that snapshots need: what was completed before may lean on them, and must not be
   * leant on.
   */
  readonly lost?: Instant
}

/** An index file in CBOR. Packs are one byte string, because one file has thousands of them. */
export interface StoredIndexFile {
  readonly packs: Uint8Array
  readonly marks: ReadonlyArray<readonly [pack: Uint8Array, time: Instant, marked: boolean]>
  readonly removed: readonly Uint8Array[]
  readonly lost?: Instant
}

export function isStoredIndexFile(value: unknown): value is StoredIndexFile {
  return (
    isRecord(value) &&
    isBytes(value['packs']) &&
    isArray(value['marks']) &&
    isArray(value['removed']) &&
    (value['lost'] === undefined || typeof value['lost'] === 'number')
  )
}

const NAME_BYTES = 32
const SALT_BYTES = 32
/** What precedes each directory: name, salt, kind, size of the pack and length of the directory. */
const RECORD_BYTES = NAME_BYTES + SALT_BYTES + 1 + 4 + 4
const KINDS: readonly PackKind[] = ['data', 'trees']

export function storedIndexFile({ packs, marks, removed, lost }: IndexFile): StoredIndexFile {
  const directories = packs.map(({ directory }) => encodeDirectory(directory))
  const bytes = new Uint8Array(directories.reduce((sum, { length }) => sum + RECORD_BYTES + length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [number, { facts }] of packs.entries()) {
    const directory = directories[number]!
    bytes.set(bytesOfHex(facts.name), at)
    bytes.set(facts.salt, at + NAME_BYTES)
    at += NAME_BYTES + SALT_BYTES
    bytes[at] = KINDS.indexOf(facts.kind)
    view.setUint32(at + 1, facts.size, true)
    view.setUint32(at + 5, directory.length, true)
    bytes.set(directory, at + 9)
    at += 9 + directory.length
  }
  return {
    packs: bytes,
    marks: marks.map(({ pack, time, marked }) => [bytesOfHex(pack), time, marked]),
    removed: removed.map(bytesOfHex),
    ...(lost === undefined ? {} : { lost }),
  }
}

export function indexFile({ packs: bytes, marks, removed, lost }: StoredIndexFile): IndexFile {
  const packs: Array<{ facts: PackFacts; directory: PackDirectory }> = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length;) {
    const name = hexOf(bytes.subarray(at, at + NAME_BYTES))
    const salt = bytes.slice(at + NAME_BYTES, at + NAME_BYTES + SALT_BYTES)
    at += NAME_BYTES + SALT_BYTES
    const kind = KINDS[bytes[at]!]
    if (kind === undefined) throw new RepositoryFormatError('an index file lists a pack of a kind that is not known')
    const length = view.getUint32(at + 5, true)
    const directory = decodeDirectory(bytes.subarray(at + 9, at + 9 + length))
    const size = wholeSize(view.getUint32(at + 1, true), directory)
    packs.push({ facts: { name, salt, kind, size }, directory })
    at += 9 + length
  }
  return {
    packs,
    marks: marks.map(([pack, time, marked]) => ({ pack: hexOf(pack), time, marked })),
    removed: removed.map(hexOf),
    ...(lost === undefined ? {} : { lost }),
  }
}

/**
 * Only the lower 32 bits of a pack's size are stored: the sizes of its segments, which are nearly all of it, determine
 * the rest.
 */
function wholeSize(low_bytes: number, { sealed_bytes }: PackDirectory): number {
  const segments_bytes = sealed_bytes.reduce((sum, bytes) => sum + bytes, 0)
  return low_bytes + 2 ** 32 * Math.max(0, Math.round((segments_bytes - low_bytes) / 2 ** 32))
}

/** A pack as an index file lists it. */
export function listed(index: ChunkIndex, pack: Pack): IndexFile['packs'][number] {
  const { name, kind, salt, size } = pack
  return { facts: { name, kind, salt, size }, directory: index.directoryOf(pack) }
}

/** When chunks were lost last, by all these files. */
export function lastLoss(files: Iterable<Pick<IndexFile, 'lost'>>): Instant | undefined {
  let last: Instant | undefined
  for (const { lost } of files) if (lost !== undefined && lost > (last ?? -Infinity)) last = lost
  return last
}

/** Updates the index to what all these files say together with those applied before. */
export function applyIndexFiles(index: ChunkIndex, files: Iterable<IndexFile>): void {
  const marks = new Map<string, { time: Instant; marked: boolean }>()
  const removed: string[] = []
  for (const file of files) {
    for (const { facts, directory } of file.packs) index.add(facts, directory)
    for (const { pack, time, marked } of file.marks) {
      const known = marks.get(pack)
      // At the same instant, using a pack again takes precedence over giving it up.
      if (known === undefined || time > known.time || (time === known.time && !marked))
        marks.set(pack, { time, marked })
    }
    removed.push(...file.removed)
  }
  for (const [name, { time, marked }] of marks) index.mark(name, marked ? time : undefined)
  for (const name of removed) index.remove(name)
}
