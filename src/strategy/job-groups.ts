import type { Job } from './strategy.ts'

/** An occasion for which not all jobs of a group are done. */
interface Occasion {
  readonly left: number
  readonly hasSucceeded: boolean
}

/** Jobs that were written as one, for several datasets: they are due together, and what follows them waits for all of them. */
export class JobGroups {
  readonly #sizes = new Map<string, number>()
  /** By group and when it was due. */
  readonly #open: Map<string, Occasion>

  constructor(jobs: readonly Job[], origin?: JobGroups) {
    for (const { group } of jobs) if (group !== undefined) this.#sizes.set(group, (this.#sizes.get(group) ?? 0) + 1)
    this.#open = new Map(origin === undefined ? [] : origin.#open)
  }

  /** One of them is done, or will not be. Whether it was the last, and one of them has succeeded. */
  isDone({ group }: Job, scheduled_s: number, succeeded: boolean): boolean {
    if (group === undefined) return false
    const key = JSON.stringify([group, scheduled_s])
    const { left, hasSucceeded } = this.#open.get(key) ?? { left: this.#sizes.get(group)!, hasSucceeded: false }
    const now = { left: left - 1, hasSucceeded: hasSucceeded || succeeded }
    if (now.left > 0) this.#open.set(key, now)
    else this.#open.delete(key)
    return now.left === 0 && now.hasSucceeded
  }
}
