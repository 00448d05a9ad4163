/** How much may pass at once: so many seconds' worth, but no less and no more than these. */
const PIECE_S = 1 / 8
const PIECE_AT_LEAST_BYTES = 256
const PIECE_AT_MOST_BYTES = 4 * 1024 * 1024
/** A pause is not made up for later, but for this: timers are late, and computing holds them up. */
const MADE_UP_FOR_MS = 100

/** How fast bytes may go one way. All transfers that share it take turns, piece by piece. */
export class Bandwidth {
  readonly bytesPerSecond: number
  readonly #piece_bytes: number
  /** When all that has been let pass has had its time, by the clock of `performance`. */
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
    // No timer is finer; what is not waited for now is waited for with the next piece.
    if (wait_ms >= 1) await new Promise((resolve) => setTimeout(resolve, wait_ms))
  }
}

/** How fast a store may be written to and read from. By default as fast as it goes. */
export interface TransferLimits {
  readonly upload?: Bandwidth
  readonly download?: Bandwidth
}
