import type { Job } from './strategy.ts'

/** One due time of a group whose jobs have not all finished. */
interface Occasion {
  readonly left: number
  readonly hasSucceeded: boolean
}

/** Jobs that were written as one, for several datasets: they are due together, and the jobs that follow them wait for all. */
export class JobGroups {
  readonly #sizes = new Map<string, number>()
  /** By group and due time. */
  readonly #open: Map<string, Occasion>

  constructor(jobs: readonly Job[], origin?: JobGroups) {
    for (const { group } of jobs) if (group !== undefined) this.#sizes.set(group, (this.#sizes.get(group) ?? 0) + 1)
    this.#open = new Map(origin === undefined ? [] : origin.#open)
  }

  /**
   * Notes that a job of the group has finished or will not run.
   * @returns whether it was the last one and at least one of them has succeeded
   */
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
