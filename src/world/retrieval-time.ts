import type { ReadingWatch } from '../adapters/virtual/index.ts'

/** Time in which the media are at work so that data can be read, mounts and thaws and recalls, and none of the data pass. */
export class RetrievalTime implements ReadingWatch {
  readonly #clock: { readonly now: number }
  #readying = 0
  #passing = 0
  #since_s = 0
  #total_s = 0

  constructor(clock: { readonly now: number }) {
    this.#clock = clock
  }

  /** Up to now, seconds. */
  get total_s(): number {
    return this.#total_s + (this.#runs ? this.#clock.now - this.#since_s : 0)
  }

  async readying<T>(work: () => Promise<T>): Promise<T> {
    this.#change(() => (this.#readying += 1))
    try {
      return await work()
    } finally {
      this.#change(() => (this.#readying -= 1))
    }
  }

  async passing<T>(work: () => Promise<T>): Promise<T> {
    this.#change(() => (this.#passing += 1))
    try {
      return await work()
    } finally {
      this.#change(() => (this.#passing -= 1))
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
