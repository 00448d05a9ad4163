import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { IncidentRow } from '../results.ts'
import { errorOfMean, historiesOf } from '../statistics/histories.ts'
import { summarise } from '../statistics/statistics.ts'

/** What is known of what a cell costs. */
export interface KnownCost {
  readonly outlay_usdPerYear: number
  /** Incidents of its drills, with penalties and the charges of recoveries. */
  readonly incidents: readonly IncidentRow[]
  readonly rateOf_perYear: (hazard: string) => number
}

/** Pairs of incidents that are too few to say anything. */
const LEAST_PAIRS = 4

/** By how much one cell costs more a year than another. */
export interface CostDifference {
  readonly mean_usdPerYear: number
  readonly standardError_usdPerYear: number
  /** Pairs of incidents that it rests on, of the hazard with the fewest; or histories, where there are several. */
  readonly pairs: number
}

/**
 * The outlay of both is exact, and both met the same incidents at the same instants: of the penalties, only the differences
 * between them vary. However many drills each has had, those are compared that both have had.
 */
export function costDifference(one: KnownCost, other: KnownCost): CostDifference {
  let mean_usdPerYear = one.outlay_usdPerYear - other.outlay_usdPerYear
  let variance = 0
  let pairs = Infinity
  const others = new Map(other.incidents.map((row) => [nameOf(row), row]))
  for (const own of Map.groupBy(one.incidents, ({ hazard, service }) => JSON.stringify([hazard, service])).values()) {
    const rate_perYear = one.rateOf_perYear(own[0]!.hazard)
    if (rate_perYear === 0) continue
    const differences = own.flatMap((row) => {
      const twin = others.get(nameOf(row))
      // The mean penalty is of what was not lost.
      if (twin === undefined || row.outcome === 'lost' || twin.outcome === 'lost') return []
      return [{ row, difference: billOf(row) - billOf(twin) }]
    })
    const values = differences.map(({ difference }) => difference)
    const mean = summarise(values)?.mean ?? 0
    mean_usdPerYear += rate_perYear * mean
    const histories = historiesOf(differences.map(({ row }) => row))
    const { standardError, freedom } = errorOfMean(values, mean, histories)
    if (values.length > 1) variance += (rate_perYear * standardError) ** 2
    pairs = Math.min(pairs, values.length > 1 ? freedom + 1 : values.length)
  }
  return { mean_usdPerYear, standardError_usdPerYear: Math.sqrt(variance), pairs }
}

/** What it is at least, with this confidence (Student's t, one-sided); −∞ where nothing can be said. */
export function leastDifference_usdPerYear(difference: CostDifference, confidence: number): number {
  const { mean_usdPerYear, standardError_usdPerYear, pairs } = difference
  if (pairs < LEAST_PAIRS) return -Infinity
  if (standardError_usdPerYear === 0) return mean_usdPerYear
  return mean_usdPerYear - tQuantile(confidence, pairs - 1) * standardError_usdPerYear
}

function nameOf({ hazard, service, replication }: IncidentRow): string {
  return JSON.stringify([hazard, service, replication])
}

function billOf({ penalty_usd, recovery_usd }: IncidentRow): number {
  return penalty_usd + recovery_usd
}
