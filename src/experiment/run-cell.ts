import { writeDelays } from '../strategy/index.ts'
import type { WriteDelay } from '../strategy/index.ts'
import { bandwidths } from '../world/index.ts'
import type { World } from '../world/index.ts'
import { complianceRows } from './compliance-rows.ts'
import { costRows } from './costs.ts'
import { naturalIncidents, planDrills, stage } from './drill.ts'
import type { Batch, Drill } from './drill.ts'
import { createEstate } from './estate.ts'
import type { CellDefinition, CellNames, Estate } from './estate.ts'
import { exposureRows } from './exposure-rows.ts'
import { planCombinations } from './losses/staged-combinations.ts'
import type { CombinationDrills } from './losses/staged-combinations.ts'
import { pointRows } from './point-rows.ts'
import type {
  ComplianceRow,
  CostRow,
  ExposureRow,
  IncidentRow,
  JobRow,
  LinkRow,
  PointRow,
  StoreRow,
  TrafficRow,
} from './results.ts'
import { quantile } from './statistics.ts'
import { TraceDigests } from './trace-digests.ts'
import { trafficRows } from './traffic-rows.ts'

/** A piece of work that any thread or machine can do by itself, for one cell. */
export type Block = DrillBlock | NaturalBlock | CombinationBlock

/** Some of the drills. */
export interface DrillBlock {
  readonly batch: Batch
  /** Of the batch, every `slices`-th drill of each hazard, from the `slice`-th on. */
  readonly slice: number
  readonly slices: number
  /** Of the slice, in order of time, the `part`-th of so many parts. */
  readonly part: number
  readonly parts: number
  /** Go on to the horizon and tell what the undisturbed world did. */
  readonly undisturbed: boolean
}

/** Some worlds that hazards strike by themselves. */
export interface NaturalBlock {
  readonly worlds: Batch
  /** Which of the blocks of the cell's worlds. */
  readonly slice: number
}

/** Cases in which hazards coincide. */
export interface CombinationBlock {
  readonly combinations: readonly CombinationDrills[]
  readonly window_s: number
  readonly slice: number
  /** Of the cases, in order of time, the `part`-th of so many parts. */
  readonly part: number
  readonly parts: number
}

/** What is observed in the undisturbed world of a cell. */
export interface UndisturbedObservations {
  readonly jobs: readonly JobRow[]
  readonly links: readonly LinkRow[]
  readonly traffic: readonly TrafficRow[]
  readonly stores: readonly StoreRow[]
  readonly points: readonly PointRow[]
  readonly exposures: readonly ExposureRow[]
  readonly compliance: readonly ComplianceRow[]
  readonly costs: readonly CostRow[]
  readonly writeDelays: readonly WriteDelay[]
}

/** What one block found. */
export interface BlockResult {
  readonly incidents: readonly IncidentRow[]
  readonly undisturbed?: UndisturbedObservations
  /** Of everything that happened, where the cell was traced. */
  readonly traceDigest?: string
}

/** Runs a block. The same block gives the same result wherever it runs. */
export async function runBlock(
  definition: CellDefinition,
  block: Block,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<BlockResult> {
  if ('worlds' in block) return runNatural(definition, block, onProgress)
  const { scenario, topology, seed } = definition
  const { hazards } = topology.world
  if ('combinations' in block) {
    const cases = planCombinations(scenario, hazards, block.combinations, block.window_s, seed)
    return runDrills(definition, partOf(cases, block), false, onProgress)
  }
  const { batch, slice, slices, undisturbed } = block
  const own = planDrills(scenario, hazards, batch, seed).filter(({ replication }) => replication % slices === slice)
  return runDrills(definition, partOf(own, block), undisturbed, onProgress)
}

/** A piece of the time; `all` is in its order. */
function partOf(all: readonly Drill[], { part, parts }: { readonly part: number; readonly parts: number }): Drill[] {
  return all.slice(Math.floor((part * all.length) / parts), Math.floor(((part + 1) * all.length) / parts))
}

/** A world in which nothing strikes need not be simulated: in most years there is no fire. */
async function runNatural(
  definition: CellDefinition,
  { worlds: { from, count } }: NaturalBlock,
  onProgress: (done: number, total: number) => void,
): Promise<BlockResult> {
  const incidents: IncidentRow[] = []
  for (let world = from; world < from + count; world += 1) {
    const own = { ...definition, seed: JSON.stringify([definition.seed, 'natural world', world]), traced: false }
    const struck = naturalIncidents(own)
    if (struck.length > 0) {
      const rows = (await runDrills(own, struck, false)).incidents
      incidents.push(...rows.map((row) => ({ ...row, replication: world })))
    }
    onProgress(world - from + 1, count)
  }
  return { incidents }
}

/**
 * Runs through the undisturbed world, for jobs, bandwidth, storage and cost, stopping before each drill to stage it
 * in a branch of the world. A world branches while nothing is under way, and only afterwards is it known when that was: so
 * drills that came upon jobs that began long before are staged in a second run, which repeats the first exactly. Each drill
 * is the same whatever others there are, so that it does not matter how drills are shared out among blocks.
 * @param drills  in order of time
 * @param observe go on to the horizon and tell what the undisturbed world did
 */
async function runDrills(
  definition: CellDefinition,
  drills: readonly Drill[],
  observe: boolean,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<BlockResult> {
  const { scenario, strategy, topology } = definition
  const incidents: IncidentRow[] = []
  let done = 0
  const traces = definition.traced === true ? new TraceDigests() : undefined
  const stageFrom = async (origin: Estate, drill: Drill): Promise<void> => {
    incidents.push(...(await stage(definition, origin, drill, traces?.add())))
    onProgress((done += 1), drills.length + 1)
  }
  const undisturbed = createEstate(definition, { trace: traces?.add() })
  const missed: Array<{ readonly drill: Drill; readonly idle_s: number }> = []
  for (const drill of drills) {
    const busySince_s = await runToIdle(undisturbed, drill.onset_s)
    if (busySince_s === undefined) await stageFrom(undisturbed, drill)
    else missed.push({ drill, idle_s: busySince_s })
  }
  if (observe) await undisturbed.simulation.run(scenario.horizon_s)
  onProgress((done += 1), drills.length + 1)
  if (missed.length > 0) {
    const again = createEstate(definition, { trace: traces?.add() })
    for (const { drill, idle_s } of missed) {
      await again.simulation.run(idle_s)
      await stageFrom(again, drill)
    }
  }
  const names = { strategy: strategy.name, topology: topology.name }
  return {
    incidents,
    ...(observe ? { undisturbed: observations(definition, undisturbed, names) } : {}),
    ...(traces === undefined ? {} : { traceDigest: traces.close() }),
  }
}

function observations(definition: CellDefinition, estate: Estate, names: CellNames): UndisturbedObservations {
  return {
    jobs: jobRows(estate, names),
    links: linkRows(estate.world, names),
    traffic: trafficRows(estate.world, names),
    stores: storeRows(estate.world, names),
    points: pointRows(estate, names),
    exposures: exposureRows(definition, estate),
    compliance: complianceRows(definition, estate),
    writeDelays: writeDelays(estate.world, estate.operations.strategy),
    costs: costRows(estate, names.topology, definition.scenario.money?.people),
  }
}

/**
 * Runs a world to an instant not after this one at which nothing is under way: just before the last job starts, or at the
 * instant itself. Returns undefined there; since when jobs have been under way if neither is one.
 */
export async function runToIdle({ simulation, operations }: Estate, notAfter_s: number): Promise<number | undefined> {
  for (const instant_s of [operations.lastStart_s(notAfter_s), notAfter_s]) {
    if (instant_s >= simulation.now) await simulation.run(instant_s)
    if (operations.idle) return undefined
  }
  return operations.busySince_s
}

function jobRows({ operations }: Estate, names: CellNames): JobRow[] {
  return operations.runs.map((run) => ({ ...names, ...run }))
}

function linkRows(world: World, names: CellNames): LinkRow[] {
  const now_s = world.simulation.now
  const rows: LinkRow[] = []
  for (const { specification, forward, backward } of world.links.values()) {
    const [capacityForward, capacityBackward] = bandwidths(specification)
    for (const { name, usage } of [forward, backward]) {
      rows.push({
        ...names,
        link: name,
        capacity_bytesPerSecond: name === forward.name ? capacityForward : capacityBackward,
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
