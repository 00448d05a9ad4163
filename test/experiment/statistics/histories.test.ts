import { describe, expect, it } from 'vitest'
import { effectiveSize, errorOfMean } from '../../../src/experiment/statistics/histories.ts'
import { quantileInterval } from '../../../src/experiment/statistics/intervals.ts'
import { pairedDifference } from '../../../src/experiment/statistics/paired-difference.ts'
import { summarise } from '../../../src/experiment/statistics/statistics.ts'
import { randomStream } from '../../../src/kernel/index.ts'

describe('observations from several histories', () => {
  it('have the ordinary interval where each history has one', () => {
    const values = [3, 1, 4, 1, 5]
    const each = summarise(
      values,
      values.map((_, k) => k),
    )!
    for (const end of [0, 1] as const) expect(each.ci95[end]).toBeCloseTo(summarise(values)!.ci95[end], 12)
  })

  it('count for no more than their histories where all of one are alike', () => {
    // three histories with means 1, 2, 3: standard error 1/√3, however many drills there are
    const values = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    const histories = values.map((value) => value)
    const { standardError, freedom } = errorOfMean(values, 2, histories)
    expect(standardError).toBeCloseTo(1 / Math.sqrt(3), 12)
    expect(freedom).toBe(2)
    expect(
      pairedDifference(
        values,
        Array.from(values, () => 0),
        histories,
      ).p,
    ).toBeCloseTo(0.0741799, 6)
  })

  it('count in full where all are hits, and never for more than they are', () => {
    expect(effectiveSize([true, true, true, true], [0, 0, 1, 1])).toBe(4)
    const size = effectiveSize([true, true, false, false, true, true, false, false], [0, 0, 1, 1, 2, 2, 3, 3])
    // as many as there are histories, less what t with three degrees of freedom takes off: 3 · (1.96 ÷ 3.182)²
    expect(size).toBeCloseTo(3 * (1.959964 / 3.182446) ** 2, 4)
  })

  it('have wider intervals of quantiles', () => {
    const sorted = Float64Array.from({ length: 200 }, (_, k) => k)
    const [low, high] = quantileInterval(sorted, 0.5, 0.95, 50)
    const [lowInFull, highInFull] = quantileInterval(sorted, 0.5)
    expect(low).toBeLessThan(lowInFull)
    expect(high).toBeGreaterThan(highInFull)
    expect(quantileInterval(sorted, 0.5, 0.95, 0.4)).toEqual([-Infinity, Infinity])
  })

  it('have an interval that holds the truth as often as it says, where the ordinary one does not', () => {
    const random = randomStream(['histories', 'coverage'])
    const hits = { plain: 0, over: 0 }
    const samples = 600
    for (let k = 0; k < samples; k++) {
      const values: number[] = []
      const histories: number[] = []
      for (let history = 0; history < 10; history++) {
        const common = random.normal(0, 1)
        for (let drill = 0; drill < 10; drill++) {
          values.push(common + random.normal(0, 1))
          histories.push(history)
        }
      }
      const covers = ([low, high]: readonly [number, number]): number => (low <= 0 && 0 <= high ? 1 : 0)
      hits.plain += covers(summarise(values)!.ci95)
      hits.over += covers(summarise(values, histories)!.ci95)
    }
    expect(hits.plain / samples).toBeLessThan(0.7)
    expect(Math.abs(hits.over / samples - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / samples))
  })
})
