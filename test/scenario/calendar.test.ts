import { describe, expect, it } from 'vitest'
import { CalendarError, readSchedule, readThrottle } from '../../src/scenario/quantities/calendar.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
// 2026-01-05 is a Monday
const frame = { start: Date.parse('2026-01-05T00:00:00Z') / 1000, horizon_s: 14 * DAY_S, timezone: 'UTC' }

/** The first few occurrences as dates. */
function first(text: string, count: number, at = frame): string[] {
  const { occurrences } = readSchedule(text, at)
  return Array.from(occurrences.subarray(0, count), (s) => new Date((at.start + s) * 1000).toISOString().slice(0, 16))
}

describe('schedules', () => {
  it.each([
    ['2027-01-06T08:00:00Z', 'is outside of the time that is simulated'],
    ['2026-01-06T08:00', 'is not an instant such as 2026-01-06T08:00:00Z'],
  ])('refuse %s, which would never come', (text, why) => {
    expect(() => readSchedule(text, frame)).toThrow(why)
  })

  it.each([
    ['daily 22:00', ['2026-01-05T22:00', '2026-01-06T22:00', '2026-01-07T22:00']],
    ['2026-01-06T08:00:00Z', ['2026-01-06T08:00']],
    ['2026-01-06T08:00:00+01:00', ['2026-01-06T07:00']],
    ['daily 00:00', ['2026-01-05T00:00', '2026-01-06T00:00', '2026-01-07T00:00']],
    ['daily 12:00, 22:00', ['2026-01-05T12:00', '2026-01-05T22:00', '2026-01-06T12:00']],
    ['Mon-Fri 12:00', ['2026-01-05T12:00', '2026-01-06T12:00', '2026-01-07T12:00']],
    ['Fri-Mon 12:00', ['2026-01-05T12:00', '2026-01-09T12:00', '2026-01-10T12:00']],
    ['Tue,Thu 06:30', ['2026-01-06T06:30', '2026-01-08T06:30', '2026-01-13T06:30']],
    ['Sunday 06:00', ['2026-01-11T06:00', '2026-01-18T06:00', '2026-01-25T06:00']],
    ['last Sun 06:00', ['2026-01-25T06:00', '2026-02-22T06:00', '2026-03-29T06:00']],
    ['first Sat 01:00', ['2026-02-07T01:00', '2026-03-07T01:00', '2026-04-04T01:00']],
    ['monthly 03:00', ['2026-02-01T03:00', '2026-03-01T03:00', '2026-04-01T03:00']],
    ['hourly', ['2026-01-05T00:00', '2026-01-05T01:00', '2026-01-05T02:00']],
    ['every 4 h', ['2026-01-05T00:00', '2026-01-05T04:00', '2026-01-05T08:00']],
    ['30 1 15 * *', ['2026-01-15T01:30', '2026-02-15T01:30', '2026-03-15T01:30']],
  ])('%s', (text, expected) => {
    expect(first(text, 3)).toEqual(expected)
  })

  it('go on for a year beyond the horizon, ascending', () => {
    const { occurrences } = readSchedule('daily 22:00', frame)
    expect(occurrences).toHaveLength(14 + 366)
    expect([...occurrences]).toEqual([...occurrences].toSorted((a, b) => a - b))
  })

  it('follow the clock of their time zone into summer time', () => {
    const spring = { start: Date.parse('2026-03-28T00:00:00Z') / 1000, horizon_s: 3 * DAY_S, timezone: 'Europe/Berlin' }
    // 22:00 in Berlin is 21:00 UTC in winter, 20:00 UTC from 2026-03-29 on
    expect(first('daily 22:00', 3, spring)).toEqual(['2026-03-28T21:00', '2026-03-29T20:00', '2026-03-30T20:00'])
  })

  it.each([
    '',
    'daily',
    'dayly 22:00',
    'daily 25:00',
    'daily 24:00',
    'Mon-Fry 12:00',
    'hourly 22:00',
    'every',
    'every 0 s',
  ])("refuse '%s'", (text) => {
    expect(() => readSchedule(text, frame)).toThrow(CalendarError)
  })
})

describe('throttles', () => {
  const limit = 2.5e6
  const full = 12.5e6

  it('hold in their window only', () => {
    const { from_s, value } = readThrottle({ 'Mon-Fri 08:00-18:00': limit }, full, frame)
    const monday = [0, 8 * HOUR_S, 18 * HOUR_S]
    const tuesday = [DAY_S + 8 * HOUR_S, DAY_S + 18 * HOUR_S]
    expect(Array.from(from_s.subarray(0, 5))).toEqual([...monday, ...tuesday])
    expect(Array.from(value.subarray(0, 5))).toEqual([full, limit, full, limit, full])
    // Friday's window is the fifth; the next opens on Monday
    expect(from_s[11]).toBe(7 * DAY_S + 8 * HOUR_S)
  })

  it('that opened the evening before hold at the start', () => {
    const { from_s, value } = readThrottle({ 'daily 22:00-06:00': limit }, full, frame)
    expect(Array.from(from_s.subarray(0, 3))).toEqual([0, 6 * HOUR_S, 22 * HOUR_S])
    expect(Array.from(value.subarray(0, 3))).toEqual([limit, full, limit])
  })

  it('that overlap leave the lower limit', () => {
    const { from_s, value } = readThrottle({ 'daily 08:00-18:00': limit, 'daily 12:00-13:00': 1e6 }, full, frame)
    expect(Array.from(from_s.subarray(0, 5))).toEqual([0, 8, 12, 13, 18].map((hour) => hour * HOUR_S))
    expect(Array.from(value.subarray(0, 5))).toEqual([full, limit, 1e6, limit, full])
  })

  it('that follow one another without a gap do not open the line for an instant', () => {
    const { from_s } = readThrottle({ 'Sat,Sun': limit }, full, frame)
    // Saturday 00:00 to Monday 00:00
    expect(Array.from(from_s.subarray(0, 3))).toEqual([0, 5 * DAY_S, 7 * DAY_S])
  })

  it.each(['', 'Mon', 'daily 8-18', 'daily 08:00', 'daily 08:00-08:00', 'Mon-Fri 08:00-18:00-20:00'].slice(2))(
    "refuse '%s'",
    (text) => {
      expect(() => readThrottle({ [text]: limit }, full, frame)).toThrow(CalendarError)
    },
  )
})
