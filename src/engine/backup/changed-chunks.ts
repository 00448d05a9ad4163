import type { ByteRange } from '../ports.ts'

/**
 * Where the chunks of an earlier version of a file end, and which of them can be reused. Its memory serves one file after
 * another, because a backup asks this of every file that has changed.
 */
export class EarlierChunks {
  /** End of each chunk, bytes; ascending, the last one is the size of the file. */
  #ends = new Float64Array(128)
  /** 1: can be reused. */
  #untouched = new Uint8Array(128)
  #count = 0

  /** Begins another file. */
  clear(): void {
    this.#count = 0
  }

  add(length_bytes: number): void {
    const at = this.#count++
    if (at === this.#ends.length) {
      const ends = new Float64Array(2 * at)
      ends.set(this.#ends)
      this.#ends = ends
      this.#untouched = new Uint8Array(2 * at)
    }
    this.#ends[at] = this.beginOf(at) + length_bytes
  }

  get count(): number {
    return this.#count
  }

  /** Size of the file then, bytes. */
  get size(): number {
    return this.beginOf(this.#count)
  }

  /** Where a chunk begins, which is where the one before it ends. */
  beginOf(chunk: number): number {
    return chunk === 0 ? 0 : this.#ends[chunk - 1]!
  }

  isUntouched(chunk: number): boolean {
    return chunk < this.#count && this.#untouched[chunk] === 1
  }

  /**
   * Finds which chunks can be reused: those that no change touches. The end of a chunk depends only on the bytes from its
   * beginning on, so a chunk that begins at the same place with the same bytes ends at the same place; the last one
   * ended because the file did.
   * @param changed in any order; may overlap
   * @param size current size of the file, bytes
   */
  compare(changed: readonly ByteRange[], size: number): void {
    const count = this.#count
    const ends = this.#ends
    const untouched = this.#untouched
    for (let chunk = 0; chunk < count; chunk++) untouched[chunk] = ends[chunk]! <= size ? 1 : 0
    if (this.size !== size && count > 0) untouched[count - 1] = 0
    for (const { start, end } of changed) {
      if (end <= start) continue
      for (let chunk = this.firstEndingAfter(start); chunk < count && this.beginOf(chunk) < end; chunk++)
        untouched[chunk] = 0
    }
  }

  /** Number of the first chunk that ends after a position; the number of chunks where none does. */
  firstEndingAfter(position: number): number {
    const ends = this.#ends
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ends[middle]! > position) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Whether a chunk that can be reused begins at a position. */
  mayFollow(position: number): boolean {
    const chunk = this.firstEndingAfter(position)
    return this.isUntouched(chunk) && this.beginOf(chunk) === position
  }
}
