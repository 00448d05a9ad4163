import type { Instant } from '../../../engine/ports.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import { extentStream } from '../content/extent-stream.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/** A change of one file, as observed on a real system. */
export interface RecordedChange {
  /** Seconds since the beginning of the recording. */
  readonly time_s: number
  readonly operation: 'write' | 'append' | 'copy' | 'rename' | 'delete'
  /** Name bytes, relative to the dataset. */
  readonly path: string
  /** `write`: the new size or, with an offset, the bytes written there; `append`: the bytes appended. */
  readonly bytes?: number
  /** `write` in place: where. Without it the file is rewritten from beginning to end. */
  readonly offset?: number
  /** `write` from beginning to end: share of the file that is new data; the rest is unchanged. Default 1. */
  readonly share?: number
  /** `copy` and `rename`: the new path. */
  readonly to?: string
}

/** A recording of some days, which is repeated, each time with other data. */
export interface RecordedChanges {
  readonly period_s: number
  /** In ascending order of time, each in [0, period). */
  readonly changes: readonly RecordedChange[]
}

export interface Replay {
  readonly name: string
  readonly fidelity: DatasetFidelity
  /** Original size divided by compressed size of what is written. */
  readonly compressibility: number
}

/** The changed share of a file is written in pieces of this size: pages of a database, blocks of a file. */
const PIECE_BYTES = { bytes: 4096, extents: 65_536 } as const

/**
 * Applies to a file system what was recorded for the time (from, to], all of it at the instant `time`. Files that a
 * restore has created and not yet released are left alone, and changes of files that an earlier round has deleted are
 * skipped.
 * @param from_s seconds since the recording first began
 * @param random the stream of this stretch of time
 * @returns bytes written
 */
export function replay(
  recording: RecordedChanges,
  files: VirtualFileSystem,
  what: Replay,
  [from_s, to_s]: readonly [number, number],
  time: Instant,
  random: RandomStream,
): number {
  let written = 0
  for (const { change, identity } of between(recording, from_s, to_s)) {
    const { path, to } = change
    if (files.isReserved(path) || (to !== undefined && files.isReserved(to))) continue
    const stream = extentStream(`${what.name} recorded ${identity}`, what.compressibility)
    written += apply(change, files, (offset, length) => freshContent(what.fidelity, stream, offset, length), {
      piece_bytes: PIECE_BYTES[what.fidelity],
      time,
      random,
    })
  }
  return written
}

/** The changes of (from, to], each with a number that is unique over all rounds. */
function* between(
  { changes, period_s }: RecordedChanges,
  from_s: number,
  to_s: number,
): Generator<{ change: RecordedChange; identity: string }> {
  if (changes.length === 0) return
  for (let round = Math.floor(from_s / period_s); round * period_s <= to_s; round++) {
    const began_s = round * period_s
    for (let at = firstAfter(changes, from_s - began_s); at < changes.length; at++) {
      const change = changes[at]!
      if (began_s + change.time_s > to_s) break
      yield { change, identity: `${round} ${at}` }
    }
  }
}

function firstAfter(changes: readonly RecordedChange[], time_s: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (changes[middle]!.time_s <= time_s) low = middle + 1
    else high = middle
  }
  return low
}

type Fresh = (offset: number, length: number) => ReturnType<typeof freshContent>

function apply(
  change: RecordedChange,
  files: VirtualFileSystem,
  fresh: Fresh,
  { piece_bytes, time, random }: { piece_bytes: number; time: Instant; random: RandomStream },
): number {
  const { operation, path, bytes = 0, offset, share = 1, to = '' } = change
  const node = files.lookup(path)
  if (operation === 'rename' || operation === 'copy' || operation === 'delete') {
    if (node === undefined || (operation !== 'delete' && files.lookup(to)?.kind === 'directory')) return 0
    if (operation === 'delete') files.remove(path, time)
    else if (operation === 'rename') {
      if (path === to || to.startsWith(`${path}/`) || !files.makeParents(to, time)) return 0
      files.rename(path, to, time)
    } else if (node.kind === 'file' && files.makeParents(to, time)) {
      files.writeFile(to, node.content, time)
      return node.size
    }
    return 0
  }
  if (node !== undefined && node.kind !== 'file') return 0
  if (operation === 'append' && node !== undefined) {
    files.append(path, fresh(0, bytes), time)
    return bytes
  }
  if (node === undefined) {
    if (!files.makeParents(path, time)) return 0
    files.writeFile(path, fresh(0, (offset ?? 0) + bytes), time)
    return bytes
  }
  if (offset !== undefined) {
    // What lies between its end and the place is a hole, and reads as zeros; here it is written.
    const start = Math.min(offset, node.size)
    files.splice(path, start, Math.min(bytes, node.size - start), fresh(0, offset - start + bytes), time)
    return bytes
  }
  if (share >= 1) {
    files.writeFile(path, fresh(0, bytes), time)
    return bytes
  }
  return rewriteShare(files, path, { size: node.size, bytes, share, piece_bytes }, fresh, time, random)
}

/** Brings a file to its new size, and writes a share of it anew: what it grew by, and pieces here and there. */
function rewriteShare(
  files: VirtualFileSystem,
  path: string,
  { size, bytes, share, piece_bytes }: { size: number; bytes: number; share: number; piece_bytes: number },
  fresh: Fresh,
  time: Instant,
  random: RandomStream,
): number {
  let used = 0
  const next = (length: number): ReturnType<Fresh> => fresh((used += length) - length, length)
  if (bytes > size) files.append(path, next(bytes - size), time)
  if (bytes < size) files.splice(path, bytes, size - bytes, fresh(0, 0), time)
  const pieces = Math.ceil(bytes / piece_bytes)
  for (let left = Math.floor(share * bytes) - used; left > 0;) {
    const start = piece_bytes * random.integer(pieces)
    const length = Math.min(left, piece_bytes, bytes - start)
    files.splice(path, start, length, next(length), time)
    left -= length
  }
  return used
}
