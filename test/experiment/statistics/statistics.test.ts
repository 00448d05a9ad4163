import { describe, expect, it } from 'vitest'
import { proportion, quantile, summarise } from '../../../src/experiment/statistics/statistics.ts'
import { Simulation } from '../../../src/kernel/index.ts'

describe('summary of a sample', () => {
  it('of 2, 4, 4, 4, 5, 5, 7, 9 has mean 5, sample sd sqrt(32/7), and t(0.975, 7) = 2.364624 standard errors around it', () => {
    const summary = summarise([9, 2, 4, 5, 4, 7, 4, 5])
    expect(summary).toMatchObject({ n: 8, mean: 5, min: 2, max: 9, p50: 4.5 })
    expect(summary?.sd).toBeCloseTo(Math.sqrt(32 / 7), 12)
    expect(summary?.ci95[1]).toBeCloseTo(5 + (2.364624251 * Math.sqrt(32 / 7)) / Math.sqrt(8), 8)
  })

  it('says nothing of an empty sample, and knows no interval for one value', () => {
    expect(summarise([])).toBeUndefined()
    expect(summarise([3])?.ci95).toEqual([-Infinity, Infinity])
  })

  it('covers the true mean in 93 to 97 of 100 samples of a normal law', () => {
    const random = new Simulation({ seed: 'coverage' }).random('statistics', 'normal')
    let covered = 0
    for (let sample = 0; sample < 4000; sample += 1) {
      const interval = summarise(Array.from({ length: 12 }, () => random.normal(10, 3)))?.ci95
      if (interval !== undefined && interval[0] <= 10 && 10 <= interval[1]) covered += 1
    }
    expect(covered / 4000).toBeGreaterThan(0.93)
    expect(covered / 4000).toBeLessThan(0.97)
  })
})

describe('quantile', () => {
  it('interpolates between order statistics (type 7)', () => {
    const sorted = Float64Array.of(1, 2, 3, 4)
    expect([0, 0.25, 0.5, 1].map((q) => quantile(sorted, q))).toEqual([1, 1.75, 2.5, 4])
  })
})

describe('share with Wilson interval', () => {
  it('of 0 in 10 is 0, and at most 0.2775', () => {
    const { share, ci95 } = proportion(0, 10)
    expect(share).toBe(0)
    expect(ci95[0]).toBe(0)
    expect(ci95[1]).toBeCloseTo(0.2775, 4)
  })

  it('of 15 in 50 is 0.3 in [0.1910, 0.4375]', () => {
    const { ci95 } = proportion(15, 50)
    expect(ci95[0]).toBeCloseTo(0.191, 3)
    expect(ci95[1]).toBeCloseTo(0.4375, 3)
  })
})
