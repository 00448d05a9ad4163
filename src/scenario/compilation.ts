import { BEYOND_HORIZON_S, CalendarError } from './quantities/calendar.ts'
import type { CalendarFrame } from './quantities/calendar.ts'
import type { Path } from './document/document.ts'
import type { Problem } from './document/problems.ts'
import type { Assumption } from './scenario.ts'
import { readSchedule } from './quantities/calendar.ts'
import type { PriceBook } from './sections/price-book.ts'
import type { Schedule } from '../world/specification.ts'

/** Collects the problems, warnings and assumptions found while a checked document is turned into a scenario. */
export class Compilation {
  readonly frame: CalendarFrame
  /** Seeds whatever is drawn at random while reading. */
  readonly seed: string
  readonly problems: Problem[] = []
  readonly warnings = new Set<string>()
  readonly assumptions: Assumption[] = []
  /** The scenario's own price book, where it has one. */
  prices: PriceBook | undefined
  readonly #schedules = new Map<string, Schedule>()

  constructor(frame: CalendarFrame, seed = '') {
    this.frame = frame
    this.seed = seed
  }

  /** Until when schedules have to reach, seconds since start. */
  get end_s(): number {
    return this.frame.horizon_s + BEYOND_HORIZON_S
  }

  problem(path: Path, message: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({ path, message, part })
  }

  assume(subject: string, value: string, origin: Omit<Assumption, 'subject' | 'value'> = SET_BY_SCENARIO): void {
    const { source, mark, date } = origin
    this.assumptions.push({ subject, value, source, mark, date })
  }

  /** Reads a calendar; a text that is not one becomes a problem at `path`. */
  calendar<T>(path: Path, read: () => T, otherwise: T, part: 'key' | 'value' = 'value'): T {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      this.problem(path, error.message, part)
      return otherwise
    }
  }

  schedule(path: Path, text: string): Schedule {
    let schedule = this.#schedules.get(text)
    if (schedule !== undefined) return schedule
    schedule = this.calendar<Schedule>(path, () => readSchedule(text, this.frame), { text, occurrences: EMPTY })
    if (schedule.occurrences === EMPTY) return schedule
    if (schedule.occurrences.length === 0) this.problem(path, `'${text}' never happens`)
    this.#schedules.set(text, schedule)
    return schedule
  }
}

const EMPTY = new Float64Array(0)

const SET_BY_SCENARIO = { source: 'set by the scenario', mark: 'scenario', date: '' } as const
