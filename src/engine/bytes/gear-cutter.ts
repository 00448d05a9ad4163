import type { ChunkerParameters, Content, Cutter, SubKeys } from '../ports.ts'
import { gearTables, plainScan } from './gear-tables.ts'
import type { GearScan, GearTables } from './gear-tables.ts'
import { heldBytes } from './held-bytes.ts'

/** Bits of the gear hash that are tested first: an end that fulfils them is looked at again. */
const FIRST_BITS = 13

/**
 * FastCDC with normalised chunking (Xia et al., USENIX ATC 2016) in two looks: a gear hash of 16 bits over a window of 16 bytes
 * finds candidates, which vector instructions do for 16 bytes at once; of those, a keyed mix of the 32 bytes before tells with
 * as many bits as are wanted. Many up to the average size, few from there on. All ends depend on the 32 bytes before
 * them only.
 */
export class GearCutter implements Cutter {
  readonly #parameters: ChunkerParameters
  readonly #scan: GearScan
  readonly #strong: number
  readonly #weak: number

  /** @param scanWith makes the search; all ways find the same */
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
        // Whether the chunk goes on can only be known with what follows. A cut found in less than `max` bytes would be
        // right as well; to look only once there are `max` bytes keeps the search from starting again and again.
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
