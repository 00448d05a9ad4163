import type { Incident, Link } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import { bringBack } from './bring-back.ts'
import type { Comeback } from './comeback.ts'
import { untilAttended } from './attendance.ts'
import type { Step } from './course.ts'
import { Effort } from './effort.ts'
import { failOver } from './fail-over.ts'
import { noticed } from './notice.ts'
import type { Recovery } from './recovery.ts'
import { RestoreQueue } from './restore/restore-queue.ts'
import { withShards } from './restore/restore-group.ts'
import { isDeclaredDisaster, standbyInOutage } from './outage-declaration.ts'
import { servicesHit } from './services-hit.ts'
import type { HitService } from './services-hit.ts'
import { standbyPoints } from './points/standby-point.ts'
import type { Job, JournalJob, LogJob, ReplicateJob } from '../strategy.ts'
import { waitOut, waitOutAlone } from './wait-out.ts'

/**
 * Recovers from an incident in the world in which it happened: detect, declare, fail services over to their standbys or
 * replace what is gone and restore, each as soon as what it depends on is back; verify, cut over. Resolves when nothing
 * is left to do: the last service is back or known to be lost, all data are restored, and services on a standby have
 * failed back.
 * @param setbacks what strikes during the recovery; more may be added while it runs
 */
export async function recover(
  operations: Operations,
  struck: Incident,
  setbacks: readonly Incident[] = [],
): Promise<Recovery[]> {
  const { world } = operations
  const { simulation } = world
  const span = simulation.span('incident', struck.hazard.name, { onset_s: struck.onset_s })
  const detection = span.part('detect')
  await noticed(operations, struck)
  detection.end()
  const incident = { ...struck, damage: withShards(world, struck.damage) }
  const noticed_s = simulation.now
  const isOutage = incident.damage.every(({ backAt_s }) => backAt_s !== undefined)
  if (isOutage && !(await isDeclaredDisaster(operations, incident))) {
    const back = await waitOut(world, incident)
    span.end()
    return back
  }
  contain(operations, incident)
  const declaring = span.part('declare')
  const declared = await decided(operations, noticed_s)
  declaring.end()
  const recoveries = await bringAllBack(new Effort(operations, incident, setbacks, { declared, span }))
  span.end(Object.fromEntries(recoveries.map(({ service, outcome }) => [service, outcome])))
  return recoveries
}

/** Somebody arrives and decides to recover, and another person approves where the plan asks for that. */
async function decided({ world: { simulation }, strategy }: Operations, noticed_s: number): Promise<Step> {
  const { staff, declare_s, approval } = strategy.recovery
  const step = async (what: string, seconds: number, after: Step | undefined): Promise<Step> => {
    const began_s = after?.ended_s ?? noticed_s
    await simulation.sleep(seconds)
    return { phase: 'declare', what, began_s, ended_s: simulation.now, after }
  }
  // People who are called arrive even while the end of an outage is still being waited for.
  const come_s = staff === undefined ? 0 : noticed_s + untilAttended(staff, noticed_s)
  const wait_s = Math.max(0, come_s - simulation.now)
  const come = wait_s === 0 ? undefined : await step('wait for somebody to come', wait_s, undefined)
  const declared = await step('declare', declare_s, come)
  if (approval === undefined) return declared
  const asked = await step('wait for who approves', untilAttended(approval, simulation.now), declared)
  return step('approve', approval.takes_s, asked)
}

/** Prevents further damage: stops jobs, where the plan says so, and applications whose data are gone. */
function contain(operations: Operations, { hazard, damage, destroyedNodes }: Incident): void {
  const { world, strategy } = operations
  const gone = damage.filter(({ dataset }) => destroyedNodes.includes(world.nodeOf(dataset).name))
  if (strategy.recovery.freeze) operations.suspend(`${hazard.name} was detected`)
  else operations.goOnWithout(gone.map(({ dataset }) => dataset))
  // After a deletion the rest of the data stays in use; everything else stops the application.
  for (const { dataset, only, backAt_s } of damage) {
    if (only === undefined && backAt_s === undefined) world.dataset(dataset).suspend()
  }
}

async function bringAllBack(effort: Effort): Promise<Recovery[]> {
  const { operations, incident } = effort
  const throttled = throttledOnTheWay(operations, incident)
  for (const link of throttled) link.liftThrottle()
  const queue = new RestoreQueue(effort)
  const comebacks = new Map<string, Promise<Comeback>>()
  for (const hit of servicesHit(operations.world, incident)) {
    // Dependencies come earlier in this order than the services that need them.
    const needed = hit.service.dependsOn.flatMap((name) => comebacks.get(name) ?? [])
    comebacks.set(hit.service.name, comeBack(effort, hit, queue, needed))
  }
  const back = await Promise.all(comebacks.values())
  for (const link of throttled) link.putThrottleBack()
  return Promise.all(back.map(({ finished }) => finished))
}

/**
 * The throttled links over which lost data may be restored. After a partial deletion they stay throttled, because the
 * rest of the dataset is still in use; links on no such route are left alone.
 */
function throttledOnTheWay({ world, strategy, points }: Operations, { damage }: Incident): Link[] {
  const isWholeLost = damage.some(({ only }) => only === undefined)
  const throttled = [...world.links.values()].filter(({ specification }) => specification.throttle !== undefined)
  if (!strategy.recovery.liftsThrottles || !isWholeLost || throttled.length === 0) return []
  const passed = damage.flatMap(({ dataset }) => {
    const home = world.nodeOf(dataset).name
    const holders = [
      ...points.all
        .filter((point) => point.dataset === dataset && point.until_s === Infinity)
        .map(({ store }) => store),
      ...strategy.jobs.flatMap((job) => (keepsUp(job) && job.dataset === dataset ? [job.to] : [])),
    ]
    return [...new Set(holders)].flatMap((holder) => world.route(holder, home).resources)
  })
  return throttled.filter(({ forward, backward }) => passed.includes(forward) || passed.includes(backward))
}

/** Jobs that hold what has been written since the last backup. */
function keepsUp(job: Job): job is LogJob | JournalJob | ReplicateJob {
  return job.kind === 'log' || job.kind === 'journal' || job.kind === 'replicate'
}

/** Fails over to the standby, where it has everything that the service needs; otherwise restores the service. */
async function comeBack(
  effort: Effort,
  hit: HitService,
  queue: RestoreQueue,
  needed: ReadonlyArray<Promise<Comeback>>,
): Promise<Comeback> {
  const { operations, incident } = effort
  const { damage: own } = hit
  const isOutage = own.length > 0 && own.every(({ backAt_s }) => backAt_s !== undefined)
  if (isOutage && needed.length === 0 && standbyInOutage(operations, incident, hit) === undefined) {
    return waitOutAlone(effort, hit)
  }
  const points = standbyPoints(operations, incident, hit)
  let after = effort.declared
  if (points !== undefined) {
    const attempt = await failOver(effort, hit, points, needed)
    if ('finished' in attempt) return attempt
    after = attempt
  }
  return bringBack(effort, hit, queue, { needed, after })
}
