import { alarmRows } from './alarm-rows.ts'
import type { PeopleSpecification, Scenario } from '../../scenario/scenario.ts'
import { formatQuantity } from '../../scenario/quantities/units.ts'
import { RTO_PHASES, recover } from '../../strategy/index.ts'
import type { Recovery } from '../../strategy/index.ts'
import type { RecoveryPlan } from '../../strategy/strategy.ts'
import { MONTH_S, sample, strike } from '../../world/index.ts'
import type { HazardSpecification, Incident, World } from '../../world/index.ts'
import { Simulation } from '../../kernel/index.ts'
import type { Trace } from '../../kernel/index.ts'
import { naturalStrikes } from './background.ts'
import { buildOperatedWorld } from './operated-world.ts'
import type { CellDefinition, OperatedWorld } from './operated-world.ts'
import type { DrilledRow, IncidentRow } from '../results.ts'

const HOUR_S = 3600
const GB = 1e9
/** Purposes of the traffic of a recovery: the restore itself, and the way home from a standby. */
const RECOVERING = ['restore', 'run from backup', 'fail back']
/** A recovery that lasts longer is waiting for something that never comes, while the world goes on; an error says for what. */
const LONGEST_RECOVERY_S = 10 * 365 * 24 * HOUR_S

/** An incident that is staged at an instant of the running world. */
export interface Drill {
  readonly hazard: HazardSpecification
  readonly replication: number
  readonly onset_s: number
  /** Rare events are made to happen more often during it; its rows carry the likelihood ratio that corrects for that. */
  readonly biased?: boolean
}

/** `count` drills of each hazard, which cover the time evenly and are numbered from `from` on. */
export interface Batch {
  readonly from: number
  readonly count: number
}

/**
 * Draws the instants of a batch: one in each of `count` equal parts of the time from the warm-up to the horizon, so that
 * they cover it evenly and each is uniform in its part; or all at the hazard's own instant, where it has one. The same for
 * every strategy and topology; in order of time.
 */
export function planDrills(
  scenario: Scenario,
  hazards: ReadonlyMap<string, HazardSpecification>,
  { from, count }: Batch,
  seed: string,
): Drill[] {
  const { drills, warmUp_s } = scenario.experiment
  const part_s = (scenario.horizon_s - warmUp_s) / count
  const names = new Simulation({ seed })
  const planned: Drill[] = []
  for (const name of drills) {
    const hazard = hazards.get(name)
    if (hazard === undefined) throw new Error(`there is no hazard named ${name}`)
    for (let part = 0; part < count; part += 1) {
      const replication = from + part
      const onset_s = hazard.at_s ?? warmUp_s + (part + names.random(name, 'onset', replication).uniform()) * part_s
      planned.push({ hazard, replication, onset_s })
    }
  }
  return planned.sort((a, b) => a.onset_s - b.onset_s)
}

/**
 * The incidents of a world in which the drilled hazards strike by themselves: at their instant, or as Poisson processes of
 * their rates, from the warm-up to the horizon; in order of time. Each is staged in a branch of the world as its strategy
 * runs it: a second incident during the recovery from a first is not among them.
 */
export function naturalIncidents({ scenario, topology, seed }: CellDefinition): Drill[] {
  const { drills, warmUp_s } = scenario.experiment
  const incidents = drills.flatMap((name) => {
    const hazard = topology.world.hazards.get(name)
    if (hazard === undefined) throw new Error(`there is no hazard named ${name}`)
    const { occurrences } = naturalStrikes(hazard, seed, scenario.horizon_s)
    return Array.from(occurrences, (onset_s, replication) => ({ hazard, replication, onset_s }))
  })
  return incidents
    .filter(({ onset_s }) => onset_s >= warmUp_s && onset_s < scenario.horizon_s)
    .sort((a, b) => a.onset_s - b.onset_s)
}

/**
 * Lets the hazard strike a branch of the world and recovers from it: one row for each service that was hit.
 * @param origin idle, and not past the onset
 */
export async function stage(
  cell: CellDefinition,
  origin: OperatedWorld,
  drill: Drill,
  trace?: Trace,
): Promise<DrilledRow[]> {
  const operated = buildOperatedWorld(cell, { origin, trace })
  const { simulation, world, operations } = operated
  await simulation.run(drill.onset_s)
  if (drill.biased === true) world.chances.bias()
  const setbacks = setbacksIn(world, cell.scenario.experiment.setback, drill)
  const incident = strike(world, drill.hazard, simulation.random(drill.hazard.name, 'strike', drill.replication))
  const before = recoveryCharges_usd(world)
  const recoveries = await simulation.complete(
    simulation.task(`recovery from ${drill.hazard.name}`, () => recover(operations, incident, setbacks)),
    drill.onset_s + LONGEST_RECOVERY_S,
  )
  const charges_usd = recoveryCharges_usd(world) - before
  const moved_bytes = recoveries.reduce((sum, recovery) => sum + movedBytes(recovery), 0)
  const standby_usd = standbyCharges_usd(recoveries, cell.strategy.recovery)
  const people_usd = peopleCharges_usd(recoveries, incident.detected_s, cell.scenario.money?.people)
  const names = { strategy: cell.strategy.name, topology: cell.topology.name }
  const { replication } = drill
  const alarms = operations.monitoring.watches ? alarmRows(operated, names, { incident, replication }) : []
  return recoveries.map((recovery, at) => ({
    ...names,
    hazard: drill.hazard.name,
    replication,
    ...(cell.history === undefined ? {} : { history: cell.history }),
    onset_s: recovery.onset_s,
    detected_s: incident.detected_s,
    ...(drill.biased === true ? { likelihoodRatio: world.chances.likelihoodRatio } : {}),
    ...measures(recovery, incident, world),
    deleted_bytes: deletedBytes(recovery, incident, world),
    // The bill of one recovery is shared by its services in proportion to their bytes.
    recovery_usd:
      (moved_bytes === 0 ? 0 : (charges_usd * movedBytes(recovery)) / moved_bytes) +
      people_usd +
      (recovery.served_s === undefined ? 0 : standby_usd),
    ...(at === 0 && alarms.length > 0 ? { alarms } : {}),
  }))
}

/** What was deleted of a service's data; undefined where the incident was something else. */
function deletedBytes({ service }: Recovery, { damage }: Incident, world: World): number | undefined {
  const needs = world.specification.services.get(service)?.needs ?? []
  const counted = damage.flatMap(({ dataset, bytes }) =>
    bytes !== undefined && needs.includes(dataset) ? [bytes] : [],
  )
  return counted.length === 0 ? undefined : counted.reduce((sum, bytes) => sum + bytes, 0)
}

/** What people cost: they work until the last service is back, and each service bears an equal part. */
function peopleCharges_usd(
  recoveries: readonly Recovery[],
  detected_s: number,
  people: PeopleSpecification | undefined,
): number {
  if (people === undefined || recoveries.length === 0) return 0
  const done_s = Math.max(...recoveries.map(({ back_s }) => back_s))
  const hours = Math.max(0, done_s - detected_s) / HOUR_S
  return (hours * people.recovering * people.usdPerHour) / recoveries.length
}

/** Bytes restored, and bytes moved home from a standby. */
function movedBytes({ restored_bytes, failBack }: Recovery): number {
  return restored_bytes + (failBack?.bytes ?? 0)
}

/** A standby that serves costs more than one that waits; the services that it serves bear an equal part each. */
function standbyCharges_usd(recoveries: readonly Recovery[], plan: RecoveryPlan): number {
  const served_s = recoveries.flatMap((recovery) => recovery.served_s ?? [])
  if (served_s.length === 0) return 0
  return (plan.standbyServing_usdPerMonth * Math.max(...served_s)) / MONTH_S / served_s.length
}

/** Incidents that strike during the recovery. The list grows when they do. */
function setbacksIn(
  world: World,
  setback: Scenario['experiment']['setback'],
  { hazard: { name }, replication }: Drill,
): readonly Incident[] {
  const struck: Incident[] = []
  if (setback === undefined) return struck
  const { simulation } = world
  const hazard = world.specification.hazards.get(setback.hazard)
  if (hazard === undefined) throw new Error(`there is no hazard named ${setback.hazard}`)
  const after_s = sample(setback.after, simulation.random(setback.hazard, `after ${name}`, replication))
  simulation.at(simulation.now + after_s, () => {
    struck.push(strike(world, hazard, simulation.random(setback.hazard, `strike after ${name}`, replication)))
  })
  return struck
}

type Measures = Omit<
  IncidentRow,
  | 'strategy'
  | 'topology'
  | 'hazard'
  | 'replication'
  | 'history'
  | 'onset_s'
  | 'detected_s'
  | 'deleted_bytes'
  | 'recovery_usd'
  | 'likelihoodRatio'
>

function measures(recovery: Recovery, incident: { detected_s: number; logical: boolean }, world: World): Measures {
  const { service, outcome, reason, store, recoveryPoint_s, phases_s, restored_bytes, lost_bytes, verified } = recovery
  const { path, complete_s, failBack } = recovery
  const lost = outcome === 'lost' || recoveryPoint_s === undefined
  const reference_s = incident.logical ? incident.detected_s : recovery.onset_s
  const rpo_s = lost ? undefined : (recovery.lostWork_s ?? reference_s - recoveryPoint_s)
  // The RTO is summed from its phases so that they add up to it exactly; differences of instants would do so only nearly.
  const rto_s = lost ? undefined : RTO_PHASES.reduce((sum, phase) => sum + phases_s[phase], 0)
  const penalty = world.specification.services.get(service)?.penalty
  const penalty_usd =
    rpo_s === undefined || rto_s === undefined || penalty === undefined
      ? 0
      : ((rto_s + (failBack?.down_s ?? 0)) / HOUR_S) * penalty.downtime_usdPerHour +
        (rpo_s / HOUR_S) * penalty.loss_usdPerHour
  return {
    service,
    outcome,
    reason,
    store,
    recoveryPoint_s,
    rpo_s,
    rto_s,
    phases_s,
    criticalPath: path
      .map(({ what, began_s, ended_s }) => `${what} ${formatQuantity(ended_s - began_s, 'seconds')}`)
      .join(' → '),
    complete_s: lost ? undefined : complete_s - recovery.onset_s,
    failBack_s: failBack?.duration_s,
    failBack_bytes: failBack?.bytes ?? 0,
    failBack_usd: failBack?.usd ?? 0,
    restored_bytes,
    lost_bytes,
    verified,
    penalty_usd,
  }
}

/** What stores charge for reading (requests, retrieval, traffic) and links for the traffic of recoveries, up to now. */
function recoveryCharges_usd(world: World): number {
  let usd = 0
  for (const store of world.stores.values()) {
    for (const cost of store.costs()) if (cost.ofReading === true) usd += cost.usd
  }
  for (const { specification, forward, backward } of world.links.values()) {
    for (const { usage } of [forward, backward]) {
      for (const purpose of RECOVERING) usd += (usage.total(purpose) / GB) * (specification.usdPerGB ?? 0)
    }
  }
  return usd
}
