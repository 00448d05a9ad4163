import type { ReadingWatch } from '../adapters/virtual/index.ts'

/** Measures the time in which media are being mounted, recalled or thawed for a read while no data pass yet. */
export class RetrievalTime implements ReadingWatch {
  readonly #clock: { readonly now: number }
  #readying = 0
  #passing = 0
  #since_s = 0
  #total_s = 0

  constructor(clock: { readonly now: number }) {
    this.#clock = clock
  }

  /** Total up to now, seconds. */
  get total_s(): number {
    return this.#total_s + (this.#runs ? this.#clock.now - this.#since_s : 0)
  }

  readying<T>(work: () => Promise<T>): Promise<T> {
    return this.#counted((by) => (this.#readying += by), work)
  }

  passing<T>(work: () => Promise<T>): Promise<T> {
    return this.#counted((by) => (this.#passing += by), work)
  }

  async #counted<T>(count: (by: number) => void, work: () => Promise<T>): Promise<T> {
    this.#change(() => count(1))
    try {
      return await work()
    } finally {
      this.#change(() => count(-1))
    }
  }

  get #runs(): boolean {
    return this.#readying > 0 && this.#passing === 0
  }

  #change(count: () => void): void {
    this.#total_s = this.total_s
    this.#since_s = this.#clock.now
    count()
  }
}
