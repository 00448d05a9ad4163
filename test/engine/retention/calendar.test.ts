import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { dateOf, periodOf } from '../../../src/engine/retention/calendar.ts'

const seconds = (iso: string): number => Date.parse(iso) / 1000

// From year 1 to 9999: what the tools themselves can date.
const instant = fc
  .tuple(fc.integer({ min: seconds('0001-01-01T00:00:00Z'), max: seconds('9999-12-31T23:59:58Z') }), fc.nat(999))
  .map(([whole, milliseconds]) => whole + milliseconds / 1000)

describe('the calendar', () => {
  test.prop([instant])('has the dates of Date', (time) => {
    const date = new Date(Math.floor(time) * 1000)
    expect(dateOf(time)).toEqual({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    })
  })

  it('begins weeks on Monday', () => {
    const sunday = seconds('2026-01-04T23:59:59Z')
    expect(new Date(sunday * 1000).getUTCDay()).toBe(0)
    expect(periodOf.week(sunday + 1)).toBe(periodOf.week(sunday) + 1)
    expect(periodOf.week(sunday)).toBe(periodOf.week(seconds('2025-12-29T00:00:00Z')))
  })

  it('numbers periods one after another, also before 1970 and over the year', () => {
    for (const [period, before, after] of [
      ['hour', '1969-12-31T23:59:59Z', '1970-01-01T00:00:00Z'],
      ['day', '1969-12-31T23:59:59Z', '1970-01-01T00:00:00Z'],
      ['month', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
      ['quarter', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
      ['year', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
    ] as const)
      expect(periodOf[period](seconds(after))).toBe(periodOf[period](seconds(before)) + 1)
  })
})
