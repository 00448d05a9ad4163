import { describe, expect, it } from 'vitest'
import { exposureAfterDwell } from '../../../src/experiment/exposure/exposure-after-dwell.ts'
import type { CleanSpan } from '../../../src/experiment/exposure/exposure-after-dwell.ts'
import { wholeDwell } from '../../../src/experiment/exposure/dwell.ts'
import { exposureOver } from '../../../src/experiment/exposure/exposure.ts'
import type { ExposureStatistics } from '../../../src/experiment/exposure/exposure.ts'
import { lawOf } from '../../../src/kernel/index.ts'
import type { Law } from '../../../src/kernel/index.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

/** A point a day, durable after a lag, and kept for so many days. */
function daily(days: number, kept = Infinity, lag_s = 0): CleanSpan[] {
  return Array.from({ length: days }, (_, day) => {
    const cut_s = day * DAY_S
    return { after_s: cut_s, upTo_s: cut_s, since_s: cut_s + lag_s, until_s: cut_s + lag_s + kept * DAY_S }
  })
}

function exposureTo(
  spans: readonly CleanSpan[],
  span: { readonly from_s: number; readonly to_s: number },
  law: Law,
  objective_s: number,
): ExposureStatistics {
  return exposureAfterDwell([{ dwell: wholeDwell(law), spans }], span, objective_s)
}

describe('exposure to what is noticed after a dwell', () => {
  it('of nothing is the age of the newest point', () => {
    const span = { from_s: 10 * DAY_S, to_s: 20 * DAY_S }
    const points = daily(30, 5, HOUR_S)
    const none = exposureTo(points, span, lawOf({ law: 'constant', value: 0 }), DAY_S)
    const usable = points.map(({ after_s, since_s, until_s }) => ({ cut_s: after_s, since_s, until_s }))
    const plain = exposureOver(usable, span, DAY_S)
    for (const key of ['mean_s', 'p50_s', 'p90_s', 'p99_s', 'max_s', 'min_s', 'objectiveMet', 'unprotected'] as const) {
      expect(none[key], key).toBeCloseTo(plain[key], key.endsWith('_s') ? -1 : 4)
    }
  })

  // The newest point older than six hours is 6 to 30 hours old, each age alike.
  it('of six hours lies between six hours and thirty', () => {
    const span = { from_s: 10 * DAY_S, to_s: 20 * DAY_S }
    const found = exposureTo(daily(30), span, lawOf({ law: 'constant', value: 6 * HOUR_S }), DAY_S)
    expect(found.mean_s / HOUR_S).toBeCloseTo(18, 2)
    expect(found.sd_s / HOUR_S).toBeCloseTo(24 / Math.sqrt(12), 1)
    expect(found.min_s / HOUR_S).toBeCloseTo(6, 2)
    expect(found.p90_s / HOUR_S).toBeCloseTo(6 + 0.9 * 24, 2)
    expect(found.max_s / HOUR_S).toBeCloseTo(30, 2)
    expect(found.objectiveMet).toBeCloseTo(18 / 24, 4)
  })

  // Dwell and the age of the newest point at the onset are independent: m + 12 h, and the variances m² and 24²/12 add.
  it('of an exponential dwell is the dwell and what the onset would have cost', () => {
    const span = { from_s: 400 * DAY_S, to_s: 410 * DAY_S }
    const mean = 3 * DAY_S
    const found = exposureTo(daily(410), span, lawOf({ law: 'exponential', mean }), DAY_S)
    expect(found.unprotected).toBeLessThan(1e-9)
    expect(found.mean_s / HOUR_S).toBeCloseTo(72 + 12, 1)
    expect(found.sd_s / HOUR_S).toBeCloseTo(Math.sqrt(72 ** 2 + 24 ** 2 / 12), 0)
    // P(D + U <= 24 h) = 1 - (m / 24 h) (1 - e^(-24 h / m)).
    expect(found.objectiveMet).toBeCloseTo(1 - 3 * (1 - Math.exp(-1 / 3)), 4)
  })

  // A log leads to every instant: only the dwell itself is lost.
  it('is the dwell where every instant can be gone back to', () => {
    const span = { from_s: 400 * DAY_S, to_s: 410 * DAY_S }
    const log = { after_s: 0, upTo_s: 410 * DAY_S, since_s: 0, until_s: Infinity }
    const found = exposureTo([log], span, lawOf({ law: 'exponential', mean: DAY_S }), DAY_S)
    expect(found.mean_s / DAY_S).toBeCloseTo(1, 2)
    expect(found.p90_s / DAY_S).toBeCloseTo(Math.log(10), 4)
    expect(found.objectiveMet).toBeCloseTo(1 - Math.exp(-1), 5)
  })

  // Of points kept for ten days the oldest is 9 to 10 days old: nothing is clean when the dwell is longer.
  it('has nothing to go back to when the dwell outlasts what is kept', () => {
    const span = { from_s: 20 * DAY_S, to_s: 30 * DAY_S }
    const mean = 10 * DAY_S
    const found = exposureTo(daily(40, 10), span, lawOf({ law: 'exponential', mean }), DAY_S)
    expect(found.unprotected).toBeCloseTo(10 * (Math.exp(-0.9) - Math.exp(-1)), 5)
    expect(found.max_s / DAY_S).toBeCloseTo(10, 2)
    const uniform = exposureTo(daily(40, 10), span, lawOf({ law: 'uniform', min: 12 * DAY_S, max: 20 * DAY_S }), DAY_S)
    expect(uniform).toMatchObject({ unprotected: 1, objectiveMet: 0 })
  })
})
