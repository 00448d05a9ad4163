import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { IncidentRow } from '../results.ts'
import { summarise } from '../statistics.ts'

/** What is known of what a cell costs. */
export interface KnownCost {
  readonly outlay_usdPerYear: number
  /** Of drills; penalties and the charges of recoveries are in them. */
  readonly incidents: readonly IncidentRow[]
  readonly rateOf_perYear: (hazard: string) => number
}

/** Pairs of incidents that are too few to say anything. */
const LEAST_PAIRS = 4

/**
 * By how much one cell costs more a year than another, at least, with this confidence. The outlay of both is exact, and
 * both met the same incidents at the same instants: only the differences between them vary. Negative where nothing can be said.
 */
export function dearerAtLeast_usdPerYear(one: KnownCost, other: KnownCost, confidence: number): number {
  let difference_usdPerYear = one.outlay_usdPerYear - other.outlay_usdPerYear
  let variance = 0
  let least = Infinity
  const others = new Map(other.incidents.map((row) => [nameOf(row), row]))
  for (const own of Map.groupBy(one.incidents, ({ hazard, service }) => JSON.stringify([hazard, service])).values()) {
    const rate_perYear = one.rateOf_perYear(own[0]!.hazard)
    if (rate_perYear === 0) continue
    const differences = own.flatMap((row) => {
      const twin = others.get(nameOf(row))
      // The mean penalty is of what was not lost.
      if (twin === undefined || row.outcome === 'lost' || twin.outcome === 'lost') return []
      return [billOf(row) - billOf(twin)]
    })
    const summary = summarise(differences)
    if (summary === undefined || summary.n < LEAST_PAIRS) return -Infinity
    difference_usdPerYear += rate_perYear * summary.mean
    variance += (rate_perYear * summary.sd) ** 2 / summary.n
    least = Math.min(least, summary.n)
  }
  if (variance === 0) return difference_usdPerYear
  return difference_usdPerYear - tQuantile(confidence, least - 1) * Math.sqrt(variance)
}

function nameOf({ hazard, service, replication }: IncidentRow): string {
  return JSON.stringify([hazard, service, replication])
}

function billOf({ penalty_usd, recovery_usd }: IncidentRow): number {
  return penalty_usd + recovery_usd
}
