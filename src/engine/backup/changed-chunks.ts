import type { ChunkSequence } from '../index/address.ts'
import type { ByteRange } from '../ports.ts'

/** The chunks of an earlier version of a file. */
export interface EarlierChunks extends ChunkSequence {
  /** End of each chunk, bytes; ascending, the last one is the size of the file. */
  readonly ends: readonly number[]
}

/**
 * Which chunks of an earlier version, by number, can be reused: those that no change touches. The end of a chunk
 * depends only on the bytes from its beginning on, so a chunk that begins at the same place with the same bytes ends at
 * the same place; the last one ended because the file did. 1: it can be.
 * @param changed in any order; may overlap
 * @param size current size of the file, bytes
 */
export function untouchedChunks(ends: readonly number[], changed: readonly ByteRange[], size: number): number[] {
  const count = ends.length
  const oldSize = ends[count - 1] ?? 0
  const untouched: number[] = []
  for (let chunk = 0; chunk < count; chunk++) untouched.push(ends[chunk]! <= size ? 1 : 0)
  if (oldSize !== size && count > 0) untouched[count - 1] = 0
  for (const { start, end } of changed) {
    if (end <= start) continue
    for (let chunk = firstEndingAfter(ends, start); chunk < count; chunk++) {
      if ((ends[chunk - 1] ?? 0) >= end) break
      untouched[chunk] = 0
    }
  }
  return untouched
}

/** Number of the first chunk that ends after a position; the number of chunks where none does. */
export function firstEndingAfter(ends: readonly number[], position: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! > position) high = middle
    else low = middle + 1
  }
  return low
}
