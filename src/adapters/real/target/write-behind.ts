import { linuxCalls } from '../linux-calls.ts'

/** Bytes sent to the disk at once. */
const STRETCH_BYTES = 8 * 1024 * 1024

/** Files of this size or more are written behind. */
export const WRITTEN_BEHIND_BYTES = 2 * STRETCH_BYTES

/**
 * Sends parts of a large file to the disk while more is being written, and drops them from the page cache. Otherwise a
 * restore takes all free memory of the machine; and measured, getting fresh memory page by page is most of the time of
 * writing.
 */
export class WriteBehind {
  readonly #file: number
  /** Begin of what has been written and is not on its way. */
  #start = 0
  #end = 0
  /** The part on its way. */
  #sent: { readonly start: number; readonly length: number } | undefined

  /** @param file a descriptor that stays open as long as this is in use */
  constructor(file: number) {
    this.#file = file
  }

  /** Called for each write. Adjacent writes are sent together. */
  wrote(start: number, end: number): void {
    if (start !== this.#end) {
      this.#send()
      this.#start = start
    }
    this.#end = end
    if (end - this.#start >= STRETCH_BYTES) this.#send()
  }

  /** Waits for everything on its way. */
  end(): void {
    this.#send()
    this.#send()
  }

  /** Sends what has been written, and waits for what was sent before. */
  #send(): void {
    const calls = linuxCalls()
    const next = { start: this.#start, length: this.#end - this.#start }
    if (next.length > 0) calls?.writeOut(this.#file, next.start, next.length, false)
    if (this.#sent !== undefined) {
      const { start, length } = this.#sent
      calls?.writeOut(this.#file, start, length, true)
      calls?.uncache(this.#file, start, length)
    }
    this.#sent = next.length > 0 ? next : undefined
    this.#start = this.#end
  }
}
