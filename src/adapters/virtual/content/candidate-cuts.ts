import { ln } from '../../../kernel/index.ts'
import type { ExtentStream } from './extent-stream.ts'
import { highWord, mix32 } from './integer-mixing.ts'

/** Expected number of candidates in a block. */
const CANDIDATES_PER_BLOCK = 16

/**
 * Where a rolling hash over a stream's bytes would satisfy the chunker's masks, if the bytes existed.
 *
 * Over bytes of high entropy such places are a Bernoulli process: the weak mask, of w bits, is satisfied at every
 * position with probability 2^-w, and given that, the strong one, of s bits, with 2^-(s - w). The process is drawn from
 * the stream's number, by gaps of geometric law that restart at each block of a fixed size, so that any offset is
 * reached at the cost of one block. Measured against real bytes: ENGINE.md, section 4.
 */
export class CandidateCuts {
  /** Length of a block in bytes. */
  readonly block_bytes: number
  /** Candidates of the block last loaded: positions in the stream (a chunk may end there), ascending. */
  readonly positions = new Float64Array(16 * CANDIDATES_PER_BLOCK)
  /** 1 where the strong mask is satisfied too. */
  readonly strong = new Uint8Array(16 * CANDIDATES_PER_BLOCK)
  count = 0
  readonly #gapScale: number
  /** Draws below it make a candidate strong. */
  readonly #strongBelow: number
  readonly #salt: number
  #stream: ExtentStream = -1
  #block = -1

  /**
   * @param salt differs between chunker keys
   */
  constructor(weakBits: number, strongBits: number, salt: number) {
    this.block_bytes = CANDIDATES_PER_BLOCK * 2 ** weakBits
    this.#gapScale = 1 / ln(1 - 2 ** -weakBits)
    this.#strongBelow = 2 ** (32 - (strongBits - weakBits))
    this.#salt = salt
  }

  /** Draws the candidates of a block of a stream. */
  load(stream: ExtentStream, block: number): void {
    if (this.#stream === stream && this.#block === block) return
    this.#stream = stream
    this.#block = block
    const { positions, strong } = this
    const gapScale = this.#gapScale
    const strongBelow = this.#strongBelow
    const end = (block + 1) * this.block_bytes
    let state = mix32(mix32(stream | 0) + mix32(highWord(stream) ^ this.#salt))
    state = mix32(mix32(state + block) ^ highWord(block))
    let position = block * this.block_bytes
    let count = 0
    for (;;) {
      state = (state + 0x9e3779b9) | 0
      position += 1 + Math.floor(ln(((mix32(state) >>> 0) + 0.5) / 4_294_967_296) * gapScale)
      if (position > end) break
      state = (state + 0x9e3779b9) | 0
      positions[count] = position
      strong[count] = mix32(state) >>> 0 < strongBelow ? 1 : 0
      count++
      // Sixteen times the expected number practically never occurs; if it did, one candidate might be lost, the same on
      // every machine.
      if (count === positions.length) break
    }
    this.count = count
  }
}
