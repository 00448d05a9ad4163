import type { Instant } from '../ports.ts'

/**
 * Numbers of the calendar periods that an instant falls in. Two instants have the same number exactly when they are in
 * the same period; the number of the next period is one more. In UTC, whatever the time zone of the machine.
 */
export const periodOf = {
  second: (time: Instant): number => Math.floor(time),
  minute: (time: Instant): number => Math.floor(time / 60),
  hour: (time: Instant): number => Math.floor(time / 3600),
  day: (time: Instant): number => Math.floor(time / 86_400),
  /** ISO 8601 week: from Monday. 1970-01-01 was a Thursday, three days after the Monday of its week. */
  week: (time: Instant): number => Math.floor((Math.floor(time / 86_400) + 3) / 7),
  month: (time: Instant): number => {
    const { year, month } = dateOf(time)
    return year * 12 + month - 1
  },
  quarter: (time: Instant): number => {
    const { year, month } = dateOf(time)
    return year * 4 + Math.floor((month - 1) / 3)
  },
  year: (time: Instant): number => dateOf(time).year,
} as const

export type Period = keyof typeof periodOf

/**
 * Date in the proleptic Gregorian calendar; month and day from 1.
 * Source: Hinnant, chrono-Compatible Low-Level Date Algorithms, civil_from_days.
 */
export function dateOf(time: Instant): { year: number; month: number; day: number } {
  // Days since 0000-03-01: a leap day is then the last day of a year.
  const days = Math.floor(time / 86_400) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  }
}

/** A span of the calendar, whose length depends on its date. */
export interface CalendarSpan {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

/** The instant a span earlier. A day that the month lacks, such as 31 February, is counted into the next month. */
export function before(time: Instant, { years, months, days, hours }: CalendarSpan): Instant {
  const { year, month, day } = dateOf(time)
  const midnight_ms = Date.UTC(year - years, month - 1 - months, day - days)
  return midnight_ms / 1000 + (time - Math.floor(time / 86_400) * 86_400) - hours * 3600
}
