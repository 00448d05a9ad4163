import type { Cell, Estimate, IncidentRow } from './results.ts'
import { pairedDifference } from './statistics/paired-difference.ts'

/** What the drills of a hazard cost a service, in their order; undefined where everything was lost. */
export interface DrillPenalties {
  readonly hazard: string
  readonly service: string
  readonly rate_perYear: number
  readonly each_usd: readonly (number | undefined)[]
}

/** A cell whose yearly cost is compared with that of others which had the same incidents. */
export interface Costed {
  readonly cell: Pick<Cell, 'cost'>
  readonly penalties: readonly DrillPenalties[]
}

/** The costs of the drills of each hazard and service of a cell. */
export function drillPenalties(
  { strategy, topology, hazards }: Pick<Cell, 'strategy' | 'topology' | 'hazards'>,
  incidents: readonly IncidentRow[],
): DrillPenalties[] {
  const own = incidents.filter((row) => row.strategy === strategy && row.topology === topology)
  return hazards.map(({ hazard, service, rate_perYear }) => ({
    hazard,
    service,
    rate_perYear,
    each_usd: own
      .filter((row) => row.hazard === hazard && row.service === service)
      .map((row) => (row.outcome === 'lost' ? undefined : row.penalty_usd + row.recovery_usd)),
  }))
}

/**
 * How much more one cell costs a year than another, US dollars. Outlays are those of the undisturbed world and known;
 * penalties are compared drill by drill, as both had the same incidents.
 */
export function yearlyDifference(one: Costed, other: Costed): Estimate {
  const parts = one.penalties.map((own) => {
    const pair = other.penalties.find(({ hazard, service }) => hazard === own.hazard && service === own.service)
    // With a goal of precision one may have had more drills; those that both had come first.
    const n = Math.min(own.each_usd.length, pair?.each_usd.length ?? 0)
    return pairedDifference(yearly(own, n), pair === undefined ? [] : yearly(pair, n))
  })
  const value = one.cell.cost.total_usdPerYear - other.cell.cost.total_usdPerYear
  // Drills of different hazards are independent of one another.
  const half = Math.sqrt(parts.reduce((sum, { ci95: [low, high] }) => sum + ((high - low) / 2) ** 2, 0))
  return { value, ci95: [value - half, value + half] }
}

function yearly({ rate_perYear, each_usd }: DrillPenalties, n: number): (number | undefined)[] {
  return each_usd.slice(0, n).map((usd) => (usd === undefined ? undefined : rate_perYear * usd))
}
