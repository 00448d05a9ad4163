import { summariseAlarms } from './summary/alarm-summary.ts'
import { annualRisk } from './summary/annual-risk.ts'
import type { Batch } from './cell/drill.ts'
import type { CellDefinition } from './cell/operated-world.ts'
import type { AlarmRow, Cell, DrilledRow, IncidentRow, Results } from './results.ts'
import { rankIn } from './cell/run-block.ts'
import type { UndisturbedObservations } from './cell/run-block.ts'
import type { BlockRun } from './block-run.ts'
import { summariseCell } from './summary/summarise-cell.ts'

/** The observations of a cell so far. */
export interface CellRun {
  readonly definition: CellDefinition
  readonly incidents: readonly DrilledRow[]
  readonly traceDigests: readonly string[]
  readonly undisturbed?: UndisturbedObservations
  readonly natural?: { readonly worlds: number; readonly incidents: readonly DrilledRow[] }
}

/** Cells with their observations: everything, or what was complete when the run was interrupted. */
export interface Completed {
  readonly cells: readonly CellRun[]
  readonly whole: boolean
}

export interface CompletedDrills extends Completed {
  /** How many drills of each hazard are complete in all these cells, and how many were wanted. */
  readonly replications: number
  readonly wanted: number
}

/**
 * Adds what is complete of a batch to what was known before. Cells without a fair sample are left out. Of the other cells only
 * those drills count that all of them have, so that they can still be compared drill by drill.
 */
export function withDrills(before: readonly CellRun[], blockRun: BlockRun, { from, count }: Batch): CompletedDrills {
  const begun = before.filter(({ definition, undisturbed }) => {
    if (undisturbed !== undefined) return true
    return blockRun.undisturbedOf(definition) !== undefined && blockRun.done([definition]).has(0)
  })
  const done = blockRun.done(begun.map(({ definition }) => definition))
  const slices = [...done.keys()]
  const cells = begun.map((cell): CellRun => {
    const { definition } = cell
    const undisturbed = cell.undisturbed ?? blockRun.undisturbedOf(definition)
    const digests = blockRun.resultsOf(definition, slices).flatMap(({ traceDigest }) => traceDigest ?? [])
    return {
      ...cell,
      incidents: [...cell.incidents, ...blockRun.incidentsOf(definition, done)].sort(byHazardAndReplication),
      traceDigests: [...cell.traceDigests, ...digests],
      ...(undisturbed === undefined ? {} : { undisturbed }),
    }
  })
  const complete = Array.from({ length: count }, (_, k) => from + k).filter((replication) => {
    const step = done.get(replication % blockRun.slices)
    return step !== undefined && rankIn(blockRun, replication) % step === 0
  })
  return { cells, replications: from + complete.length, wanted: from + count, whole: blockRun.whole }
}

export function byHazardAndReplication(a: IncidentRow, b: IncidentRow): number {
  return a.hazard < b.hazard ? -1 : a.hazard > b.hazard ? 1 : a.replication - b.replication
}

/** Adds the natural worlds that are complete: those numbered from 0 up to the first that is missing. */
export function withNaturalWorlds(cells: readonly CellRun[], blockRun: BlockRun): Completed {
  const definitions = cells.map(({ definition }) => definition)
  const slices = [...blockRun.done(definitions).keys()].filter((slice, index) => slice === index)
  if (slices.length === 0) return { cells, whole: blockRun.whole }
  const struck = cells.map((cell): CellRun => {
    const results = blockRun.resultsOf(cell.definition, slices)
    const worlds = blockRun.blocksOf(cell.definition, slices).reduce((sum, block) => {
      return sum + ('worlds' in block ? block.worlds.count : 0)
    }, 0)
    return { ...cell, natural: { worlds, incidents: results.flatMap(({ incidents }) => incidents) } }
  })
  return { cells: struck, whole: blockRun.whole }
}

/** The statistics of a cell. */
export function cellOf({ definition, incidents, undisturbed, natural }: CellRun): Cell {
  if (undisturbed === undefined) throw new Error('the undisturbed world was not observed')
  const { scenario, strategy, topology } = definition
  const alarms = alarmsOf([{ incidents, undisturbed }])
  const cell = {
    ...summariseCell(scenario, strategy.name, topology, { incidents, ...undisturbed }),
    ...(alarms === undefined ? {} : { alarms: summariseAlarms(alarms, incidents, scenario.horizon_s) }),
  }
  return natural === undefined ? cell : { ...cell, risk: annualRisk(scenario, topology, incidents, natural) }
}

type Rows = Pick<
  Results,
  | 'incidents'
  | 'naturalIncidents'
  | 'jobs'
  | 'links'
  | 'traffic'
  | 'stores'
  | 'points'
  | 'alarms'
  | 'naturalAlarms'
  | 'exposures'
  | 'compliance'
  | 'costs'
>

/** Everything that was observed, cell by cell. */
export function rowsOf(cells: readonly CellRun[]): Rows {
  const alarms = alarmsOf(cells)
  const natural = cells.every((cell) => cell.natural === undefined)
    ? undefined
    : cells.flatMap((cell) => cell.natural?.incidents ?? [])
  const observed = cells.flatMap(({ undisturbed }) => undisturbed ?? [])
  return {
    incidents: cells.flatMap(({ incidents }) => incidents.map(withoutAlarms)),
    ...(natural === undefined ? {} : { naturalIncidents: natural.map(withoutAlarms) }),
    jobs: observed.flatMap(({ jobs }) => jobs),
    links: observed.flatMap(({ links }) => links),
    traffic: observed.flatMap(({ traffic }) => traffic),
    stores: observed.flatMap(({ stores }) => stores),
    points: observed.flatMap(({ points }) => points),
    ...(alarms === undefined ? {} : { alarms }),
    ...(alarms === undefined || natural === undefined ? {} : { naturalAlarms: raisedIn(natural) }),
    exposures: observed.flatMap(({ exposures }) => exposures),
    compliance: observed.flatMap(({ compliance }) => compliance),
    costs: observed.flatMap(({ costs }) => costs),
  }
}

/** Alarms cell by cell, first those in the undisturbed world, then those in drills; undefined where nothing is monitored. */
function alarmsOf(cells: readonly Pick<CellRun, 'incidents' | 'undisturbed'>[]): AlarmRow[] | undefined {
  if (cells.every(({ undisturbed }) => undisturbed?.alarms === undefined)) return undefined
  return cells.flatMap(({ incidents, undisturbed }) => [...(undisturbed?.alarms ?? []), ...raisedIn(incidents)])
}

function raisedIn(incidents: readonly DrilledRow[]): AlarmRow[] {
  return incidents.flatMap(({ alarms }) => alarms ?? [])
}

function withoutAlarms(drilled: DrilledRow): IncidentRow {
  const { alarms: _, ...row } = drilled
  return row
}
