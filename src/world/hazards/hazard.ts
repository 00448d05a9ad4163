import type { EngineError } from '../../engine/errors.ts'
import type { RandomStream } from '../../kernel/index.ts'
import type { EstateSpecification, HazardCommon } from '../estate.ts'
import type { Damage, Incident } from '../failures/incident.ts'
import type { World } from '../world.ts'

/**
 * One kind of hazard. To add one: a file in this folder and a line in the registry; for scenarios, a file in
 * scenario/hazards.
 */
export interface HazardKind<S extends HazardCommon> {
  readonly kind: S['kind']
  /**
   * 'estate' takes away data or services, so that somebody has to recover. 'protection' hits only what protects them
   * and is not noticed until that is needed, so it may strike a world in which other incidents are staged.
   */
  hits(hazard: S, estate: EstateSpecification): 'estate' | 'protection'
  /** Makes the hazard strike now. Effects that come later are scheduled in the world. */
  strike(world: World, hazard: S, random: RandomStream): Incident
}

/** An incident that takes away no data and no service; `parts` overrides what is known of it. */
export function harmless(world: World, hazard: HazardCommon, parts: Partial<Omit<Incident, 'hazard'>> = {}): Incident {
  const now_s = world.simulation.now
  return {
    hazard,
    onset_s: now_s,
    detected_s: now_s,
    logical: false,
    damage: [],
    destroyedNodes: [],
    destroyedStores: [],
    ...parts,
  }
}

/** What was lost with some nodes. */
export interface NodeLosses {
  readonly damage: readonly Damage[]
  /** Includes the virtual machines that were lost with them. */
  readonly destroyedNodes: readonly string[]
}

/**
 * Destroys nodes, and with them the virtual machines whose images they hold. A virtual machine that only lost its host
 * is restarted on another one, and is down until then.
 */
export function destroyNodes(world: World, nodes: ReadonlySet<string>, reason: EngineError): NodeLosses {
  const { placements, simulation } = world
  for (const name of nodes) world.node(name).destroy(reason)
  const destroyed = new Set(nodes)
  const damage: Damage[] = datasetsOn(world, nodes).map((dataset) => ({ dataset }))
  for (const vm of placements.stoppedWith(nodes)) {
    const node = world.node(vm)
    const storage = placements.storageOf(vm)
    const datasets = datasetsOn(world, new Set([vm]))
    if (nodes.has(storage)) node.destroy(reason)
    else if (placements.startElsewhere(vm)) {
      const backAt_s = simulation.now + node.specification.vm!.restart_s
      world.outages.begin(node, backAt_s, reason)
      for (const dataset of datasets) world.dataset(dataset).forgetChanges(world.clock.now())
      damage.push(...datasets.map((dataset) => ({ dataset, backAt_s })))
      continue
    } else node.loseHost(reason)
    destroyed.add(vm)
    damage.push(...datasets.map((dataset) => (nodes.has(storage) ? { dataset } : { dataset, intactOn: storage })))
  }
  return { damage, destroyedNodes: [...destroyed] }
}

/** Datasets on these nodes. */
export function datasetsOn(world: World, nodes: ReadonlySet<string>): string[] {
  return [...world.datasets.values()]
    .filter((dataset) => nodes.has(dataset.specification.node))
    .map((dataset) => dataset.name)
}
