import type { Content } from '../../../engine/ports.ts'
import { Extents } from './extents.ts'

/** Represents the compressed and encrypted bytes of described content. */
export class SealedExtents implements Content {
  /** Bytes as stored. */
  readonly length: number
  readonly plain: Extents
  /** Fingerprint of the key and everything else that it was sealed with. */
  readonly context: number

  constructor(length: number, plain: Extents, context: number) {
    this.length = length
    this.plain = plain
    this.context = context
  }

  /** The same content, without references to the whole that it was cut from. */
  compact(): SealedExtents {
    return new SealedExtents(this.length, this.plain.compact(), this.context)
  }

  slice(start: number, end: number): SealedExtents | SealedFragment {
    return start === 0 && end === this.length ? this : new SealedFragment(this, start, end)
  }

  equals(other: Content): boolean {
    return (
      other instanceof SealedExtents &&
      other.length === this.length &&
      other.context === this.context &&
      other.plain.equals(this.plain)
    )
  }
}

/** A part of sealed bytes: useless until it is joined with the rest. */
export class SealedFragment implements Content {
  readonly of: SealedExtents
  readonly start: number
  readonly end: number

  constructor(of: SealedExtents, start: number, end: number) {
    this.of = of
    this.start = start
    this.end = end
  }

  get length(): number {
    return this.end - this.start
  }

  slice(start: number, end: number): SealedFragment {
    return new SealedFragment(this.of, this.start + start, this.start + end)
  }

  /** Joins it with what follows; undefined when that does not continue it. */
  join(next: Content | undefined): SealedExtents | SealedFragment | undefined {
    if (!(next instanceof SealedFragment) || next.start !== this.end || !next.of.equals(this.of)) return undefined
    return this.of.slice(this.start, next.end)
  }

  equals(other: Content): boolean {
    return (
      other instanceof SealedFragment &&
      other.start === this.start &&
      other.end === this.end &&
      other.of.equals(this.of)
    )
  }
}

/** Numbers per segment: its end as stored, the end of its plain content, and its context. */
const STRIDE = 3

/**
 * Two or more adjacent sealed segments, as packs hold them: in two arrays, because an object for each would be most of
 * what a simulated store of years keeps in memory.
 */
export class SealedRow implements Content {
  readonly length: number
  readonly #plain: Extents
  /** End as stored, end of the plain content, and context of each segment of the whole row. */
  readonly #table: Float64Array
  /** The segments that are in this row: [first, last). */
  readonly #first: number
  readonly #last: number

  private constructor(plain: Extents, table: Float64Array, first: number, last: number) {
    this.#plain = plain
    this.#table = table
    this.#first = first
    this.#last = last
    this.length = this.#endOf(last - 1) - this.#endOf(first - 1)
  }

  /** @param segments at least two */
  static of(segments: readonly SealedExtents[]): SealedRow {
    const table = new Float64Array(STRIDE * segments.length)
    let end = 0
    let plainEnd = 0
    for (let at = 0; at < segments.length; at++) {
      const { length, plain, context } = segments[at]!
      table[STRIDE * at] = end += length
      table[STRIDE * at + 1] = plainEnd += plain.length
      table[STRIDE * at + 2] = context
    }
    const plain = Extents.concat(segments.map((segment) => segment.plain)).compact()
    return new SealedRow(plain, table, 0, segments.length)
  }

  /** Where each segment ends. */
  ends(): number[] {
    const begin = this.#endOf(this.#first - 1)
    const ends: number[] = []
    for (let at = this.#first; at < this.#last; at++) ends.push(this.#endOf(at) - begin)
    return ends
  }

  /** The contents of [start, end), which is not empty: adjacent segments and parts of them. */
  slice(start: number, end: number): Array<SealedExtents | SealedFragment | SealedRow> {
    const begin = this.#endOf(this.#first - 1)
    const from = begin + start
    const to = begin + end
    let first = this.#segmentAt(from)
    let last = this.#segmentAt(to - 1)
    if (first === last) return [this.#partOf(first, from, to)]
    const slices: Array<SealedExtents | SealedFragment | SealedRow> = []
    if (from > this.#endOf(first - 1)) slices.push(this.#partOf(first, from, this.#endOf(first++)))
    const tail = to < this.#endOf(last) ? this.#partOf(last, this.#endOf(last - 1), to) : undefined
    if (tail === undefined) last++
    if (last - first > 1) slices.push(new SealedRow(this.#plain, this.#table, first, last))
    else if (first < last) slices.push(this.#partOf(first, this.#endOf(first - 1), this.#endOf(first)))
    if (tail !== undefined) slices.push(tail)
    return slices
  }

  #endOf(segment: number): number {
    return segment < 0 ? 0 : this.#table[STRIDE * segment]!
  }

  /** The bytes [from, to) of a segment, counted in the whole row. */
  #partOf(segment: number, from: number, to: number): SealedExtents | SealedFragment {
    const table = this.#table
    const begin = this.#endOf(segment - 1)
    const at = STRIDE * segment
    const plain = this.#plain.slice(segment === 0 ? 0 : table[at - 2]!, table[at + 1]!)
    return new SealedExtents(table[at]! - begin, plain, table[at + 2]!).slice(from - begin, to - begin)
  }

  /** The segment that holds this byte of the whole row. */
  #segmentAt(position: number): number {
    let low = this.#first
    let high = this.#last - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#endOf(middle) > position) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Bytes that have changed since they were written: bit rot, a torn write. They do not open. */
export class DamagedContent implements Content {
  readonly length: number

  constructor(length: number) {
    this.length = length
  }
}
