import type { ChunkerParameters, Content, Cutter, SubKeys } from '../../../engine/ports.ts'
import { CandidateCuts } from './candidate-cuts.ts'
import { Extents } from './extents.ts'
import { ZERO_STREAM } from './extent-stream.ts'
import { Fingerprint } from './integer-mixing.ts'

/**
 * Cuts described content by the rule of normalised FastCDC: no cut below `min`, from there to `avg` where the strong
 * mask is satisfied, from there to `max` where the weak one is, and at `max` at the latest. Only the places that
 * satisfy the masks are drawn instead of computed; sizes, resynchronisation after an insert and locality follow from
 * the rule. Zeros are cut at `max`, as with a rolling hash.
 */
export class ExtentsCutter implements Cutter {
  readonly #min: number
  readonly #avg: number
  readonly #max: number
  readonly #candidates: CandidateCuts

  constructor(parameters: ChunkerParameters, keys: SubKeys) {
    const { min, avg, max, normalisation } = parameters
    const bits = Math.round(binaryLogarithm(avg))
    this.#min = min
    this.#avg = avg
    this.#max = max
    const salt = new Fingerprint().bytes(keys.chunker).number | 0
    this.#candidates = new CandidateCuts(bits - normalisation, bits + normalisation, salt)
  }

  cut(window: Content, final: boolean): readonly number[] {
    if (!(window instanceof Extents)) {
      if (window.length === 0) return []
      throw new TypeError('described content was expected: bytes and extents never mix in a repository')
    }
    const ends: number[] = []
    const { length } = window
    const { pieces, start, first } = window.raw
    let piece = first
    for (let from = 0; from < length;) {
      const left = length - from
      let end = -1
      if (left > this.#min) {
        const limit = Math.min(left, this.#max)
        while (pieces[piece + 2]! - start <= from + this.#min) piece += 3
        const strongUntil = from + Math.min(this.#avg, limit)
        end = this.#firstCut(pieces, piece, start, from + this.#min, strongUntil, from + limit)
        if (end < 0 && left >= this.#max) end = from + this.#max
      } else if (left === this.#max) {
        // Chunks of a fixed size: what follows cannot change the cut.
        end = length
      }
      if (end < 0) {
        if (!final) break
        end = length
      }
      ends.push(end)
      from = end
    }
    return ends
  }

  /**
   * The first cut in (after, until] of the window, -1 when there is none; up to `strongUntil` a strong one.
   * @param firstPiece index of the piece that holds the byte after `after`
   * @param start where the window begins in the pieces
   */
  #firstCut(
    pieces: Float64Array,
    firstPiece: number,
    start: number,
    after: number,
    strongUntil: number,
    until: number,
  ): number {
    const candidates = this.#candidates
    const { block_bytes, positions, strong } = candidates
    let from = after
    for (let piece = firstPiece; from < until; piece += 3) {
      const stop = Math.min(until, pieces[piece + 2]! - start)
      const stream = pieces[piece]!
      if (stream !== ZERO_STREAM) {
        // Position in the stream is position in the window plus `shift`.
        const shift = pieces[piece + 1]! - ((piece === 0 ? 0 : pieces[piece - 1]!) - start)
        const low = from + shift
        const high = stop + shift
        for (let block = Math.floor(low / block_bytes); block * block_bytes < high; block++) {
          candidates.load(stream, block)
          const { count } = candidates
          for (let k = 0; k < count; k++) {
            const position = positions[k]!
            if (position <= low) continue
            if (position > high) break
            const end = position - shift
            if (end > strongUntil || strong[k] === 1) return end
          }
        }
      }
      from = stop
    }
    return -1
  }
}

/** Exact for powers of two, which is what a chunker is given. */
function binaryLogarithm(n: number): number {
  let bits = 0
  for (let rest = n; rest >= 2; rest /= 2) bits++
  return bits
}
