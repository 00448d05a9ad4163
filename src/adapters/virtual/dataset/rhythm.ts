import type { Instant } from '../../../engine/ports.ts'

/** When in the week an application writes: always the same, or mostly when people are at work. */
export type Rhythm = 'steady' | 'office'

const HOUR_S = 3600
const HOURS_PER_WEEK = 168
/** 1970-01-01 was a Thursday: three days after a Monday. */
const MONDAY_TO_EPOCH_H = 72
/** Monday to Friday from 8 to 18, UTC. */
const OFFICE_HOURS = 50
/** Share of a week's writes that falls into office hours; assumed. */
const OFFICE_SHARE = 0.85

/** Writes of the hour at an instant, as a multiple of those of a mean hour. */
export function rhythmAt(rhythm: Rhythm, time: Instant): number {
  if (rhythm === 'steady') return 1
  const hour = (((Math.floor(time / HOUR_S) + MONDAY_TO_EPOCH_H) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK
  const [day, hourOfDay] = [Math.floor(hour / 24), hour % 24]
  return day < 5 && hourOfDay >= 8 && hourOfDay < 18
    ? (OFFICE_SHARE * HOURS_PER_WEEK) / OFFICE_HOURS
    : ((1 - OFFICE_SHARE) * HOURS_PER_WEEK) / (HOURS_PER_WEEK - OFFICE_HOURS)
}

/** Mean of `rhythmAt` over (from, to]. */
export function rhythmBetween(rhythm: Rhythm, from: Instant, to: Instant): number {
  if (rhythm === 'steady' || !(to > from)) return rhythmAt(rhythm, to)
  let sum = 0
  for (let at = from; at < to;) {
    const next = Math.min(to, (Math.floor(at / HOUR_S) + 1) * HOUR_S)
    sum += (next - at) * rhythmAt(rhythm, at)
    at = next
  }
  return sum / (to - from)
}
