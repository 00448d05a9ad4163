import kstest from '@stdlib/stats-kstest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { lawOf, lognormalSigma, randomStream } from '../../../src/kernel/index.ts'
import type { LawDescription } from '../../../src/kernel/index.ts'
import { CASES } from './law-cases.ts'

const SAMPLES = 50_000

function samples(title: string, description: LawDescription, n: number): number[] {
  const law = lawOf(description)
  const random = randomStream(['samplers', title])
  return Array.from({ length: n }, () => law.sample(random))
}

describe.each(CASES)('$title', ({ title, law: description, mean, variance, continuous }) => {
  const law = lawOf(description)

  it('knows its mean and variance', () => {
    expect(law.mean / mean).toBeCloseTo(1, 12)
    expect(law.variance).toBeCloseTo(variance, 8)
  })

  it('has them in its samples: |z| < 4', () => {
    const drawn = samples(title, description, SAMPLES)
    const sampleMean = drawn.reduce((a, b) => a + b) / SAMPLES
    const squares = drawn.map((x) => (x - law.mean) ** 2)
    const sampleVariance = squares.reduce((a, b) => a + b) / SAMPLES
    if (law.variance === 0) return expect([sampleMean, sampleVariance]).toEqual([law.mean, 0])
    expect(Math.abs(sampleMean - law.mean) / Math.sqrt(law.variance / SAMPLES)).toBeLessThan(4)
    // The error of a variance is that of a mean of squares; the fourth moment is taken from the sample.
    const fourth = squares.reduce((sum, square) => sum + (square - sampleVariance) ** 2, 0) / SAMPLES
    expect(Math.abs(sampleVariance - law.variance) / Math.sqrt(fourth / SAMPLES)).toBeLessThan(4)
  })

  it('has quantiles that are the inverse of its distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        const x = law.quantile(p)
        if (continuous) expect(law.cdf(x)).toBeCloseTo(p, 9)
        else {
          expect(law.cdf(x)).toBeGreaterThanOrEqual(p - 1e-12)
          expect(law.cdf(x * (1 - 1e-9) - 1e-300)).toBeLessThanOrEqual(p + 1e-6)
        }
      }),
    )
  })

  it('has a distribution function that ascends from 0 to 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e3, noNaN: true }),
        fc.double({ min: 0, max: 2e3, noNaN: true }),
        (a, b) => {
          expect(law.cdf(Math.min(a, b))).toBeLessThanOrEqual(law.cdf(Math.max(a, b)))
        },
      ),
    )
    expect(law.cdf(-1)).toBe(0)
    expect(law.cdf(1e12)).toBeCloseTo(1, 12)
    expect(law.quantile(0)).toBeGreaterThanOrEqual(0)
  })
})

const positive = fc.double({ min: 0.05, max: 200, noNaN: true })
const anyLaw: fc.Arbitrary<LawDescription> = fc.oneof(
  fc.record({ law: fc.constant('exponential' as const), mean: positive }),
  fc.record({ law: fc.constant('weibull' as const), shape: positive, scale: positive }),
  fc.record({
    law: fc.constant('lognormal' as const),
    median: positive,
    sigma: fc.double({ min: 0.01, max: 4, noNaN: true }),
  }),
  fc.record({ law: fc.constant('gamma' as const), shape: positive, scale: positive }),
  fc
    .record({ shape: fc.double({ min: 0.1, max: 5, noNaN: true }), min: positive, span: positive })
    .map(({ shape, min, span }) => ({ law: 'pareto' as const, shape, min, max: min + span })),
)

it('of whatever parameters, quantiles are the inverse of the distribution function, and ascend', () => {
  const shares = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
  fc.assert(
    fc.property(anyLaw, shares, shares, (description, p, q) => {
      const law = lawOf(description)
      expect(law.cdf(law.quantile(p))).toBeCloseTo(p, 7)
      expect(law.quantile(Math.min(p, q))).toBeLessThanOrEqual(law.quantile(Math.max(p, q)))
    }),
    { numRuns: 2000 },
  )
})

describe('the samples of a continuous law follow it, by Kolmogorov–Smirnov', () => {
  it.each(CASES.filter(({ continuous }) => continuous))('$title', ({ title, law: description }) => {
    const law = lawOf(description)
    const { pValue } = kstest(samples(title, description, 5000), (x: number) => law.cdf(x))
    // A true hypothesis is refused with one seed in 10⁴.
    expect(pValue).toBeGreaterThan(1e-4)
  })
})

it('a lognormal law is known by its median and any quantile above it', () => {
  const law = lawOf({ law: 'lognormal', median: 3, sigma: lognormalSigma(3, 0.99, 40) })
  expect(law.quantile(0.5)).toBeCloseTo(3, 12)
  expect(law.quantile(0.99)).toBeCloseTo(40, 9)
})

it('an empirical law draws each value as often as it occurs', () => {
  const drawn = samples('frequencies', { law: 'empirical', values: [7, 7, 7, 9] }, 40_000)
  const share = drawn.filter((x) => x === 7).length / drawn.length
  expect(Math.abs(share - 0.75) / Math.sqrt((0.75 * 0.25) / drawn.length)).toBeLessThan(4)
})

describe('parameters of which there is no law', () => {
  it.each<[LawDescription, string]>([
    [{ law: 'constant', value: -1 }, 'constant law: value must be a number from 0 up, not -1'],
    [{ law: 'uniform', min: 5, max: 4 }, 'uniform law: max must be at least min (5), not 4'],
    [{ law: 'exponential', mean: 0 }, 'exponential law: mean must be a number above 0, not 0'],
    [{ law: 'exponential', mean: Infinity }, 'exponential law: mean must be a number above 0, not Infinity'],
    [{ law: 'weibull', shape: Number.NaN, scale: 1 }, 'weibull law: shape must be a number above 0, not NaN'],
    [{ law: 'weibull', shape: 1, scale: 1, location: -2 }, 'weibull law: location must be a number from 0 up, not -2'],
    [{ law: 'lognormal', median: 6, p90: 5 }, 'lognormal law: p90 must be at least the median (6), not 5'],
    [{ law: 'lognormal', median: 6, sigma: -1 }, 'lognormal law: sigma must be a number from 0 up, not -1'],
    [{ law: 'gamma', shape: 1, scale: -1 }, 'gamma law: scale must be a number above 0, not -1'],
    [{ law: 'pareto', shape: 1, min: 2, max: 2 }, 'pareto law: max must be above min (2), not 2'],
    [{ law: 'empirical', values: [] }, 'empirical law: number of values must be at least 1, not 0'],
    [{ law: 'empirical', values: [1, -1] }, 'empirical law: a value must be a number from 0 up, not -1'],
    [{ law: 'mixture', parts: [] }, 'mixture law: number of parts must be at least 1, not 0'],
  ])('%o', (description, message) => {
    expect(() => lawOf(description)).toThrow(new RangeError(message))
  })
})
