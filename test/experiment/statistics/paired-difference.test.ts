import { describe, expect, it } from 'vitest'
import { correctedForComparisons, pairedDifference } from '../../../src/experiment/statistics/paired-difference.ts'
import { randomStream } from '../../../src/kernel/index.ts'

describe('paired difference', () => {
  // Student's own data (1908): extra hours of sleep of ten patients under two drugs. t = −4.0621, p = 0.002833.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

  it("gives the mean, interval and p of Student's sleep data", () => {
    const { n, mean, ci95, p } = pairedDifference(first, second)
    expect(n).toBe(10)
    expect(mean).toBeCloseTo(-1.58, 12)
    expect(ci95[0]).toBeCloseTo(-2.4598858, 6)
    expect(ci95[1]).toBeCloseTo(-0.7001142, 6)
    expect(p).toBeCloseTo(0.002833, 6)
  })

  it('says how often A is the smaller: in 9 of 10, and a tie is half of one', () => {
    expect(pairedDifference(first, second).beats.share).toBeCloseTo(0.95, 12)
    expect(pairedDifference(second, first).beats.share).toBeCloseTo(0.05, 12)
  })

  it('counts what was lost as the worst, and leaves it out of the mean', () => {
    const { n, mean, beats } = pairedDifference([1, 2, undefined, undefined], [3, undefined, 4, undefined])
    expect({ n, mean, share: beats.share }).toEqual({ n: 1, mean: -2, share: 2.5 / 4 })
  })

  it('has no doubt where nothing varies', () => {
    expect(pairedDifference([5, 5], [5, 5])).toMatchObject({ mean: 0, p: 1, beats: { share: 0.5 } })
    expect(pairedDifference([4, 4], [5, 5])).toMatchObject({ mean: -1, p: 0 })
  })

  // Var(A) + Var(B) over Var(A − B), with A and B the same exponential and each a noise of a tenth of its spread.
  it('tells what common random numbers save: 2·(1 + 0.01) / (2·0.01) = 101 times the observations', () => {
    const random = randomStream(['common random numbers'])
    const common = Array.from({ length: 20_000 }, () => random.exponential(1))
    const noisy = (): number[] => common.map((value) => value + random.normal(0, 0.1))
    expect(pairedDifference(noisy(), noisy()).varianceRatio / 101).toBeCloseTo(1, 1)
  })

  it('covers the true difference in 93 to 97 of 100 samples', () => {
    const random = randomStream(['coverage of differences'])
    let covered = 0
    for (let sample = 0; sample < 4000; sample += 1) {
      const a = Array.from({ length: 40 }, () => random.exponential(1))
      const { ci95 } = pairedDifference(
        a,
        a.map((value) => value - random.normal(0.3, 0.5)),
      )
      if (ci95[0] <= 0.3 && 0.3 <= ci95[1]) covered += 1
    }
    expect(covered / 4000).toBeGreaterThan(0.93)
    expect(covered / 4000).toBeLessThan(0.97)
  })
})

describe('correction for several comparisons', () => {
  it('multiplies the k-th smallest p by the number of those left, and keeps their order', () => {
    const corrected = correctedForComparisons([0.01, 0.04, 0.03, 0.005])
    for (const [k, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(corrected[k]).toBeCloseTo(p, 12)
    expect(correctedForComparisons([])).toEqual([])
  })

  it('finds a difference where there is none in at most one family of twenty', () => {
    const random = randomStream(['families'])
    let wrong = 0
    for (let family = 0; family < 2000; family += 1) {
      const p = Array.from({ length: 6 }, () => {
        const a = Array.from({ length: 10 }, () => random.normal(0, 1))
        const b = Array.from({ length: 10 }, () => random.normal(0, 1))
        return pairedDifference(a, b).p
      })
      if (correctedForComparisons(p).some((corrected) => corrected < 0.05)) wrong += 1
    }
    expect(wrong / 2000).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 2000))
  })
})
