import type { EngineError } from '../../engine/errors.ts'
import type { RandomStream } from '../../kernel/index.ts'
import type { Distribution, HazardSpecification, WorldSpecification } from '../specification.ts'
import type { World } from '../world.ts'

/** What all hazards have. */
export interface HazardCommon {
  readonly name: string
  /** Expected incidents a year. */
  readonly rate_perYear: number
  /** Seconds from one incident to the next where they do not come as a Poisson process of that rate. */
  readonly between?: Distribution
  /** Strikes at this instant, seconds since start, instead of at random ones. */
  readonly at_s?: number
  /** Where the rate comes from. */
  readonly source?: string
}

/** Data that an incident took, tainted, or put out of reach. */
export interface Damage {
  readonly dataset: string
  /** Paths that are gone or changed, when not the whole dataset is. */
  readonly only?: readonly string[]
  /** Since when, seconds since start; absent: since the onset of the incident. */
  readonly since_s?: number
  /** The data are unharmed, and in use again at this time, seconds since start. */
  readonly backAt_s?: number
  /** A crash took what was not yet on the disk: since when, seconds since start, and how many bytes of the application's work. */
  readonly unsynced?: { readonly since_s: number; readonly bytes: number }
  /** The data are unharmed on this node; what is gone is the machine that used them. */
  readonly intactOn?: string
}

/** What has happened, as the world knows it; people know it from `detected_s` on. */
export interface Incident {
  readonly hazard: HazardSpecification
  readonly onset_s: number
  /** When it shows by itself; an alarm may bring it forward. */
  detected_s: number
  /** Deletion, corruption, ransomware: points made after the onset are tainted, and work done after it is lost. */
  readonly logical: boolean
  readonly damage: readonly Damage[]
  readonly destroyedNodes: readonly string[]
  readonly destroyedStores: readonly string[]
  /** When the last part of a burst strikes, seconds since start: before, nobody can say what has happened. */
  readonly strikesUntil_s?: number
  /** Stops what the incident would still do, now that people know of it. */
  contain?(): void
}

/** One kind of hazard. To add one: a file beside this, and a line in the registry; for scenarios, one in scenario/hazards. */
export interface HazardKind<S extends HazardCommon & { readonly kind: string }> {
  readonly kind: S['kind']
  /**
   * 'estate' takes data or services away, and somebody has to recover. 'protection' hits only what protects them: nobody
   * notices until it is needed, so it may strike a world in which other incidents are staged.
   */
  hits(hazard: S, estate: WorldSpecification): 'estate' | 'protection'
  /** Lets the hazard strike now. Effects that come later are scheduled in the world. */
  strike(world: World, hazard: S, random: RandomStream): Incident
}

/** An incident that takes no data and no service; `parts` says what is known of it besides. */
export function harmless(
  world: World,
  hazard: HazardSpecification,
  parts: Partial<Omit<Incident, 'hazard'>> = {},
): Incident {
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

/** What the loss of some nodes came to. */
export interface NodeLosses {
  readonly damage: readonly Damage[]
  /** With the virtual machines that went with them. */
  readonly destroyedNodes: readonly string[]
}

/**
 * Nodes are gone, and with them the virtual machines whose images lay there. One that has only lost its host is started on
 * another, and is down until then.
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

/** Datasets that live on these nodes. */
export function datasetsOn(world: World, nodes: ReadonlySet<string>): string[] {
  return [...world.datasets.values()]
    .filter((dataset) => nodes.has(dataset.specification.node))
    .map((dataset) => dataset.name)
}
