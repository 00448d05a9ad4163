import type { Scenario, Topology } from '../../scenario/scenario.ts'
import { rateInterval } from '../statistics/intervals.ts'
import type { AnnualRisk, Estimate, IncidentRow, YearlyHarm } from '../results.ts'
import { effectiveSize, historiesOf } from '../statistics/histories.ts'
import type { HistoriesOf } from '../statistics/histories.ts'
import { proportion, summarise } from '../statistics/statistics.ts'

const YEAR_S = 365.25 * 86_400

/**
 * What is to be expected in a year from each hazard for each service: by drills, as rate times conditional mean, and by
 * worlds that hazards struck at their rates. Drills tell it of rare hazards, too; natural worlds leave nothing out that
 * the instants, numbers and histories of incidents have to do with it. Where the intervals do not overlap, ask why.
 * @param worlds simulated from warm-up to horizon each
 */
export function annualRisk(
  scenario: Scenario,
  topology: Topology,
  drills: readonly IncidentRow[],
  natural: { readonly worlds: number; readonly incidents: readonly IncidentRow[] },
): AnnualRisk[] {
  const { horizon_s, experiment } = scenario
  const worldYears = (horizon_s - experiment.warmUp_s) / YEAR_S
  return experiment.drills.flatMap((hazard) => {
    const { rate_perYear = 0, at_s } = topology.world.hazards.get(hazard) ?? {}
    // A hazard with an instant of its own has no rate that a year could be worked out from.
    if (at_s !== undefined) return []
    return [...topology.world.services.keys()].flatMap((service) => {
      const own = (row: IncidentRow): boolean => row.hazard === hazard && row.service === service
      const drilled = drills.filter(own)
      if (drilled.length === 0) return []
      const struck = natural.incidents.filter(own)
      return {
        hazard,
        service,
        rate_perYear,
        drills: harmByDrills(drilled, rate_perYear),
        natural: {
          years: natural.worlds * worldYears,
          incidents: struck.length,
          ...harmByWorlds(struck, natural.worlds, worldYears),
        },
      }
    })
  })
}

type Measure = (row: IncidentRow) => number

const MEASURES = {
  lost_bytes: (row: IncidentRow) => row.lost_bytes,
  downtime_s: (row: IncidentRow) => row.rto_s ?? 0,
  workLost_s: (row: IncidentRow) => row.rpo_s ?? 0,
  penalty_usd: (row: IncidentRow) => (row.outcome === 'lost' ? 0 : row.penalty_usd + row.recovery_usd),
} as const

function harmBy(estimate: (measure: Measure) => Estimate, losses: Estimate): YearlyHarm {
  return {
    losses,
    lost_bytes: estimate(MEASURES.lost_bytes),
    downtime_s: estimate(MEASURES.downtime_s),
    workLost_s: estimate(MEASURES.workLost_s),
    penalty_usd: estimate(MEASURES.penalty_usd),
  }
}

const isLost = (row: IncidentRow): boolean => row.outcome === 'lost'

function harmByDrills(rows: readonly IncidentRow[], rate_perYear: number): YearlyHarm {
  const yearly = ({ value, ci95 }: Estimate): Estimate => ({
    value: rate_perYear * value,
    ci95: [rate_perYear * ci95[0], rate_perYear * ci95[1]],
  })
  const histories = historiesOf(rows)
  const losses = rows.map(isLost)
  const { share, ci95 } = proportion(losses.filter(Boolean).length, rows.length, effectiveSize(losses, histories))
  return harmBy((measure) => yearly(meanOf(rows.map(measure), histories)), yearly({ value: share, ci95 }))
}

/** Worlds are independent of each other, whatever goes on in one: so the mean of their totals has an honest interval. */
function harmByWorlds(rows: readonly IncidentRow[], worlds: number, worldYears: number): YearlyHarm {
  const lost = rows.filter(isLost).length
  const years = worlds * worldYears
  return harmBy(
    (measure) => {
      const perYear = Array.from({ length: worlds }, () => 0)
      for (const row of rows) perYear[row.replication]! += measure(row) / worldYears
      return meanOf(perYear)
    },
    { value: lost / years, ci95: rateInterval(lost, years) },
  )
}

function meanOf(values: readonly number[], histories?: HistoriesOf): Estimate {
  const { mean, ci95 } = summarise(values, histories)!
  return { value: mean, ci95 }
}
