import type { ChunkSequence } from '../index/address.ts'
import type { ByteRange } from '../ports.ts'

/** The chunks of an earlier version of a file. */
export interface EarlierChunks extends ChunkSequence {
  /** Where each chunk ends, bytes; ascending, the last is the size of the file. */
  readonly ends: readonly number[]
}

/**
 * Which chunks of an earlier version may be taken over as they are, by their numbers: those that no change touches. Where a
 * chunk ends depends on nothing but the bytes from its beginning on, so a chunk that begins where it did, with the bytes it
 * had, ends where it did; the last one ended because the file did. 1: it may be.
 * @param changed in any order; may overlap
 * @param size bytes of the file now
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
