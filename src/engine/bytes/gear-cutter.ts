import type { ChunkerParameters, Content, Cutter, SubKeys } from '../ports.ts'
import { gearTables, plainScan } from './gear-tables.ts'
import type { GearScan, GearTables } from './gear-tables.ts'
import { heldBytes } from './held-bytes.ts'

/** Bits of the gear hash that are tested first: a candidate that passes is then examined further. */
const FIRST_BITS = 13

/**
 * FastCDC with normalised chunking (Xia et al., USENIX ATC 2016) in two steps. A gear hash of 16 bits over a window of
 * 16 bytes finds candidates, 16 bytes at a time with vector instructions; a keyed mix of the 32 bytes before a
 * candidate then decides, with as many bits as needed: with fewer bits cut from the average size on. An end depends
 * only on the 32 bytes before it.
 */
export class GearCutter implements Cutter {
  readonly #parameters: ChunkerParameters
  readonly #scan: GearScan
  readonly #strong: number
  readonly #weak: number

  /** @param scanWith creates the search; all implementations find the same ends */
  constructor(
    parameters: ChunkerParameters,
    keys: Pick<SubKeys, 'chunker'>,
    scanWith: (tables: GearTables, mask: number) => GearScan = plainScan,
  ) {
    this.#parameters = parameters
    const bits = 31 - Math.clz32(parameters.avg)
    const weakBits = bits - parameters.normalisation
    const first = Math.min(FIRST_BITS, weakBits)
    this.#strong = ones(bits + parameters.normalisation - first)
    this.#weak = ones(weakBits - first)
    // The uppermost bits of the hash depend on the most bytes.
    this.#scan = scanWith(gearTables(keys.chunker), ones(first) << (16 - first))
  }

  cut(window: Content, final: boolean): readonly number[] {
    const bytes = heldBytes(window)
    const { min, avg, max } = this.#parameters
    const ends: number[] = []
    for (let from = 0; from < bytes.length;) {
      const left = bytes.length - from
      if (left < max && (left <= min || !final)) {
        // The end of the last chunk depends on what follows. A cut found in less than `max` bytes would be correct too,
        // but waiting for `max` bytes avoids repeating the search again and again.
        if (!final) break
        if (left <= min) {
          ends.push(bytes.length)
          break
        }
      }
      const limit = from + Math.min(left, max)
      from = this.#firstCut(bytes, from + min, Math.min(from + avg, limit), limit)
      ends.push(from)
    }
    return ends
  }

  /** The first end of a chunk after `start`: a strong one up to `middle`, a weak one up to `limit`, or `limit`. */
  #firstCut(bytes: Uint8Array, start: number, middle: number, limit: number): number {
    const end = this.#scan(bytes, start, middle, this.#strong)
    if (end > 0) return end
    return this.#scan(bytes, middle, limit, this.#weak) || limit
  }
}

const ones = (bits: number): number => (1 << bits) - 1
