import type { RecurringEvent } from '../world/index.ts'
import type { Job } from './strategy.ts'

/** A run that is due at a time that is in no calendar: after a hold, or after a failure. Times are seconds since start. */
export interface Launch {
  readonly job: Job
  /** When the run was originally scheduled. */
  readonly scheduled_s: number
  readonly due_s: number
  /** Number of earlier attempts. */
  readonly attempt: number
}

/** Runs that wait until they are due. */
export class PendingLaunches {
  #waiting: readonly Launch[]

  constructor(origin?: PendingLaunches) {
    this.#waiting = origin === undefined ? [] : origin.#waiting
  }

  add(launch: Launch): void {
    this.#waiting = [...this.#waiting, launch]
  }

  /** An event for a timetable, which must be refreshed when a run was added. */
  event(launch: (due: Launch) => void): RecurringEvent {
    const next_s = (): number => this.#waiting.reduce((least, { due_s }) => Math.min(least, due_s), Infinity)
    return {
      get next_s() {
        return next_s()
      },
      fire: () => {
        const now_s = next_s()
        const due = this.#waiting.filter(({ due_s }) => due_s === now_s)
        this.#waiting = this.#waiting.filter(({ due_s }) => due_s !== now_s)
        for (const each of due) launch(each)
      },
    }
  }
}
