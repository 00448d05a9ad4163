import { describe, expect, it } from 'vitest'
import { rhythmAt, rhythmBetween } from '../../../../src/adapters/virtual/dataset/rhythm.ts'

const HOUR_S = 3600
const MONDAY = Date.UTC(2026, 0, 5) / 1000

describe('the rhythm of an office', () => {
  it('writes 85 % of a week from Monday to Friday between 8 and 18', () => {
    let all = 0
    let atWork = 0
    for (let hour = 0; hour < 168; hour++) {
      const weight = rhythmAt('office', MONDAY + hour * HOUR_S)
      all += weight
      if (hour < 120 && hour % 24 >= 8 && hour % 24 < 18) atWork += weight
    }
    expect(all).toBeCloseTo(168, 9)
    expect(atWork / all).toBeCloseTo(0.85, 9)
  })

  it('averages to one over any week, whatever the interval', () => {
    expect(rhythmBetween('office', MONDAY + 12_345, MONDAY + 12_345 + 168 * HOUR_S)).toBeCloseTo(1, 9)
    const quarters = Array.from({ length: 672 }, (_, k) =>
      rhythmBetween('office', MONDAY + k * 900, MONDAY + (k + 1) * 900),
    )
    expect(quarters.reduce((a, b) => a + b, 0) / 672).toBeCloseTo(1, 9)
  })

  it('is not there for what is steady', () => {
    expect(rhythmBetween('steady', MONDAY, MONDAY + 5)).toBe(1)
  })
})
