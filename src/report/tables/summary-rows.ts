import { effectiveSize, historiesOf } from '../../experiment/statistics/histories.ts'
import { quantileInterval } from '../../experiment/statistics/intervals.ts'
import type { Interval } from '../../experiment/statistics/intervals.ts'
import type { IncidentRow, Results, Summary } from '../../experiment/results.ts'

/** What one hazard does to one service in one cell, flat, for tables. Undefined is what is not known. */
export interface SummaryRow {
  readonly strategy: string
  readonly topology: string
  readonly hazard: string
  readonly service: string
  readonly rate_perYear: number
  readonly n: number
  readonly recovered: number
  readonly degraded: number
  readonly lost: number
  readonly loss_share: number
  readonly loss_low: number
  readonly loss_high: number
  readonly rpo_mean_s: number | undefined
  readonly rpo_low_s: number | undefined
  readonly rpo_high_s: number | undefined
  readonly rpo_p95_s: number | undefined
  readonly rpo_p95_low_s: number | undefined
  readonly rpo_p95_high_s: number | undefined
  readonly rpo_max_s: number | undefined
  readonly rpo_objective_s: number | undefined
  readonly rpo_met: number
  readonly rto_mean_s: number | undefined
  readonly rto_low_s: number | undefined
  readonly rto_high_s: number | undefined
  readonly rto_p95_s: number | undefined
  readonly rto_p95_low_s: number | undefined
  readonly rto_p95_high_s: number | undefined
  readonly rto_max_s: number | undefined
  readonly rto_objective_s: number | undefined
  readonly rto_met: number
  readonly meanPenalty_usd: number
  readonly outlay_usdPerYear: number
  readonly total_usdPerYear: number
}

/** One row a cell, hazard and service. */
export function summaryRows({ cells, incidents }: Pick<Results, 'cells' | 'incidents'>): SummaryRow[] {
  const groups = Map.groupBy(incidents, keyOf)
  return cells.flatMap(({ strategy, topology, hazards, cost }) =>
    hazards.map((row) => {
      const own = groups.get(keyOf({ strategy, topology, hazard: row.hazard, service: row.service })) ?? []
      const rpo = statistics(
        row.rpo,
        own.filter(({ rpo_s }) => rpo_s !== undefined),
        'rpo_s',
      )
      const rto = statistics(
        row.rto,
        own.filter(({ rto_s }) => rto_s !== undefined),
        'rto_s',
      )
      return {
        strategy,
        topology,
        hazard: row.hazard,
        service: row.service,
        rate_perYear: row.rate_perYear,
        n: row.n,
        recovered: row.recovered,
        degraded: row.degraded,
        lost: row.lost,
        loss_share: row.lossProbability.share,
        loss_low: row.lossProbability.ci95[0],
        loss_high: row.lossProbability.ci95[1],
        rpo_mean_s: rpo.mean,
        rpo_low_s: rpo.low,
        rpo_high_s: rpo.high,
        rpo_p95_s: rpo.p95,
        rpo_p95_low_s: finite(rpo.p95Low),
        rpo_p95_high_s: finite(rpo.p95High),
        rpo_max_s: rpo.max,
        rpo_objective_s: finite(row.objectives.rpo_s),
        rpo_met: row.rpoMet.share,
        rto_mean_s: rto.mean,
        rto_low_s: rto.low,
        rto_high_s: rto.high,
        rto_p95_s: rto.p95,
        rto_p95_low_s: finite(rto.p95Low),
        rto_p95_high_s: finite(rto.p95High),
        rto_max_s: rto.max,
        rto_objective_s: finite(row.objectives.rto_s),
        rto_met: row.rtoMet.share,
        meanPenalty_usd: row.meanPenalty_usd,
        outlay_usdPerYear: cost.outlay_usdPerYear,
        total_usdPerYear: cost.total_usdPerYear,
      }
    }),
  )
}

function keyOf(of: Pick<IncidentRow, 'strategy' | 'topology' | 'hazard' | 'service'>): string {
  return JSON.stringify([of.strategy, of.topology, of.hazard, of.service])
}

function statistics(summary: Summary | undefined, kept: readonly IncidentRow[], figure: 'rpo_s' | 'rto_s') {
  const [low, high] = summary?.ci95 ?? []
  const [p95Low, p95High] = summary === undefined ? [] : intervalOfP95(kept, figure, summary.p95)
  return {
    mean: summary?.mean,
    low: finite(low),
    high: finite(high),
    p95: summary?.p95,
    p95Low,
    p95High,
    max: summary?.max,
  }
}

function intervalOfP95(kept: readonly IncidentRow[], figure: 'rpo_s' | 'rto_s', p95: number): Interval {
  const observations = kept.map((row) => row[figure]!)
  const size = effectiveSize(
    observations.map((value) => value <= p95),
    historiesOf(kept),
  )
  return quantileInterval(Float64Array.from(observations).sort(), 0.95, 0.95, size)
}

/** Undefined for what is not known: an interval of one observation, an objective that is not set. */
function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
