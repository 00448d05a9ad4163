/** Bytes that may pass at once: this many seconds' worth, within these bounds. */
const PIECE_S = 1 / 8
const PIECE_AT_LEAST_BYTES = 256
const PIECE_AT_MOST_BYTES = 4 * 1024 * 1024
/** A pause is not made up for later, except for this much: timers are late, and computing delays them. */
const MADE_UP_FOR_MS = 100

/** A rate limit for one direction. All transfers that share it take turns, piece by piece. */
export class Bandwidth {
  readonly bytesPerSecond: number
  readonly #piece_bytes: number
  /** When everything admitted so far has had its time, by the clock of `performance`. */
  #done_ms = 0

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond
    this.#piece_bytes = Math.ceil(
      Math.min(Math.max(bytesPerSecond * PIECE_S, PIECE_AT_LEAST_BYTES), PIECE_AT_MOST_BYTES),
    )
  }

  /** The bytes in pieces, each as soon as it may pass. */
  async *paced(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += this.#piece_bytes) {
      const piece = bytes.subarray(at, at + this.#piece_bytes)
      await this.#pass(piece.length)
      yield piece
    }
  }

  async #pass(bytes: number): Promise<void> {
    const now_ms = performance.now()
    this.#done_ms = Math.max(this.#done_ms, now_ms - MADE_UP_FOR_MS) + (bytes / this.bytesPerSecond) * 1000
    const wait_ms = this.#done_ms - now_ms
    // Timers are no finer; a shorter wait is added to that of the next piece.
    if (wait_ms >= 1) await new Promise((resolve) => setTimeout(resolve, wait_ms))
  }
}

/** How fast a store may be written to and read from. Default: unlimited. */
export interface TransferLimits {
  readonly upload?: Bandwidth
  readonly download?: Bandwidth
}
