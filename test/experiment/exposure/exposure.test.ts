import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { exposureOver } from '../../../src/experiment/exposure/exposure.ts'
import type { UsablePoint } from '../../../src/experiment/exposure/exposure.ts'
import { lawOf, randomStream } from '../../../src/kernel/index.ts'
import { Batches } from '../../kernel/validation/batches.ts'
import { validated } from '../../validated.ts'

const HOUR_S = 3600

/** A backup every `period_h`, usable after `lag_h`, of which those in `failed` never became usable. */
function periodic(
  period_h: number,
  lag_h: number,
  count: number,
  failed: ReadonlySet<number> = new Set(),
): UsablePoint[] {
  return Array.from({ length: count }, (_, k) => ({
    cut_s: k * period_h * HOUR_S,
    since_s: (k * period_h + lag_h) * HOUR_S,
    until_s: Infinity,
  })).filter((_, k) => !failed.has(k))
}

describe('exposure', () => {
  it('of a nightly backup that takes three hours is uniform from 3 h to 27 h', () => {
    const found = exposureOver(periodic(24, 3, 40), { from_s: 5 * 24 * HOUR_S, to_s: 30 * 24 * HOUR_S }, 24 * HOUR_S)
    expect(found.unprotected).toBe(0)
    expect(found.min_s).toBeCloseTo(3 * HOUR_S, 6)
    expect(found.mean_s).toBeCloseTo(15 * HOUR_S, 6)
    expect(found.max_s).toBeCloseTo(27 * HOUR_S, 6)
    expect(found.sd_s / HOUR_S).toBeCloseTo(24 / Math.sqrt(12), 9)
    expect(found.p50_s).toBeCloseTo(15 * HOUR_S, 6)
    expect(found.p95_s).toBeCloseTo(25.8 * HOUR_S, 6)
    expect(found.objectiveMet).toBeCloseTo(21 / 24, 9)
  })

  // validation.md: mean = lag + P/2 + Pq/(1−q) of failures with probability q; here every tenth backup fails.
  it('is averaged over time, not over backups', () => {
    const failed = new Set(Array.from({ length: 10 }, (_, k) => 10 * k + 9))
    const day_s = 24 * HOUR_S
    const found = exposureOver(periodic(24, 0, 100, failed), { from_s: 10 * day_s, to_s: 90 * day_s }, day_s)
    // Eight days of one period each, one of two: (8 · 12 + 2 · 24) / 10 hours.
    expect(found.mean_s).toBeCloseTo(((8 * 12 + 2 * 24) / 10) * HOUR_S, 6)
    expect(found.objectiveMet).toBeCloseTo(0.9, 9)
  })

  it('has a mean of lag + P/2 + Pq/(1−q) where runs fail at random with probability q', () => {
    const [P, lag, q, runs, batches] = [24, 3, 0.08, 100_000, 50] as const
    const random = randomStream(['exposure', 'failures'])
    const failed = new Set(Array.from({ length: runs }, (_, k) => k).filter(() => random.uniform() < q))
    const points = periodic(P, lag, runs, failed)
    const length_s = ((runs - 20) * P * HOUR_S) / batches
    const found = Array.from({ length: batches }, (_, batch) => {
      const from_s = 10 * P * HOUR_S + batch * length_s
      const own = points.filter((point) => point.cut_s > from_s - 20 * P * HOUR_S && point.cut_s < from_s + length_s)
      return exposureOver(own, { from_s, to_s: from_s + length_s }, 27 * HOUR_S)
    })
    const batchMeans = new Batches(batches)
    const beyond = new Batches(batches)
    const squares = new Batches(batches)
    for (const [batch, { mean_s, sd_s, objectiveMet }] of found.entries()) {
      batchMeans.add(batch, mean_s / HOUR_S)
      beyond.add(batch, 1 - objectiveMet)
      squares.add(batch, (sd_s / HOUR_S) ** 2 + (mean_s / HOUR_S - 17.087) ** 2)
    }
    expect(batchMeans.z(17.087, 0.01)).toBeLessThan(4)
    expect(beyond.z(0.08, 0.03)).toBeLessThan(4)
    expect(squares.z(P ** 2 / 12 + (P ** 2 * q) / (1 - q) ** 2, 0.03)).toBeLessThan(4)
    const row = { group: 'Recovery points', within: '|z| < 4', mark: 'derived' } as const
    const what = 'backup every 24 h, usable after 3 h, failing with probability 0.08, exposure'
    validated({ ...row, what: `${what}: mean, h`, expected: 17.087, measured: batchMeans.estimate().mean })
    validated({ ...row, what: `${what}: sd, h`, expected: 10.121, measured: Math.sqrt(squares.estimate().mean) })
    validated({ ...row, what: `${what}: share beyond 27 h`, expected: 0.08, measured: beyond.estimate().mean })
  })

  it('is averaged over time: exponential intervals of 24 h and a lag of 3 h give 27 h, not 15', () => {
    const [runs, batches] = [100_000, 50] as const
    const random = randomStream(['exposure', 'intervals'])
    const interval = lawOf({ law: 'exponential', mean: 24 * HOUR_S })
    let cut_s = 0
    const points = Array.from({ length: runs }, () => {
      cut_s += interval.sample(random)
      return { cut_s, since_s: cut_s + 3 * HOUR_S, until_s: Infinity }
    })
    const first_s = points[50]!.cut_s
    const length_s = (cut_s - first_s) / batches
    const means = new Batches(batches)
    for (let batch = 0; batch < batches; batch += 1) {
      const from_s = first_s + batch * length_s
      const own = points.filter((point) => point.cut_s > from_s - 40 * 24 * HOUR_S && point.cut_s < from_s + length_s)
      means.add(batch, exposureOver(own, { from_s, to_s: from_s + length_s }, Infinity).mean_s / HOUR_S)
    }
    expect(means.z(27, 0.01)).toBeLessThan(4)
    validated({
      group: 'Recovery points',
      what: 'backups at exponential intervals of 24 h, usable after 3 h, exposure: mean, h',
      expected: 27,
      measured: means.estimate().mean,
      within: '|z| < 4',
      mark: 'derived',
    })
  })

  it('has no value before the first point and after the last was forgotten', () => {
    const found = exposureOver([{ cut_s: 10, since_s: 20, until_s: 60 }], { from_s: 0, to_s: 100 }, 30)
    expect(found.unprotected).toBeCloseTo(0.6, 12)
    expect([found.min_s, found.mean_s, found.max_s]).toEqual([10, 30, 50])
    expect(found.objectiveMet).toBeCloseTo(0.2, 12)
  })

  it('goes back to an older point when the newest is forgotten', () => {
    const points = [
      { cut_s: 0, since_s: 0, until_s: Infinity },
      { cut_s: 50, since_s: 50, until_s: 80 },
    ]
    const found = exposureOver(points, { from_s: 0, to_s: 100 }, 40)
    // 0 … 50, 0 … 30, then 80 … 100.
    expect(found.mean_s).toBeCloseTo((1250 + 450 + 1800) / 100, 12)
    expect(found.max_s).toBe(100)
    expect(found.objectiveMet).toBeCloseTo(0.7, 12)
  })

  it('agrees with looking at a thousand instants', () => {
    const point = fc.record({ cut: fc.nat(100), lag: fc.nat(30), life: fc.integer({ min: 1, max: 80 }) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (drawn) => {
        const points = drawn.map(({ cut, lag, life }) => ({
          cut_s: cut,
          since_s: cut + lag,
          until_s: cut + lag + life,
        }))
        const found = exposureOver(points, { from_s: 0, to_s: 200 }, 25)
        const looked: number[] = []
        for (let k = 0; k < 2000; k++) {
          const now = (k + 0.5) / 10
          const cuts = points
            .filter(({ since_s, until_s }) => since_s <= now && now < until_s)
            .map(({ cut_s }) => cut_s)
          if (cuts.length > 0) looked.push(now - Math.max(...cuts))
        }
        looked.sort((a, b) => a - b)
        expect(found.unprotected).toBeCloseTo(1 - looked.length / 2000, 9)
        expect(found.mean_s).toBeCloseTo(looked.reduce((a, b) => a + b, 0) / looked.length, 6)
        expect(Math.abs(found.p50_s - looked[Math.floor(looked.length / 2)]!)).toBeLessThanOrEqual(0.2)
        expect(Math.abs(found.max_s - looked.at(-1)!)).toBeLessThanOrEqual(0.11)
        expect(found.objectiveMet).toBeCloseTo(looked.filter((exposure) => exposure <= 25).length / 2000, 9)
      }),
      { numRuns: 200 },
    )
  })
})
