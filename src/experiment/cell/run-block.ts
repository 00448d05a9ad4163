import { LockWatch, writeDelays } from '../../strategy/index.ts'
import type { WriteDelay } from '../../strategy/index.ts'
import { bandwidths } from '../../world/index.ts'
import type { HazardSpecification, World } from '../../world/index.ts'
import { alarmRows } from './alarm-rows.ts'
import { complianceRows } from '../compliance/compliance-rows.ts'
import { costRows } from './costs.ts'
import { naturalIncidents, planDrills } from './drill.ts'
import type { Batch, Drill } from './drill.ts'
import type { CellDefinition, CellNames, OperatedWorld } from './operated-world.ts'
import { historyOf, inHistory } from './history.ts'
import { digestOf } from '../digest.ts'
import { exposureRows } from '../exposure/exposure-rows.ts'
import { planCombinations } from '../losses/staged-combinations.ts'
import type { CombinationDrills } from '../losses/staged-combinations.ts'
import { pointRows } from './point-rows.ts'
import type { DrilledRow, JobRow, LinkRow, Results, StoreRow } from '../results.ts'
import { runDrills } from './run-drills.ts'
import type { DrillFinding, DrillsDone } from './run-drills.ts'
import { quantile } from '../statistics/statistics.ts'
import { trafficRows } from './traffic-rows.ts'
import { lockedStoresUnderAttack } from '../exposure/unnoticed.ts'

/** A piece of work that any thread or machine can do by itself, for one cell. */
export type Block = DrillBlock | NaturalBlock | CombinationBlock

/** Some of the drills. */
export interface DrillBlock {
  readonly batch: Batch
  /** The slice consists of every `slices`-th drill of each hazard in the batch, beginning with number `slice`. */
  readonly slice: number
  readonly slices: number
  /** Which of the equal parts of the slice, in order of time, this block covers. */
  readonly part: number
  readonly parts: number
  /** Stages only the drills of the slice with these numbers; all of them by default. */
  readonly only?: readonly number[]
  /** Whether to go on to the horizon and report what happened in the undisturbed world. */
  readonly undisturbed: boolean
}

/** Some natural worlds, in which hazards strike at their own rates. */
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
  /** The `part`-th of this many parts of the cases, in order of time. */
  readonly part: number
  readonly parts: number
}

/** What is observed in the undisturbed world of a cell. */
export interface UndisturbedObservations extends Pick<
  Results,
  'jobs' | 'links' | 'traffic' | 'stores' | 'points' | 'alarms' | 'exposures' | 'compliance' | 'costs'
> {
  readonly writeDelays: readonly WriteDelay[]
}

/** What one block found. */
export interface BlockResult {
  readonly incidents: readonly DrilledRow[]
  readonly undisturbed?: UndisturbedObservations
  /** Digest of everything that happened, where the cell was traced. */
  readonly traceDigest?: string
}

/** Something that a block has found on the way to its result. */
export type Finding = DrillFinding | { readonly undisturbed: UndisturbedObservations }

export interface BlockOptions {
  readonly onProgress?: (share: number) => void
  /** Findings of an earlier run of the block that was interrupted. */
  readonly known?: readonly Finding[]
  /** Called for each finding as soon as there is one, so that it can be passed as `known` if the block has to run again. */
  readonly onFinding?: (finding: Finding) => void
}

/** Runs a block. The result is the same wherever it runs and however much of it is already known. */
export async function runBlock(
  definition: CellDefinition,
  block: Block,
  options: BlockOptions = {},
): Promise<BlockResult> {
  if ('worlds' in block) return runNatural(definition, block, options)
  const { onProgress = () => {} } = options
  // A trace covers everything that happens in the block, so nothing that is already known may be skipped.
  const { known = [], onFinding = () => {} } = definition.traced === true ? {} : options
  let undisturbed = known.find((finding) => 'undisturbed' in finding)?.undisturbed
  let locks: LockWatch | undefined
  const prepare = ({ world, operations }: OperatedWorld): void => {
    locks = new LockWatch(operations, lockedStoresUnderAttack(drilledIn(definition), world))
  }
  const observe = (world: OperatedWorld, goesOn: boolean): void => {
    undisturbed = observations(definition, world, locks)
    if (goesOn || histories.length > 1) onFinding({ undisturbed })
  }
  const observes = 'batch' in block && block.undisturbed && undisturbed === undefined
  const drills = drillsOf(definition, block)
  const byHistory = Map.groupBy(drills, ({ replication }) => historyOf(replication, definition))
  // What goes on without incidents is looked at in the first history.
  if (observes && !byHistory.has(0)) byHistory.set(0, [])
  const histories = [...byHistory.keys()].sort((a, b) => a - b)
  const done: DrillsDone[] = []
  for (const [index, history] of histories.entries()) {
    const own = byHistory.get(history)!
    const isObserved = observes && history === 0
    done.push(
      await runDrills({
        definition: inHistory(definition, history),
        drills: own,
        known: known.flatMap((finding) => ('undisturbed' in finding || !isOf(own, finding) ? [] : [finding])),
        rankOf: 'batch' in block ? (replication) => rankIn(block, replication) : undefined,
        prepare: isObserved ? prepare : undefined,
        observe: isObserved ? observe : undefined,
        onFinding,
        onProgress: (staged, total) => onProgress((index + staged / total) / histories.length),
      }),
    )
  }
  return { ...together(done), ...(undisturbed === undefined ? {} : { undisturbed }) }
}

function together(done: readonly DrillsDone[]): DrillsDone {
  if (done.length === 1) return done[0]!
  const digests = done.flatMap(({ traceDigest }) => traceDigest ?? [])
  return {
    incidents: done.flatMap(({ incidents }) => incidents),
    ...(digests.length === 0 ? {} : { traceDigest: digestOf(digests) }),
  }
}

function isOf(drills: readonly Drill[], { hazard, replication }: DrillFinding): boolean {
  return drills.some((drill) => drill.replication === replication && drill.hazard.name === hazard)
}

/** What is staged in a block, in order of time. */
export function drillsOf(
  { scenario, topology, seed }: CellDefinition,
  block: DrillBlock | CombinationBlock,
): readonly Drill[] {
  const { hazards } = topology.world
  if ('combinations' in block) {
    return partOf(planCombinations(scenario, hazards, block.combinations, block.window_s, seed), block)
  }
  const { batch, slice, slices, only } = block
  const isOwn = (replication: number): boolean => {
    return replication % slices === slice && (only === undefined || only.includes(replication))
  }
  return partOf(
    planDrills(scenario, hazards, batch, seed).filter(({ replication }) => isOwn(replication)),
    block,
  )
}

/** Where a drill stands among those of its hazard in a slice. */
export function rankIn({ slices }: Pick<DrillBlock, 'slices'>, replication: number): number {
  return Math.floor(replication / slices)
}

/** A piece of the time; `all` is in its order. */
function partOf(all: readonly Drill[], { part, parts }: { readonly part: number; readonly parts: number }): Drill[] {
  const ends = endsOfParts(all.length, parts)
  return all.slice(ends[part - 1] ?? 0, ends[part])
}

/** How many drills take as long as the undisturbed world: 6 to 12 in the scenarios that come with firedrill. */
const WORLD_DRILLS = 8

/**
 * How many drills are staged up to the end of each part so that all parts take equally long. Each part has to run through the
 * world from the start to its own end, which is why later parts get fewer drills.
 */
export function endsOfParts(drills: number, parts: number): number[] {
  // A part that ends at the share e of the time takes e · world + (e − its beginning) · drills. All ends follow from the
  // first; they grow with it, and the last is 1.
  const kept = drills / (drills + WORLD_DRILLS)
  let ends = 0
  const shares = Array.from({ length: parts }, () => (ends = ends * kept + 1))
  return shares.map((share) => Math.round((share / ends) * drills))
}

/** Skips worlds that no hazard strikes, which need not be simulated: most years have no fire. */
async function runNatural(
  definition: CellDefinition,
  { worlds: { from, count } }: NaturalBlock,
  { onProgress = () => {} }: BlockOptions,
): Promise<BlockResult> {
  const incidents: DrilledRow[] = []
  for (let world = from; world < from + count; world += 1) {
    const own = { ...definition, seed: JSON.stringify([definition.seed, 'natural world', world]), traced: false }
    const drills = naturalIncidents(own)
    if (drills.length > 0) {
      const done = await runDrills({ definition: own, drills })
      incidents.push(...done.incidents.map((row) => numbered(row, world)))
    }
    onProgress((world - from + 1) / count)
  }
  return { incidents }
}

/** With the number of its natural world instead of that of the strike. */
function numbered({ alarms, ...row }: DrilledRow, world: number): DrilledRow {
  const own = alarms?.map((alarm) => ({ ...alarm, replication: world }))
  return { ...row, replication: world, ...(own === undefined ? {} : { alarms: own }) }
}

/** Hazards that are drilled in a cell. */
function drilledIn({ scenario, topology }: CellDefinition): HazardSpecification[] {
  return scenario.experiment.drills.flatMap((name) => topology.world.hazards.get(name) ?? [])
}

function observations(
  definition: CellDefinition,
  operated: OperatedWorld,
  locks: LockWatch | undefined,
): UndisturbedObservations {
  const names = { strategy: definition.strategy.name, topology: definition.topology.name }
  return {
    jobs: jobRows(operated, names),
    links: linkRows(operated.world, names),
    traffic: trafficRows(operated.world, names),
    stores: storeRows(operated.world, names),
    points: pointRows(operated, names),
    ...(operated.operations.monitoring.watches ? { alarms: alarmRows(operated, names) } : {}),
    exposures: exposureRows(definition, operated, locks),
    compliance: complianceRows(definition, operated),
    writeDelays: writeDelays(operated.world, operated.operations.strategy),
    costs: costRows(operated, names.topology, definition.scenario.money?.people),
  }
}

function jobRows({ operations }: OperatedWorld, names: CellNames): JobRow[] {
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
