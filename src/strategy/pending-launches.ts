import type { RecurringEvent } from '../world/index.ts'
import type { Job } from './strategy.ts'

/** A run that is due at a time that no calendar knows: after a hold, or after a failure. Times are seconds since start. */
export interface Launch {
  readonly job: Job
  /** When the run that it goes back to was scheduled. */
  readonly scheduled_s: number
  readonly due_s: number
  /** 0, or how often it was tried before. */
  readonly attempt: number
}

/** Runs that wait for their time. */
export class PendingLaunches {
  #waiting: readonly Launch[]

  constructor(origin?: PendingLaunches) {
    this.#waiting = origin === undefined ? [] : origin.#waiting
  }

  add(launch: Launch): void {
    this.#waiting = [...this.#waiting, launch]
  }

  /** For a timetable, which has to be refreshed when something was added. */
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
