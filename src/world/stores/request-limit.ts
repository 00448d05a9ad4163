/** Admits a number of requests a second; a burst of up to one second's worth passes at once. */
export class RequestLimit {
  readonly #interval_s: number
  #next_s: number

  constructor(perSecond: number, origin?: RequestLimit) {
    this.#interval_s = 1 / perSecond
    this.#next_s = origin === undefined ? -Infinity : origin.#next_s
  }

  /** How long the request has to wait, seconds. */
  admit(now_s: number): number {
    this.#next_s = Math.max(this.#next_s, now_s - 1) + this.#interval_s
    return Math.max(0, this.#next_s - now_s)
  }
}
