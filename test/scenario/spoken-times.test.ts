import { describe, expect, it } from 'vitest'
import { readSchedule } from '../../src/scenario/quantities/calendar.ts'
import { durationOfSpan, respelled } from '../../src/scenario/quantities/spoken-times.ts'
import { parseQuantity } from '../../src/scenario/quantities/units.ts'

const FRAME = { start: Date.UTC(2026, 0, 5) / 1000, horizon_s: 7 * 86_400, timezone: 'UTC' }

describe('times as people write them', () => {
  it.each([
    ['22:00', 'daily 22:00'],
    ['@daily', 'daily 00:00'],
    ['@weekly', 'Sun 00:00'],
    ['0 30 22 * * MON-FRI', '30 22 * * MON-FRI'],
    ['every day at 22:00', 'daily 22:00'],
    ['nightly 1am', 'daily 01:00'],
    ['daily 10:30 pm', 'daily 22:30'],
    ['daily 12am', 'daily 00:00'],
    ['weekdays 22:00', 'Mon-Fri 22:00'],
    ['every Sunday at 6am', 'Sunday 06:00'],
    ['weekends 12:00', 'Sat,Sun 12:00'],
    ['fortnightly 22:00', 'every 14 d'],
    ['quarterly 12:00', '0 12 1 */3 *'],
  ])('%s is refused, and told to be %s', (written, meant) => {
    expect(() => readSchedule(written, FRAME)).toThrow(`; did you mean '${meant}'?`)
    expect(readSchedule(meant, FRAME).occurrences.length).toBeGreaterThan(0)
  })

  it('are left alone where they say nothing known', () => {
    expect(respelled(' whenever it suits ')).toBe('whenever it suits')
    expect(() => readSchedule('whenever it suits', FRAME)).toThrow(/^'whenever' .* five fields of cron$/)
  })
})

describe('from when to when, where it is asked for how long', () => {
  it.each([
    ['22:00-06:00', '8 h'],
    ['8:00 - 17:30', '570 min'],
    ['22:00 to 22:00', '24 h'],
  ])('%s lasts %s', (written, lasts) => {
    expect(durationOfSpan(written)).toBe(lasts)
    expect(parseQuantity(written, 'seconds')).toMatchObject({ suggestion: lasts })
  })

  it('is no other quantity', () => {
    expect(durationOfSpan('8 h')).toBeUndefined()
    expect(durationOfSpan('22:00')).toBeUndefined()
  })
})
