import { lawOf } from '../../kernel/index.ts'
import type { HazardSpecification, World } from '../../world/index.ts'
import type { DeletionHazard } from '../../world/hazards/deletion.ts'
import type { RansomwareHazard } from '../../world/hazards/ransomware.ts'
import { constantDwell, partOfDwell, partialShares, sumsWithin, wholeDwell } from './dwell.ts'
import type { Dwell } from './dwell.ts'

/** One of the ways in which a hazard may work unnoticed. */
export interface UnnoticedCourse {
  readonly dwell: Dwell
  /** The attack on the backups that precedes its detection; absent: the backups are not attacked. */
  readonly attack?: Attack
}

/** What an attack on the backups can delete. */
export interface Attack {
  /** Stores on which the intruder may delete, and whether for good. */
  readonly stores: ReadonlyMap<string, { readonly purges: boolean }>
  /** Arrays whose snapshots the intruder may delete. */
  readonly arrays: ReadonlySet<string>
  /** So long before it is noticed. */
  readonly before_s: number
}

/** What is noticed only after a dwell. */
export function worksUnnoticed(hazard: HazardSpecification): hazard is DeletionHazard | RansomwareHazard {
  return hazard.kind === 'deletion' || hazard.kind === 'ransomware'
}

type Loot = Omit<Attack, 'before_s'>

/**
 * All ways in which a hazard may strike a dataset and be noticed later: a deletion; ransomware by which nodes it reaches before
 * it shows itself, and by whether it then goes for the backups. Undefined for hazards that are noticed at once.
 */
export function coursesOf(
  hazard: HazardSpecification,
  dataset: string,
  world: World,
): readonly UnnoticedCourse[] | undefined {
  if (!worksUnnoticed(hazard)) return undefined
  if (hazard.kind === 'deletion') return [{ dwell: wholeDwell(lawOf(hazard.detection)) }]
  return reachedBy(hazard, dataset, world).flatMap(({ probability, loot, encryption_s }): UnnoticedCourse[] => {
    const { attack: share } = hazard
    const dwell = (weight: number): Dwell => dwellOf(hazard, (dwell_s) => weight * probability(dwell_s), encryption_s)
    const quiet = share < 1 ? [{ dwell: dwell(1 - share) }] : []
    return share > 0 ? [...quiet, { dwell: dwell(share), attack: { ...loot, before_s: encryption_s ?? 0 } }] : quiet
  })
}

/** With an encryption rate, the onset is when the attack shows, and the dwell decides only how far the intruder has come. */
function dwellOf(hazard: RansomwareHazard, probability: (dwell_s: number) => number, encryption?: number): Dwell {
  const law = lawOf(hazard.dwell)
  if (encryption === undefined) return partOfDwell(law, probability)
  return constantDwell(encryption, partialShares(law, probability).at(-1)!)
}

/** The nodes that the intruder may have reached, including the dataset's own. */
interface Reach {
  /** Probability that exactly these are reached when the attack shows, after a dwell. */
  readonly probability: (dwell_s: number) => number
  readonly loot: Loot
  /** Undefined where files are encrypted unnoticed. */
  readonly encryption_s: number | undefined
}

/** The reaches in the order of spreading; those between which the loot does not change are combined. */
function reachedBy(hazard: RansomwareHazard, dataset: string, world: World): Reach[] {
  const { target, entry, spread, dwell } = hazard
  const names = [...world.nodes.values()].flatMap(({ name, specification }) =>
    specification.site === target ? [name] : [],
  )
  const upTo = (nodes: readonly string[]): Omit<Reach, 'probability'> => {
    const reached = new Set(nodes)
    return { loot: lootOf(hazard, reached, world), encryption_s: timeOfEncryption_s(hazard, reached, world) }
  }
  if (entry === undefined || spread === undefined) return [{ probability: () => 1, ...upTo(names) }]
  const order = [entry, ...names.filter((name) => name !== entry)]
  const sum = sumsWithin(lawOf(spread), lawOf(dwell))
  const arrived = (count: number): ((dwell_s: number) => number) => (count === order.length ? () => 0 : sum(count))
  const reaches: Reach[] = []
  for (let count = order.indexOf(world.dataset(dataset).specification.node); count < order.length; count += 1) {
    const reach = upTo(order.slice(0, count + 1))
    const last = reaches.at(-1)
    const [here, further] = [arrived(count), arrived(count + 1)]
    const only = (dwell_s: number): number => Math.max(0, here(dwell_s) - further(dwell_s))
    if (last === undefined || !isAlike(last, reach)) reaches.push({ probability: only, ...reach })
    else reaches[reaches.length - 1] = { ...last, probability: (dwell_s) => last.probability(dwell_s) + only(dwell_s) }
  }
  return reaches
}

function isAlike(a: Omit<Reach, 'probability'>, b: Omit<Reach, 'probability'>): boolean {
  const text = ({ loot, encryption_s: open }: Omit<Reach, 'probability'>): string =>
    JSON.stringify([[...loot.stores], [...loot.arrays], open])
  return text(a) === text(b)
}

/** Duration of the open encryption, for the current amount of data; undefined where it goes unnoticed. */
function timeOfEncryption_s(
  { encryption_bytesPerSecond: rate }: RansomwareHazard,
  nodes: ReadonlySet<string>,
  world: World,
): number | undefined {
  if (rate === undefined) return undefined
  const victims = [...world.datasets.values()].filter(({ specification }) => nodes.has(specification.node))
  return Math.max(0, ...victims.map(({ files }) => files.bytes / rate))
}

/** What the intruder may delete with the named credentials and those found on these nodes. */
function lootOf(hazard: RansomwareHazard, nodes: ReadonlySet<string>, world: World): Loot {
  const { principals } = world
  const named = new Set(hazard.credentials)
  const arrays = [...world.datasets.keys()].map((dataset) => world.arrayOf(dataset))
  if (!principals.declared) {
    return {
      stores: new Map(
        [...named].flatMap((name) => (world.stores.has(name) ? [[name, { purges: true }] as const] : [])),
      ),
      arrays: new Set(arrays.filter((array) => named.has(array))),
    }
  }
  const loot = principals.reach([...named, ...principals.heldOn(nodes)])
  const stores = [...world.stores.keys()].flatMap((store) => {
    const { list, delete: deletes, purge: purges = false } = principals.rightsAt(store, loot)
    return list && deletes ? [[store, { purges }] as const] : []
  })
  return {
    stores: new Map(stores),
    arrays: new Set(arrays.filter((array) => principals.mayDeleteSnapshotsOf(array, loot))),
  }
}

/**
 * Stores with locks from which a hazard that is drilled may delete in one course or another: what they hold has to be
 * followed.
 */
export function lockedStoresUnderAttack(hazards: Iterable<HazardSpecification>, world: World): ReadonlySet<string> {
  const found = new Set<string>()
  for (const hazard of hazards) {
    if (hazard.kind !== 'ransomware' || hazard.attack === 0) continue
    const { stores } = lootOf(hazard, new Set(world.nodes.keys()), world)
    for (const store of stores.keys()) if ((world.store(store).specification.lock_s ?? 0) > 0) found.add(store)
  }
  return found
}
