import { StoreUnavailableError } from '../../engine/errors.ts'
import type { EngineError } from '../../engine/errors.ts'
import type { RandomStream } from '../../kernel/index.ts'
import type { World } from '../world.ts'
import { datasetsOn, destroyNodes, harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { Damage, Incident } from '../failures/incident.ts'

/**
 * Nodes and stores of a failure domain, and links named in it, are out of service until a time and keep what they hold.
 * Services whose data are on the nodes are down meanwhile; virtual machines only until another host has started them.
 * @param crash given when machines go down without warning: draws how much of the unwritten data is lost
 */
export function domainOutage(
  world: World,
  hazard: HazardCommon,
  domain: string,
  until_s: number,
  detected_s: number,
  crash?: RandomStream,
): Incident {
  const { nodes, stores, links, parts } = world.members(domain)
  const reason = new StoreUnavailableError(`${hazard.name}: ${domain} is down`)
  for (const name of nodes) world.outages.begin(world.node(name), until_s, reason)
  for (const name of stores) world.outages.begin(world.store(name), until_s, reason)
  for (const name of links) world.outages.begin(world.link(name), until_s, reason)
  for (const { store, ...part } of parts) world.store(store).behaviour.takePartAway?.(part, until_s)
  const outOf = (dataset: string, backAt_s: number): Damage => ({
    dataset,
    backAt_s,
    ...(crash === undefined ? {} : world.dataset(dataset).crash(world.start, world.simulation.now, crash)),
  })
  const damage = datasetsOn(world, nodes).map((dataset) => outOf(dataset, until_s))
  for (const vm of world.placements.stoppedWith(nodes)) {
    const node = world.node(vm)
    const restarted_s = world.simulation.now + node.specification.vm!.restart_s
    const backAt_s = restarted_s < until_s && world.placements.startElsewhere(vm) ? restarted_s : until_s
    world.outages.begin(node, backAt_s, reason)
    damage.push(...datasetsOn(world, new Set([vm])).map((dataset) => outOf(dataset, backAt_s)))
  }
  return harmless(world, hazard, { detected_s, damage })
}

/** Destroys the parts of clusters in a failure domain; a cluster continues where enough of it is left. */
export function losePartsOf(world: World, domain: string): void {
  for (const { store, ...part } of world.members(domain).parts) world.store(store).behaviour.losePart?.(part)
}

/** Destroys the nodes and stores of a failure domain for good, with what they hold. */
export function domainDestroyed(
  world: World,
  hazard: HazardCommon,
  domain: string,
  reason: EngineError,
  detected_s: number,
): Incident {
  const { nodes, stores } = world.members(domain)
  const losses = destroyNodes(world, nodes, reason)
  losePartsOf(world, domain)
  for (const name of stores) world.store(name).destroy(reason)
  return harmless(world, hazard, { ...losses, detected_s, destroyedStores: [...stores] })
}
