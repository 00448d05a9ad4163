import { assert, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costDifference, leastDifference_usdPerYear } from '../../../src/experiment/optimise/cost-comparison.ts'
import { evenlySpread, leastDrills } from '../../../src/experiment/optimise/race.ts'
import type { IncidentRow } from '../../../src/experiment/results.ts'

describe('the order in which drills are staged', () => {
  it('has all of them once, and the first of them, however many, in all parts of the time', () => {
    assert(
      property(integer({ min: 4, max: 300 }), double({ min: 0, max: 1, noNaN: true }), (replications, share) => {
        const order = evenlySpread(replications)
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: replications }, (_, k) => k))
        const first = Math.max(4, Math.floor(share * replications))
        const taken = order.slice(0, first).sort((a, b) => a - b)
        const gaps = [...taken, replications].map((each, k) => each - (taken[k - 1] ?? 0))
        // Steps of the golden ratio leave gaps of three lengths, the longest below three times their mean.
        expect(Math.max(...gaps)).toBeLessThanOrEqual((3 * replications) / first + 1)
      }),
    )
  })

  it('is decided by 29 drills for 90 % with 95 % confidence: 0.9^29 < 0.05', () => {
    expect(leastDrills(0.9, 0.95)).toBe(29)
    expect(0.9 ** 28).toBeGreaterThan(0.05)
  })
})

describe('who is dearer', () => {
  const dearerAtLeast_usdPerYear = (...[one, other]: Parameters<typeof costDifference>) =>
    leastDifference_usdPerYear(costDifference(one, other), 0.99)
  const drill = (replication: number, penalty_usd: number): IncidentRow => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these are looked at
    return {
      hazard: 'fire',
      service: 'shop',
      replication,
      penalty_usd,
      recovery_usd: 0,
      outcome: 'recovered',
    } as IncidentRow
  }
  const cost = (outlay_usdPerYear: number, penalties: readonly number[]) => ({
    outlay_usdPerYear,
    incidents: penalties.map((penalty, replication) => drill(replication, penalty)),
    rateOf_perYear: () => 2,
  })

  it('is known at once where both pay the same in each incident: the outlay is exact', () => {
    const penalties = [10, 5000, 70, 900]
    expect(dearerAtLeast_usdPerYear(cost(1100, penalties), cost(1000, penalties))).toBe(100)
  })

  it('is known by few pairs, however much incidents differ, where one always costs a little more', () => {
    const penalties = [10, 5000, 70, 900, 20_000, 300]
    const [one, other] = [
      cost(
        0,
        penalties.map((each, k) => each + 50 + k),
      ),
      cost(0, penalties),
    ]
    expect(dearerAtLeast_usdPerYear(one, other)).toBeGreaterThan(2 * 48)
    expect(dearerAtLeast_usdPerYear(other, one)).toBeLessThan(0)
  })

  it('is told by the drills that both have had, whoever had more', () => {
    const [many, few] = [cost(0, [100, 200, 300, 400, 90_000, 80_000]), cost(0, [110, 210, 310, 410])]
    expect(costDifference(few, many)).toEqual({ mean_usdPerYear: 20, standardError_usdPerYear: 0, pairs: 4 })
  })

  it('is not known from three pairs', () => {
    expect(dearerAtLeast_usdPerYear(cost(1100, [1, 2, 3]), cost(1000, [1, 2, 3]))).toBe(-Infinity)
  })
})
