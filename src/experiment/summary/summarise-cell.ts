import type { Scenario, Topology } from '../../scenario/scenario.ts'
import type {
  Cell,
  ComplianceRow,
  CostRow,
  HazardSummary,
  IncidentRow,
  LinkRow,
  StoreRow,
  Summary,
} from '../results.ts'
import { presentValueOf } from './present-value.ts'
import { effectiveSize, historiesOf } from '../statistics/histories.ts'
import { proportion, summarise } from '../statistics/statistics.ts'

/** Shares of time are differences of sums, which round. */
const ROUNDING = 1e-9

/** What was observed in one strategy × topology. */
export interface CellObservations {
  readonly incidents: readonly IncidentRow[]
  readonly links: readonly LinkRow[]
  readonly stores: readonly StoreRow[]
  readonly costs: readonly CostRow[]
  readonly writeDelays: NonNullable<Cell['writeDelays']>
  readonly compliance: readonly ComplianceRow[]
}

/** Statistics of a cell from its observations. */
export function summariseCell(
  scenario: Scenario,
  strategy: string,
  topology: Topology,
  observed: CellObservations,
): Cell {
  const hazards = summariseHazards(scenario, topology, observed.incidents)
  const compliance = observed.compliance
    .filter(({ requirement }) => requirement === 'all')
    .map(({ rule, dataset, met, share: asked }) => ({ rule, dataset, met, share: asked }))
  const kept = observed.incidents.filter((row) => row.outcome !== 'lost')
  const { share, ci95 } = shareOf(observed.incidents, isLost)
  const byCategory_usdPerYear: Record<string, number> = {}
  for (const { category, usdPerYear } of observed.costs) {
    byCategory_usdPerYear[category] = (byCategory_usdPerYear[category] ?? 0) + usdPerYear
  }
  const outlay_usdPerYear = observed.costs.reduce((sum, row) => sum + row.usdPerYear, 0)
  const penalty_usdPerYear = hazards.reduce((sum, row) => sum + row.rate_perYear * row.meanPenalty_usd, 0)
  return {
    strategy,
    topology: topology.name,
    rpo: summaryOf(kept, 'rpo_s'),
    rto: summaryOf(kept, 'rto_s'),
    objectiveMet:
      hazards.every((row) => row.lost === 0 && row.rpoMet.share === 1 && row.rtoMet.share === 1) &&
      compliance.every(({ met, share: asked }) => met >= asked - ROUNDING),
    loss: { probability: share, ci95, expected_bytes: mean(observed.incidents.map((row) => row.lost_bytes)) },
    hazards,
    ...(observed.writeDelays.length === 0 ? {} : { writeDelays: observed.writeDelays }),
    compliance,
    bandwidth: observed.links,
    storage: storageOf(observed.stores, topology),
    cost: {
      outlay_usdPerYear,
      penalty_usdPerYear,
      total_usdPerYear: outlay_usdPerYear + penalty_usdPerYear,
      byCategory_usdPerYear: { ...byCategory_usdPerYear, penalty: penalty_usdPerYear },
      ...(scenario.money === undefined
        ? {}
        : { presentValue: presentValueOf(outlay_usdPerYear + penalty_usdPerYear, scenario.money) }),
    },
  }
}

function summariseHazards(scenario: Scenario, topology: Topology, incidents: readonly IncidentRow[]): HazardSummary[] {
  const summaries: HazardSummary[] = []
  for (const name of scenario.experiment.drills) {
    for (const service of topology.world.services.values()) {
      const rows = incidents.filter((row) => row.hazard === name && row.service === service.name)
      if (rows.length === 0) continue
      const { rpo_s, rto_s } = service.objectives
      const kept = rows.filter((row) => row.outcome !== 'lost')
      const count = (outcome: IncidentRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length
      summaries.push({
        hazard: name,
        service: service.name,
        n: rows.length,
        recovered: count('recovered'),
        degraded: count('degraded'),
        lost: count('lost'),
        rate_perYear: topology.world.hazards.get(name)?.rate_perYear ?? 0,
        rpo: summaryOf(kept, 'rpo_s'),
        rto: summaryOf(kept, 'rto_s'),
        objectives: { rpo_s, rto_s },
        rpoMet: shareOf(rows, (row) => (row.rpo_s ?? Infinity) <= rpo_s),
        rtoMet: shareOf(rows, (row) => (row.rto_s ?? Infinity) <= rto_s),
        lossProbability: shareOf(rows, isLost),
        expectedLost_bytes: mean(rows.map((row) => row.lost_bytes)),
        meanPenalty_usd: mean(kept.map((row) => row.penalty_usd + row.recovery_usd)),
      })
    }
  }
  return summaries
}

function isLost({ outcome }: IncidentRow): boolean {
  return outcome === 'lost'
}

/** @param kept rows of incidents that were not lost */
function summaryOf(kept: readonly IncidentRow[], figure: 'rpo_s' | 'rto_s'): Summary | undefined {
  return summarise(
    kept.map((row) => row[figure]!),
    historiesOf(kept),
  )
}

function shareOf(rows: readonly IncidentRow[], holds: (row: IncidentRow) => boolean): ReturnType<typeof proportion> {
  const hits = rows.map(holds)
  return proportion(hits.filter(Boolean).length, hits.length, effectiveSize(hits, historiesOf(rows)))
}

function storageOf(rows: readonly StoreRow[], topology: Topology): Cell['storage'] {
  const stores = new Map<string, Cell['storage'][number]>()
  for (const { store, stored_bytes } of rows) {
    const peak_bytes = Math.max(stored_bytes, stores.get(store)?.peak_bytes ?? 0)
    const specification = topology.world.stores.get(store)
    const capacity_bytes =
      specification !== undefined && 'capacity_bytes' in specification ? specification.capacity_bytes : undefined
    stores.set(store, { store, end_bytes: stored_bytes, peak_bytes, capacity_bytes: capacity_bytes ?? Infinity })
  }
  return [...stores.values()]
}

/** 0 for an empty sample: nothing happened, nothing was lost. */
function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
