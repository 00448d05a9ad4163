import { Cron } from 'croner'
import type { Instant } from '../../engine/ports.ts'
import type { Schedule, StepFunction } from '../../world/specification.ts'
import { didYouMean } from '../document/nearest-word.ts'
import { respelled } from './spoken-times.ts'
import { parseQuantity } from './units.ts'

/** An incident at the horizon may be detected much later; until then the jobs go on. */
export const BEYOND_HORIZON_S = 366 * 86_400
const EXPECTED =
  'expected a time such as "daily 22:00", "Mon-Fri 12:00", "Sun 06:00", "hourly", "every 4 h", or five fields of cron'
const WINDOW = 'expected a window such as "Mon-Fri 08:00-18:00" or "daily 22:00-06:00"'

/** What a calendar is interpreted against. */
export interface CalendarFrame {
  readonly start: Instant
  readonly horizon_s: number
  /** IANA name; UTC by default. */
  readonly timezone: string
}

/** Text that is not a calendar; the message says what was expected, but not where. */
export class CalendarError extends Error {}

/** Instants by the clock, as cron patterns; a fixed interval from the start; or a single instant. */
type Recurrence =
  | { readonly patterns: readonly string[] }
  | { readonly interval_s: number }
  | { readonly once: Instant; readonly text: string }

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const ORDINALS: Readonly<Record<string, string>> = { first: '#1', second: '#2', third: '#3', fourth: '#4', last: '#L' }
const WORDS = ['daily', 'hourly', 'monthly', 'every', ...Object.keys(ORDINALS), ...DAYS, ...DAY_NAMES]

/**
 * All occurrences of a calendar from the start to a year beyond the horizon.
 * @throws CalendarError
 */
export function readSchedule(text: string, frame: CalendarFrame): Schedule {
  return { text, occurrences: occurrences(readRecurrence(text), frame, 0) }
}

/**
 * Limits by window, `{ 'Mon-Fri 08:00-18:00': 2.5e6 }`, as a function of time. Where windows overlap the lowest limit
 * holds, and outside all of them `unlimited`.
 * @throws CalendarError
 */
export function readThrottle(
  windows: Readonly<Record<string, number>>,
  unlimited: number,
  frame: CalendarFrame,
): StepFunction {
  const changes: { at_s: number; limit: number; opens: boolean }[] = []
  for (const [text, limit] of Object.entries(windows)) {
    const { opens, closes } = readWindow(text)
    // Windows that opened before the start may still be open: no window is longer than a day.
    const closings = occurrences(closes, frame, -2 * 86_400)
    let next = 0
    for (const at_s of occurrences(opens, frame, -2 * 86_400)) {
      while ((closings[next] ?? Infinity) <= at_s) next += 1
      const closes_s = closings[next]
      if (closes_s !== undefined && closes_s <= 0) continue
      changes.push({ at_s: Math.max(0, at_s), limit, opens: true })
      if (closes_s !== undefined) changes.push({ at_s: closes_s, limit, opens: false })
    }
  }
  return steps(changes, unlimited)
}

function steps(changes: { at_s: number; limit: number; opens: boolean }[], unlimited: number): StepFunction {
  changes.sort((a, b) => a.at_s - b.at_s)
  const open = new Map<number, number>()
  const from_s = [0]
  const value = [unlimited]
  for (const { at_s, limit, opens } of changes) {
    open.set(limit, (open.get(limit) ?? 0) + (opens ? 1 : -1))
    let lowest = unlimited
    for (const [candidate, count] of open) if (count > 0 && candidate < lowest) lowest = candidate
    if (from_s.at(-1) === at_s) value[value.length - 1] = lowest
    else {
      from_s.push(at_s)
      value.push(lowest)
    }
  }
  const kept = from_s.map((_, index) => index === 0 || value[index] !== value[index - 1])
  return {
    from_s: Float64Array.from(from_s.filter((_, index) => kept[index])),
    value: Float64Array.from(value.filter((_, index) => kept[index])),
  }
}

function occurrences(recurrence: Recurrence, frame: CalendarFrame, from_s: number): Float64Array {
  const end_s = frame.horizon_s + BEYOND_HORIZON_S
  if ('interval_s' in recurrence) {
    const { interval_s } = recurrence
    return Float64Array.from({ length: Math.floor(end_s / interval_s) + 1 }, (_, k) => k * interval_s)
  }
  if ('once' in recurrence) {
    const at_s = recurrence.once - frame.start
    if (at_s >= 0 && at_s < frame.horizon_s) return Float64Array.of(at_s)
    throw new CalendarError(`'${recurrence.text}' is outside of the time that is simulated`)
  }
  const instants = new Set<number>()
  for (const pattern of recurrence.patterns) {
    const cron = new Cron(pattern, { paused: true, timezone: frame.timezone })
    // One millisecond earlier, because `nextRun` looks after the instant it is given.
    let next = cron.nextRun(new Date((frame.start + from_s) * 1000 - 1))
    while (next !== null) {
      const at_s = next.getTime() / 1000 - frame.start
      if (at_s > end_s) break
      instants.add(at_s)
      next = cron.nextRun(next)
    }
  }
  return Float64Array.from(instants).sort()
}

/** Suggests what was probably meant, where it can be guessed. */
function readRecurrence(text: string): Recurrence {
  try {
    return recurrenceOf(text)
  } catch (error) {
    const meant = respelled(text)
    if (!(error instanceof CalendarError) || meant === text.trim()) throw error
    try {
      void recurrenceOf(meant)
    } catch {
      throw error
    }
    throw new CalendarError(`${error.message.replace(/; did you mean .*$/, '')}; did you mean '${meant}'?`)
  }
}

function recurrenceOf(text: string): Recurrence {
  const words = text.trim().split(/\s+/)
  if (/^[\d*/,\-?LW#A-Za-z]+$/.test(words[0] ?? '') && words.length === 5) return cronPattern(text.trim())
  const [first = '', ...rest] = words
  if (rest.length === 0 && /^\d{4}-\d\d-\d\dT/.test(first)) return onceAt(first)
  const lower = first.toLowerCase()
  if (lower === 'every') return everyInterval(text, rest.join(' '))
  if (lower === 'hourly') {
    if (rest.length > 0) throw new CalendarError(`'${text}': nothing follows 'hourly'; ${EXPECTED}`)
    return { patterns: ['0 * * * *'] }
  }
  const times = rest.join(' ')
  if (lower === 'daily') return { patterns: readTimes(text, times).map((time) => `${time} * * *`) }
  if (lower === 'monthly') return { patterns: readTimes(text, times).map((time) => `${time} 1 * *`) }
  const ordinal = ORDINALS[lower]
  if (ordinal !== undefined) {
    const [day = '', ...clock] = rest
    const weekday = (DAYS[readDay(text, day, EXPECTED)] ?? '').toUpperCase()
    return { patterns: readTimes(text, clock.join(' ')).map((time) => `${time} * * ${weekday}${ordinal}`) }
  }
  const days = readDays(text, first)
  return { patterns: readTimes(text, times).map((time) => `${time} * * ${days}`) }
}

/** A single instant, written like `start`: for something done once, such as seeding. */
function onceAt(text: string): Recurrence {
  const instant = Date.parse(text) / 1000
  if (Number.isNaN(instant) || !/(Z|[+-]\d\d:\d\d)$/.test(text))
    throw new CalendarError(`'${text}' is not an instant such as 2026-01-06T08:00:00Z`)
  return { once: instant, text }
}

function cronPattern(text: string): Recurrence {
  try {
    void new Cron(text, { paused: true, mode: '5-part' })
  } catch (error) {
    throw new CalendarError(`'${text}' is not a pattern of cron: ${reasonOf(error)}; ${EXPECTED}`)
  }
  return { patterns: [text] }
}

/** Croner's message, without its name. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error)
}

function everyInterval(text: string, interval: string): Recurrence {
  const parsed = parseQuantity(/^\d/.test(interval) ? interval : `1 ${interval}`, 'seconds')
  if ('problem' in parsed) throw new CalendarError(`'${text}': ${parsed.problem}; ${EXPECTED}`)
  if (parsed.value < 1) throw new CalendarError(`'${text}': the interval is shorter than a second`)
  return { interval_s: parsed.value }
}

/** 'Mon-Fri', 'Mon,Wed', 'Sunday', 'Fri-Mon' as a field of cron. */
function readDays(text: string, days: string, expected = EXPECTED): string {
  const chosen = days.split(',').flatMap((range) => {
    const ends = range.split('-').map((day) => readDay(text, day, expected))
    const [from = 0, to = from] = ends
    if (ends.length > 2) throw new CalendarError(`'${range}' in '${text}' is not a span of days; ${expected}`)
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7)
  })
  return chosen.map((day) => (DAYS[day] ?? '').toUpperCase()).join(',')
}

/** 0 is Monday. */
function readDay(text: string, word: string, expected: string): number {
  const lower = word.toLowerCase()
  const index = DAYS.findIndex((day, at) => day.toLowerCase() === lower || DAY_NAMES[at]?.toLowerCase() === lower)
  if (index >= 0) return index
  throw new CalendarError(
    `'${word}' ${word === text ? '' : `in '${text}' `}is not a day; ${expected}${didYouMean(word, WORDS)}`,
  )
}

/** '22:00' or '12:00, 22:00' as the first two fields of cron. */
function readTimes(text: string, times: string): string[] {
  if (times === '') throw new CalendarError(`'${text}' has no time of day; ${EXPECTED}`)
  return times.split(',').map((time) => {
    const minutes = readTime(text, time.trim())
    if (minutes === 24 * 60) throw new CalendarError(`'24:00' in '${text}': write 00:00 of the next day`)
    return `${minutes % 60} ${Math.floor(minutes / 60)}`
  })
}

/** Minutes since midnight, up to 24:00. */
function readTime(text: string, time: string, expected = EXPECTED): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time)
  const minutes = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2])
  if (Number(match?.[2]) < 60 && minutes <= 24 * 60) return minutes
  throw new CalendarError(`'${time}' in '${text}' is not a time of day such as 22:00; ${expected}`)
}

/** 'Mon-Fri 08:00-18:00', 'daily 22:00-06:00', 'Sat,Sun'. */
function readWindow(text: string): { opens: Recurrence; closes: Recurrence } {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  const days = first.toLowerCase() === 'daily' ? '*' : readDays(text, first, WINDOW)
  const span = rest.length === 0 ? ['00:00', '24:00'] : rest.join('').split('-')
  const [from, to] = span
  if (from === undefined || to === undefined || span.length !== 2) {
    throw new CalendarError(`'${text}' is not a window of time; ${WINDOW}`)
  }
  const opens = readTime(text, from, WINDOW)
  const closes = readTime(text, to, WINDOW)
  if (opens === closes || opens === 24 * 60) throw new CalendarError(`'${text}' is an empty window of time`)
  // Closing has no day of its own: the window closes at the next such time after it opened.
  return { opens: { patterns: [patternOf(opens, days)] }, closes: { patterns: [patternOf(closes, '*')] } }
}

function patternOf(minutes: number, days: string): string {
  return `${minutes % 60} ${Math.floor(minutes / 60) % 24} * * ${days}`
}
