import type { Content, Joiner } from '../ports.ts'
import { freshBytes, heldBytes } from './held-bytes.ts'

/** Joins bytes in memory that is reused: fresh memory is expensive, page by page. */
export class BytesJoiner implements Joiner {
  #bytes: Uint8Array = new Uint8Array(0)
  length = 0

  add(part: Content): void {
    const end = this.length + part.length
    if (end > this.#bytes.length) {
      const larger = freshBytes(Math.max(end, 2 * this.#bytes.length))
      larger.set(this.#bytes.subarray(0, this.length))
      this.#bytes = larger
    }
    this.#bytes.set(heldBytes(part), this.length)
    this.length = end
  }

  take(): Uint8Array {
    const all = this.#bytes.subarray(0, this.length)
    this.length = 0
    return all
  }
}
