import { countBelow } from '../kernel/index.ts'
import type { Simulation } from '../kernel/index.ts'
import type { RandomIntervals } from './random-intervals.ts'

/** Instants at which something happens, derived once from the scenario's calendar. */
export interface Schedule {
  /** The text in the scenario: "daily 22:00". */
  readonly text: string
  /** Seconds since start, ascending. Reaches past the horizon, so that a recovery at its end still has a schedule. */
  readonly occurrences: Float64Array
  /** Where they are drawn: `occurrences` are those of the seed that the scenario has. */
  readonly intervals?: RandomIntervals
}

/** A value that changes at known instants, such as a throttle calendar. */
export interface StepFunction {
  /** Seconds since start, ascending; the first is 0. */
  readonly from_s: Float64Array
  readonly value: Float64Array
}

/** Something that recurs at instants known in advance. */
export interface RecurringEvent {
  /** Seconds since start of the next occurrence; Infinity when none is left. */
  readonly next_s: number
  /** Called at that instant; afterwards `next_s` is later. */
  fire(): void
}

/**
 * All recurring events of a world. Events of the same instant fire in the order in which they were added, so that the
 * order depends on the scenario alone and not on when each was scheduled: a world forked at an instant then continues
 * exactly as its original does.
 */
export class Timetable {
  readonly #simulation: Simulation
  readonly #events: RecurringEvent[] = []
  #started = false
  /** The instant for which the simulation has a call scheduled. */
  #scheduled_s = Infinity

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  add(event: RecurringEvent): void {
    this.#events.push(event)
  }

  /** Call once, after everything has been added. */
  start(): void {
    this.#started = true
    this.refresh()
  }

  /** Call when the next occurrence of an event has moved to an earlier instant. */
  refresh(): void {
    if (!this.#started) return
    let next_s = Infinity
    for (const event of this.#events) if (event.next_s < next_s) next_s = event.next_s
    if (next_s >= this.#scheduled_s) return
    this.#scheduled_s = next_s
    this.#simulation.at(next_s, () => this.#fire(next_s))
  }

  #fire(now_s: number): void {
    // An earlier call has replaced this one and has already handled this instant.
    if (now_s !== this.#scheduled_s) return
    for (const event of this.#events) if (event.next_s === now_s) event.fire()
    this.#scheduled_s = Infinity
    this.refresh()
  }
}

/** Fires at the occurrences of a schedule from `from_s` on. */
export function onSchedule(schedule: Schedule, from_s: number, fire: (scheduled_s: number) => void): RecurringEvent {
  let index = countBelow(schedule.occurrences, from_s)
  return {
    get next_s() {
      return schedule.occurrences[index] ?? Infinity
    },
    fire() {
      const scheduled_s = schedule.occurrences[index]!
      index += 1
      fire(scheduled_s)
    },
  }
}

/** Fires at whole multiples of `interval_s` after 0; `fire` gets the multiple. */
export function onInterval(interval_s: number, from_s: number, fire: (k: number) => void): RecurringEvent {
  let k = Math.max(1, Math.ceil(from_s / interval_s))
  return {
    get next_s() {
      return k * interval_s
    },
    fire() {
      const now = k
      k += 1
      fire(now)
    },
  }
}

/** Applies the steps of a function of time from `from_s` on, starting at once with the value that holds at `from_s`. */
export function onSteps(steps: StepFunction, from_s: number, apply: (value: number) => void): RecurringEvent {
  let index = countBelow(steps.from_s, from_s)
  if (steps.from_s[index] !== from_s) apply(steps.value[Math.max(0, index - 1)]!)
  return {
    get next_s() {
      return steps.from_s[index] ?? Infinity
    },
    fire() {
      const value = steps.value[index]!
      index += 1
      apply(value)
    },
  }
}
