import type { World } from '../world/index.ts'
import { costRows } from './costs.ts'
import { planDrills, stage } from './drill.ts'
import { createEstate } from './estate.ts'
import type { CellDefinition, Estate } from './estate.ts'
import type { Cell, CostRow, IncidentRow, JobRow, LinkRow, StoreRow } from './results.ts'
import { quantile } from './statistics.ts'
import { summariseCell } from './summarise-cell.ts'

/** Everything observed in one strategy × topology, and its statistics. */
export interface CellResult {
  readonly cell: Cell
  readonly incidents: readonly IncidentRow[]
  readonly jobs: readonly JobRow[]
  readonly links: readonly LinkRow[]
  readonly stores: readonly StoreRow[]
  readonly costs: readonly CostRow[]
}

/** Told after each piece of a cell's work; `done` of `total` pieces. */
export type CellProgress = (done: number, total: number) => void

/**
 * Runs a cell: once through the undisturbed world, for jobs, bandwidth, storage and cost; then once more, stopping before
 * each drill to stage it in a branch of the world. The second run repeats the first exactly; two runs are needed because
 * only the first tells when nothing is under way.
 */
export async function runCell(
  definition: CellDefinition,
  replications: number,
  onProgress: CellProgress = () => {},
): Promise<CellResult> {
  const { scenario, strategy, topology, seed } = definition
  const undisturbed = createEstate(definition)
  await undisturbed.simulation.run(scenario.horizon_s)
  const { busySince_s, busyPeriods } = undisturbed.operations
  const busy = busySince_s === undefined ? busyPeriods : [...busyPeriods, { start_s: busySince_s, end_s: Infinity }]
  const drills = planDrills(scenario, topology.world.hazards, replications, seed, busy)
  onProgress(1, drills.length + 1)

  const incidents: IncidentRow[] = []
  if (drills.length > 0) {
    const origin = createEstate(definition)
    for (const [index, drill] of drills.entries()) {
      await origin.simulation.run(drill.branch_s)
      incidents.push(...(await stage(definition, origin, drill)))
      onProgress(index + 2, drills.length + 1)
    }
  }
  incidents.sort((a, b) => (a.hazard < b.hazard ? -1 : a.hazard > b.hazard ? 1 : a.replication - b.replication))

  const names = { strategy: strategy.name, topology: topology.name }
  const observed = {
    incidents,
    links: linkRows(undisturbed.world, names),
    stores: storeRows(undisturbed.world, names),
    costs: costRows(undisturbed.world, strategy.name, topology.name),
  }
  return {
    ...observed,
    jobs: jobRows(undisturbed, names),
    cell: summariseCell(scenario, strategy.name, topology, observed),
  }
}

interface CellNames {
  readonly strategy: string
  readonly topology: string
}

function jobRows({ operations }: Estate, names: CellNames): JobRow[] {
  return operations.runs.map((run) => ({ ...names, ...run }))
}

function linkRows(world: World, names: CellNames): LinkRow[] {
  const now_s = world.simulation.now
  const rows: LinkRow[] = []
  for (const { specification, forward, backward } of world.links.values()) {
    for (const { name, usage } of [forward, backward]) {
      rows.push({
        ...names,
        link: name,
        capacity_bytesPerSecond: specification.bandwidth_bytesPerSecond,
        mean_bytesPerSecond: usage.total() / now_s,
        p95_bytesPerSecond: quantile(usage.bins(now_s).toSorted(), 0.95),
        peak_bytesPerSecond: usage.peak(),
        total_bytes: usage.total(),
        byPurpose_bytes: usage.byPurpose(),
      })
    }
  }
  return rows
}

function storeRows(world: World, names: CellNames): StoreRow[] {
  const rows: StoreRow[] = []
  for (const store of world.stores.values()) {
    const { days } = store.storage.read(world.simulation.now)
    for (const day of days) rows.push({ ...names, store: store.name, ...day })
  }
  return rows
}
