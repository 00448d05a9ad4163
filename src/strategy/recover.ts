import type { Damage, Incident, World } from '../world/index.ts'
import { standbyPoint } from './failover.ts'
import type { StandbyPoint } from './failover.ts'
import type { Operations } from './operations.ts'
import { noticed } from './notice.ts'
import { restoreDataset } from './restore-dataset.ts'
import { restoreGroup, shardsOf, withShards } from './restore-group.ts'
import type { RestoredDataset } from './restore-dataset.ts'
import type { RecoveryPlan } from './strategy.ts'
import { waitOut } from './wait-out.ts'

/** The phases of a recovery, in order; they sum to the RTO achieved. */
export interface RecoveryPhases {
  detect: number
  declare: number
  provision: number
  retrieve: number
  transfer: number
  apply: number
  verify: number
  cutOver: number
}

/** How one service came back from an incident, or did not. */
export interface Recovery {
  readonly service: string
  /** Since when the service was hit, seconds since start: in a burst not all are at once. */
  readonly onset_s: number
  readonly outcome: 'recovered' | 'degraded' | 'lost'
  /** Why not simply recovered. */
  readonly reason: string
  /** Store that the data came from, or the node of a replica. */
  readonly store: string | undefined
  /** Instant of the consistent cut of the oldest point used, seconds since start. */
  readonly recoveryPoint_s: number | undefined
  /** When the service is back, seconds since start; for a lost one, when that is known. */
  readonly back_s: number
  readonly phases_s: Readonly<RecoveryPhases>
  readonly restored_bytes: number
  readonly lost_bytes: number
  /** The restored tree equals the history of the dataset at the recovery point. */
  readonly verified: boolean
}

/**
 * Recovers from an incident in the world in which it happened: detect, declare, replace what is gone, restore service by
 * service in the order of their priority, verify, cut over. Resolves when the last service is back or known to be lost.
 */
export async function recover(operations: Operations, struck: Incident): Promise<Recovery[]> {
  const { world, strategy } = operations
  const { simulation } = world
  const plan = strategy.recovery
  const span = simulation.span('incident', struck.hazard.name, { onset_s: struck.onset_s })
  let phase = span.part('detect')
  /** The trace shows the phases one after the other. */
  const enter = (name: string): void => {
    phase.end()
    phase = span.part(name)
  }
  await noticed(operations, struck)
  const incident = { ...struck, damage: withShards(world, struck.damage) }
  if (incident.damage.every(({ backAt_s }) => backAt_s !== undefined)) {
    phase.end()
    const back = await waitOut(world, incident)
    span.end()
    return back
  }
  enter('declare')
  operations.suspend(`${incident.hazard.name} was detected`)
  // A deletion leaves the rest of the data in use; everything else stops the application.
  for (const { dataset, only, backAt_s } of incident.damage) {
    if (only === undefined && backAt_s === undefined) world.dataset(dataset).suspend()
  }
  await simulation.sleep(plan.declare_s)
  const declared_s = simulation.now

  const damageTo = (needs: readonly string[]): Damage[] =>
    incident.damage.filter(({ dataset }) => needs.includes(dataset))
  const onsetOf = (damage: readonly Damage[]): number =>
    Math.min(...damage.map(({ since_s }) => since_s ?? incident.onset_s))
  const services = [...world.specification.services.values()]
    .filter(({ needs }) => damageTo(needs).length > 0)
    .sort((a, b) => a.priority - b.priority)
  const recoveries: Recovery[] = []
  const toRestore: typeof services = []
  for (const service of services) {
    const damages = damageTo(service.needs)
    const points = damages.map((damage) =>
      standbyPoint(operations, { ...incident, onset_s: onsetOf([damage]) }, damage),
    )
    if (points.some((point) => point === undefined)) {
      toRestore.push(service)
      continue
    }
    const own = { ...incident, onset_s: onsetOf(damages) }
    const phases = { detect: own.detected_s - own.onset_s, declare: declared_s - own.detected_s }
    const onStandby = points.filter((point) => point !== undefined)
    recoveries.push(await failOver(world, own, plan, service.name, onStandby, phases, enter))
  }

  enter('provision')
  const toBring = world.toBring(incident.destroyedNodes)
  if (toRestore.length > 0 && toBring.length > 0) {
    operations.repositories.loseCaches()
    await simulation.sleep(plan.provision_s)
  }
  for (const node of toBring) world.node(node).replace()
  const provisioned_s = simulation.now
  const retrievedBefore_s = world.retrieval.total_s

  const restored = new Map<string, RestoredDataset | string>()
  for (const service of toRestore) {
    const damage = damageTo(service.needs)
    enter(`transfer ${service.name}`)
    for (const item of damage) {
      if (restored.has(item.dataset)) continue
      const own = { ...incident, onset_s: onsetOf([item]) }
      const shards = item.only === undefined && item.backAt_s === undefined ? shardsOf(world, item.dataset) : undefined
      if (shards === undefined) restored.set(item.dataset, await restoreDataset(operations, own, item))
      else for (const [shard, result] of await restoreGroup(operations, own, shards)) restored.set(shard, result)
    }
    const onset_s = onsetOf(damage)
    const transferred_s = simulation.now
    const retrieve_s = world.retrieval.total_s - retrievedBefore_s
    const results = damage.map(({ dataset }) => restored.get(dataset)!)
    const apply_s = results.reduce((sum, result) => sum + (typeof result === 'string' ? 0 : result.apply_s), 0)
    const phases_s: RecoveryPhases = {
      detect: incident.detected_s - onset_s,
      declare: declared_s - incident.detected_s,
      provision: provisioned_s - declared_s,
      retrieve: retrieve_s,
      transfer: transferred_s - provisioned_s - retrieve_s - apply_s,
      apply: apply_s,
      verify: 0,
      cutOver: 0,
    }
    const failures = results.filter((result) => typeof result === 'string')
    if (failures.length > 0) {
      const lost_bytes = damage.reduce((sum, { dataset }) => sum + world.dataset(dataset).files.bytes, 0)
      recoveries.push({
        service: service.name,
        onset_s,
        outcome: 'lost',
        reason: failures.join('; '),
        store: undefined,
        recoveryPoint_s: undefined,
        back_s: simulation.now,
        phases_s,
        restored_bytes: 0,
        lost_bytes,
        verified: false,
      })
      continue
    }
    const data = results.filter((result) => typeof result !== 'string')
    enter(`verify ${service.name}`)
    await simulation.sleep(plan.verify_s)
    phases_s.verify = simulation.now - transferred_s
    const verified_s = simulation.now
    enter(`cut over ${service.name}`)
    await simulation.sleep(plan.cutOver_s)
    phases_s.cutOver = simulation.now - verified_s
    const passedOver = data.flatMap((item) => item.passedOver)
    recoveries.push({
      service: service.name,
      onset_s,
      outcome: passedOver.length > 0 ? 'degraded' : 'recovered',
      reason: passedOver.join('; '),
      store: [...new Set(data.map((item) => item.store))].join(', '),
      recoveryPoint_s: Math.min(...data.map((item) => item.recoveryPoint_s)),
      back_s: simulation.now,
      phases_s,
      restored_bytes: data.reduce((sum, item) => sum + item.restored_bytes, 0),
      lost_bytes: data.reduce((sum, item) => sum + item.lost_bytes, 0),
      verified: true,
    })
  }
  phase.end()
  span.end(Object.fromEntries(recoveries.map(({ service, outcome }) => [service, outcome])))
  return recoveries
}

/** Lets a service go on from the standby that has its data. */
async function failOver(
  world: World,
  incident: Incident,
  plan: RecoveryPlan,
  service: string,
  points: readonly StandbyPoint[],
  { detect, declare }: { readonly detect: number; readonly declare: number },
  enter: (phase: string) => void,
): Promise<Recovery> {
  const { simulation } = world
  const phases_s: RecoveryPhases = {
    detect,
    declare,
    provision: 0,
    retrieve: 0,
    transfer: 0,
    apply: 0,
    verify: 0,
    cutOver: 0,
  }
  const timed = async (phase: keyof RecoveryPhases, work: () => Promise<void>): Promise<void> => {
    enter(`${phase} ${service}`)
    const began_s = simulation.now
    await work()
    phases_s[phase] = simulation.now - began_s
  }
  // A service of lower priority has waited for those before it.
  phases_s.provision = simulation.now - (incident.onset_s + detect + declare)
  const waited_s = phases_s.provision
  await timed('provision', () => simulation.sleep(plan.startStandby_s))
  phases_s.provision += waited_s
  await timed('apply', async () => {
    for (const { node, rollback_bytes } of points) if (rollback_bytes > 0) await rollBack(world, node, rollback_bytes)
  })
  await timed('verify', () => simulation.sleep(plan.verify_s))
  await timed('cutOver', () => simulation.sleep(plan.cutOver_s))
  const until = world.instant(incident.logical ? incident.detected_s : incident.onset_s)
  return {
    service,
    onset_s: incident.onset_s,
    outcome: 'recovered',
    reason: '',
    store: [...new Set(points.map(({ node }) => node))].join(', '),
    recoveryPoint_s: Math.min(...points.map(({ cut_s }) => cut_s)),
    back_s: simulation.now,
    phases_s,
    restored_bytes: 0,
    lost_bytes: points.reduce(
      (sum, { dataset, cut_s }) => sum + world.dataset(dataset).files.writtenBytes(world.instant(cut_s), until),
      0,
    ),
    verified: true,
  }
}

/** What the journal kept is read, and written back over what came later. */
async function rollBack(world: World, node: string, bytes: number): Promise<void> {
  const { reads, writes } = world.node(node)
  await world.simulation.flows.transfer({
    amount: bytes,
    over: [...reads, ...writes].map((resource) => ({ resource })),
    purpose: 'restore',
  }).done
}
