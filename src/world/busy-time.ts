/** How long at least one of several pieces of work has been under way, in all. */
export class BusyTime {
  readonly #clock: { readonly now: number }
  #underWay = 0
  #since_s = 0
  #total_s = 0

  constructor(clock: { readonly now: number }) {
    this.#clock = clock
  }

  /** Up to now, seconds. */
  get total_s(): number {
    return this.#total_s + (this.#underWay > 0 ? this.#clock.now - this.#since_s : 0)
  }

  async during(work: () => Promise<void>): Promise<void> {
    if (this.#underWay === 0) this.#since_s = this.#clock.now
    this.#underWay += 1
    try {
      await work()
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#total_s += this.#clock.now - this.#since_s
    }
  }
}
