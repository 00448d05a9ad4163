import type { Content } from '../../../engine/ports.ts'
import { ZERO_STREAM } from './extent-stream.ts'
import type { ExtentStream } from './extent-stream.ts'

/** Numbers per piece: stream, offset in the stream, end in the content. */
const STRIDE = 3
/** Up to so many numbers are copied sooner than a part is made of them. */
const FEW = 64

/**
 * Content that is only described: a sequence of pieces of streams. Immutable; slices share the pieces of their whole.
 * Adjacent pieces of a stream are merged, so that equal sequences have equal pieces.
 */
export class Extents implements Content {
  readonly length: number
  /** [stream, offset, end] of each piece; ends ascend. */
  readonly #pieces: Float64Array
  /** Where this slice begins within the pieces. */
  readonly #start: number
  /** Index into `#pieces` of the piece that holds the first byte. */
  readonly #first: number

  private constructor(pieces: Float64Array, start: number, length: number, first: number) {
    this.#pieces = pieces
    this.#start = start
    this.length = length
    this.#first = first
  }

  static readonly empty: Extents = new Extents(new Float64Array(0), 0, 0, 0)

  /** The bytes [offset, offset + length) of a stream. */
  static of(stream: ExtentStream, offset: number, length: number): Extents {
    if (length === 0) return Extents.empty
    const piece = new Float64Array(STRIDE)
    piece[0] = stream
    piece[1] = stream === ZERO_STREAM ? 0 : offset
    piece[2] = length
    return new Extents(piece, 0, length, 0)
  }

  static zeros(length: number): Extents {
    return Extents.of(ZERO_STREAM, 0, length)
  }

  static concat(parts: readonly Extents[]): Extents {
    const [only] = parts
    if (only !== undefined && parts.length === 1) return only
    let count = 0
    for (let at = 0; at < parts.length; at++) count += parts[at]!.#count()
    const pieces = new Float64Array(count * STRIDE)
    let used = 0
    let end = 0
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!
      used = part.#copyPieces(pieces, used, end)
      end += part.length
    }
    if (end === 0) return Extents.empty
    // Merging leaves the array too long, and then it is replaced.
    return new Extents(used === pieces.length ? pieces : pieces.slice(0, used), 0, end, 0)
  }

  /** The bytes [start, end). */
  slice(start: number, end: number): Extents {
    if (start === 0 && end === this.length) return this
    if (!(start >= 0 && start <= end && end <= this.length)) {
      throw new RangeError(`no bytes [${start}, ${end}) in ${this.length}`)
    }
    if (start === end) return Extents.empty
    return new Extents(this.#pieces, this.#start + start, end - start, this.#find(this.#start + start))
  }

  /** The same with `deleted` bytes from `at` on replaced. The cost is proportional to the number of pieces. */
  splice(at: number, deleted: number, inserted: Extents): Extents {
    return Extents.concat([this.slice(0, at), inserted, this.slice(at + deleted, this.length)])
  }

  /** The same content, without references to the whole that it was cut from. */
  compact(): Extents {
    const count = this.#count()
    if (count * STRIDE === this.#pieces.length) return this
    const pieces = new Float64Array(count * STRIDE)
    this.#copyPieces(pieces, 0, 0)
    return new Extents(pieces, 0, this.length, 0)
  }

  /** Calls `visit` for each piece in order. */
  forEachPiece(visit: (stream: ExtentStream, offset: number, length: number) => void): void {
    const pieces = this.#pieces
    const stop = this.#start + this.length
    let from = this.#start
    for (let at = this.#first; from < stop; at += STRIDE) {
      const begin = at === 0 ? 0 : pieces[at - 1]!
      const end = Math.min(stop, pieces[at + 2]!)
      const stream = pieces[at]!
      visit(stream, stream === ZERO_STREAM ? 0 : pieces[at + 1]! + (from - begin), end - from)
      from = end
    }
  }

  get pieceCount(): number {
    return this.#count()
  }

  /**
   * Writes stream, offset and length of each piece, and gives how many numbers these are. Without calling back, as it
   * is asked of every version of a file.
   */
  describeInto(numbers: Float64Array): number {
    const pieces = this.#pieces
    const stop = this.#start + this.length
    let from = this.#start
    let count = 0
    for (let at = this.#first; from < stop; at += STRIDE, count += STRIDE) {
      const end = Math.min(stop, pieces[at + 2]!)
      const stream = pieces[at]!
      numbers[count] = stream
      numbers[count + 1] = stream === ZERO_STREAM ? 0 : pieces[at + 1]! + (from - (at === 0 ? 0 : pieces[at - 1]!))
      numbers[count + 2] = end - from
      from = end
    }
    return count
  }

  equals(other: Extents): boolean {
    if (this.length !== other.length) return false
    const a = this.#pieces
    const b = other.#pieces
    if (a === b && this.#start === other.#start) return true
    // Pieces are merged, so equal contents have equal pieces.
    let i = this.#first
    let j = other.#first
    let from = 0
    while (from < this.length) {
      const streamA = a[i]!
      if (streamA !== b[j]) return false
      if (streamA !== ZERO_STREAM) {
        const offsetA = a[i + 1]! + (this.#start + from - (i === 0 ? 0 : a[i - 1]!))
        const offsetB = b[j + 1]! + (other.#start + from - (j === 0 ? 0 : b[j - 1]!))
        if (offsetA !== offsetB) return false
      }
      const endA = Math.min(this.length, a[i + 2]! - this.#start)
      const endB = Math.min(this.length, b[j + 2]! - other.#start)
      if (endA !== endB) return false
      from = endA
      i += STRIDE
      j += STRIDE
    }
    return true
  }

  /** @internal For loops that cannot afford callbacks: the pieces, where this content begins in them, and in which one. */
  get raw(): { readonly pieces: Float64Array; readonly start: number; readonly first: number } {
    return { pieces: this.#pieces, start: this.#start, first: this.#first }
  }

  /** Index of the piece that holds a position. */
  #find(position: number): number {
    const pieces = this.#pieces
    let low = this.#first / STRIDE
    let high = pieces.length / STRIDE - 1
    // Slices are mostly taken in sequence, and most contents are one piece.
    while (low < high) {
      const middle = (low + high) >>> 1
      if (pieces[middle * STRIDE + 2]! > position) high = middle
      else low = middle + 1
    }
    return low * STRIDE
  }

  #count(): number {
    if (this.length === 0) return 0
    const last = this.#find(this.#start + this.length - 1)
    return (last - this.#first) / STRIDE + 1
  }

  /** Appends the pieces to those in `into`, of which `used` numbers are used and which end at `end`. */
  #copyPieces(into: Float64Array, used: number, end: number): number {
    if (this.length === 0) return used
    const pieces = this.#pieces
    const first = this.#first
    const start = this.#start
    const stop = start + this.length
    const stream = pieces[first]!
    const begin = first === 0 ? 0 : pieces[first - 1]!
    const offset = stream === ZERO_STREAM ? 0 : pieces[first + 1]! + (start - begin)
    let filled = used
    // Pieces of one content are merged already: only its first can continue what precedes it.
    if (filled === 0 || !continues(into, filled, end, stream, offset)) {
      into[filled] = stream
      into[filled + 1] = offset
      filled += STRIDE
    }
    const shift = end - start
    into[filled - 1] = Math.min(stop, pieces[first + 2]!) + shift
    if (shift === 0) {
      // Pieces whose positions do not change, such as those before and after a write, are copied in one step.
      const from = first + STRIDE
      const until = pieces[first + 2]! < stop ? this.#find(stop - 1) + STRIDE : from
      if (until === from) return filled
      if (until - from > FEW) into.set(pieces.subarray(from, until), filled)
      else for (let at = from, to = filled; at < until; at++, to++) into[to] = pieces[at]!
      filled += until - from
      into[filled - 1] = stop
      return filled
    }
    for (let at = first + STRIDE; pieces[at - 1]! < stop; at += STRIDE) {
      into[filled] = pieces[at]!
      into[filled + 1] = pieces[at + 1]!
      into[filled + 2] = Math.min(stop, pieces[at + 2]!) + shift
      filled += STRIDE
    }
    return filled
  }
}

/** Whether a piece that begins at `offset` continues the last one filled in. */
function continues(pieces: Float64Array, filled: number, end: number, stream: number, offset: number): boolean {
  if (pieces[filled - 3] !== stream) return false
  if (stream === ZERO_STREAM) return true
  const begin = filled === STRIDE ? 0 : pieces[filled - STRIDE - 1]!
  return pieces[filled - 2]! + (end - begin) === offset
}
