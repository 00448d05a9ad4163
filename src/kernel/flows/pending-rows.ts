import { doubled } from '../typed-arrays.ts'

/** The rows that `MaxMinSharing` still has to visit, lowest level first: a binary heap in parallel arrays. */
export class PendingRows {
  private levels = new Float64Array(16)
  private rows = new Int32Array(16)
  length = 0

  /** The row of the lowest level; call only when there is one. */
  firstRow(): number {
    return this.rows[0]!
  }

  /** The lowest level; call only when there is one. */
  firstLevel(): number {
    return this.levels[0]!
  }

  push(level: number, row: number): void {
    let at = this.length++
    if (at === this.levels.length) {
      this.levels = doubled(this.levels)
      this.rows = doubled(this.rows)
    }
    const { levels, rows } = this
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!(level < levels[parent]!)) break
      levels[at] = levels[parent]!
      rows[at] = rows[parent]!
      at = parent
    }
    levels[at] = level
    rows[at] = row
  }

  /** Takes the first row out. */
  drop(): void {
    const last = --this.length
    if (last > 0) this.sink(this.levels[last]!, this.rows[last]!)
  }

  /** Moves the first row to a level not below its present one. */
  putOffFirst(level: number): void {
    this.sink(level, this.rows[0]!)
  }

  /** Puts a row in the place of the first and lets it sink to where it belongs. */
  private sink(level: number, row: number): void {
    const { levels, rows, length } = this
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && levels[child + 1]! < levels[child]!) child++
      if (!(levels[child]! < level)) break
      levels[at] = levels[child]!
      rows[at] = rows[child]!
      at = child
    }
    levels[at] = level
    rows[at] = row
  }
}
