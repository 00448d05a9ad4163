import { describe, expect, it } from 'vitest'
import { constantDwell, partOfDwell, sumsWithin, wholeDwell } from '../../../src/experiment/exposure/dwell.ts'
import { lawOf } from '../../../src/kernel/index.ts'

const stay = lawOf({ law: 'exponential', mean: 3 })
const hop = lawOf({ law: 'exponential', mean: 1 })

describe('a dwell', () => {
  it('of a whole law has its distribution function, and the integral of that', () => {
    const whole = wholeDwell(stay)
    expect(whole.share).toBe(1)
    for (const y of [0.1, 1, 3, 10]) {
      expect(whole.cdf(y)).toBeCloseTo(1 - Math.exp(-y / 3), 12)
      // E[(y − D)⁺] = y − m (1 − e^(−y/m)).
      expect(whole.integral(y)).toBeCloseTo(y - 3 * (1 - Math.exp(-y / 3)), 5)
    }
  })

  it('that is always the same has a step', () => {
    const step = constantDwell(2, 0.25)
    expect([step.cdf(1.9), step.cdf(2), step.integral(1), step.integral(6)]).toEqual([0, 0.25, 0, 1])
  })

  // P(S ≤ D) = E[e^(−S/3)] = 3/4 for one hop, its square for two: an exponential stay has no memory.
  it.each([0, 1, 2, 3])('is long enough for %d hops as often as it is to be', (hops) => {
    const reached = partOfDwell(stay, sumsWithin(hop, stay)(hops))
    expect(reached.share).toBeCloseTo(0.75 ** hops, 3)
  })

  // P(D ≤ x, S ≤ D) = ∫ (1 − e^(−t)) e^(−t/3)/3 dt up to x.
  it('of the cases in which somebody came further is a part of the law', () => {
    const reached = partOfDwell(stay, sumsWithin(hop, stay)(1))
    for (const x of [0.5, 2, 8]) {
      const part = 1 - Math.exp(-x / 3) - 0.25 * (1 - Math.exp((-x * 4) / 3))
      expect(reached.cdf(x)).toBeCloseTo(part, 3)
    }
  })

  it('compares with hops that always take as long', () => {
    const day = lawOf({ law: 'constant', value: 1 })
    expect(Math.abs(partOfDwell(stay, sumsWithin(day, stay)(2)).share - Math.exp(-2 / 3))).toBeLessThan(0.01)
    expect(partOfDwell(lawOf({ law: 'constant', value: 5 }), sumsWithin(day, stay)(5)).share).toBeCloseTo(1, 9)
  })
})
