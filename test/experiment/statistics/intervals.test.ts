import { describe, expect, it } from 'vitest'
import {
  exactProportionInterval,
  leastProportion,
  quantileInterval,
  rateInterval,
} from '../../../src/experiment/statistics/intervals.ts'
import type { Interval } from '../../../src/experiment/statistics/intervals.ts'
import { proportion, summarise } from '../../../src/experiment/statistics/statistics.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import type { RandomStream } from '../../../src/kernel/index.ts'

/** Share of 4000 samples whose interval holds the true value. */
function coverage(name: string, truth: number, interval: (random: RandomStream) => Interval): number {
  const random = randomStream(['coverage', name])
  let covered = 0
  for (let sample = 0; sample < 4000; sample += 1) {
    const [low, high] = interval(random)
    if (low <= truth && truth <= high) covered += 1
  }
  return covered / 4000
}

function sampleOf(n: number, draw: () => number): Float64Array {
  return Float64Array.from({ length: n }, draw).sort()
}

describe('interval of a quantile', () => {
  it('has ends whose binomial probability is the level', () => {
    const sorted = Float64Array.from({ length: 100 }, (_, k) => k + 1)
    // P(40 ≤ B(100, 1/2) < 61): the classic nonparametric interval of a median of 100.
    expect(quantileInterval(sorted, 0.5)).toEqual([40, 61])
  })

  it('is infinite where there are too few observations', () => {
    expect(quantileInterval(Float64Array.of(1, 2, 3), 0.5)).toEqual([-Infinity, Infinity])
    expect(
      quantileInterval(
        sampleOf(10, () => 1),
        0.95,
      )[1],
    ).toBe(Infinity)
  })

  it('covers the p95 of an exponential law in 93 to 97 of 100 samples of 400', () => {
    const truth = Math.log(20)
    const share = coverage('p95', truth, (random) =>
      quantileInterval(
        sampleOf(400, () => random.exponential(1)),
        0.95,
      ),
    )
    expect(share).toBeGreaterThan(0.93)
    expect(share).toBeLessThan(0.97)
  })

  it('covers the median of a law with infinite variance as often', () => {
    const share = coverage('median', 2 ** (1 / 1.5), (random) =>
      quantileInterval(
        sampleOf(201, () => (1 - random.uniform()) ** (-1 / 1.5)),
        0.5,
      ),
    )
    expect(share).toBeGreaterThan(0.93)
    expect(share).toBeLessThan(0.97)
  })
})

describe('interval of a probability', () => {
  it('of 4 in 20 is exactly [0.0573, 0.4366]', () => {
    const [low, high] = exactProportionInterval(4, 20)
    expect(low).toBeCloseTo(0.0573, 4)
    expect(high).toBeCloseTo(0.4366, 4)
  })

  // The rule of three: with none in n, 1 − 0.05^(1/n) at most.
  it('says of n successes in n that with 95 % confidence it is at least 0.05^(1/n)', () => {
    expect(leastProportion(30, 30)).toBeCloseTo(0.05 ** (1 / 30), 9)
    expect(leastProportion(0, 30)).toBe(0)
  })

  it('covers the truth in 93 to 97 of 100 samples by Wilson, and never in fewer than 95 exactly', () => {
    const successes = (random: RandomStream): number =>
      Array.from({ length: 100 }, () => random.chance(0.2)).filter(Boolean).length
    const wilson = coverage('wilson', 0.2, (random) => proportion(successes(random), 100).ci95)
    expect(wilson).toBeGreaterThan(0.93)
    expect(wilson).toBeLessThan(0.97)
    const exact = coverage('exact', 0.2, (random) => exactProportionInterval(successes(random), 100))
    expect(exact).toBeGreaterThan(0.95 - 2 * Math.sqrt((0.95 * 0.05) / 4000))
  })
})

describe('interval of a rate', () => {
  it('of 10 events in 2 years is [2.398, 9.195] a year', () => {
    const [low, high] = rateInterval(10, 2)
    expect(low).toBeCloseTo(4.7954 / 2, 4)
    expect(high).toBeCloseTo(18.3904 / 2, 4)
  })

  it('of none in a year goes from 0 to 3.689', () => {
    expect(rateInterval(0, 1)[0]).toBe(0)
    expect(rateInterval(0, 1)[1]).toBeCloseTo(-Math.log(0.025), 9)
  })

  it('covers 30 a year in 93 to 97 of 100 years', () => {
    const share = coverage('rate', 30, (random) => {
      let events = 0
      for (let at = random.exponential(1 / 30); at < 1; at += random.exponential(1 / 30)) events += 1
      return rateInterval(events, 1)
    })
    expect(share).toBeGreaterThan(0.93)
    expect(share).toBeLessThan(0.975)
  })
})

describe('interval of a mean', () => {
  it('of skewed data covers in 93 to 97 of 100 samples of 200', () => {
    const share = coverage(
      'skewed',
      1,
      (random) => summarise(Array.from({ length: 200 }, () => random.exponential(1)))!.ci95,
    )
    expect(share).toBeGreaterThan(0.93)
    expect(share).toBeLessThan(0.97)
  })
})
