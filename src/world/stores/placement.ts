import type { RandomStream } from '../../kernel/index.ts'

/** Where one disk of a cluster is. */
export interface DiskPlace {
  readonly disk: number
  readonly node: number
  readonly rack: number
  readonly site: string
}

/** The domain that two shards of one object must not share, as far as there are enough domains. */
export type Spread = 'disk' | 'node' | 'rack' | 'site'

/** Lays out disks in racks that are dealt out to the sites in turn; nodes and disks are numbered consecutively. */
export function layOut(
  sites: readonly string[],
  { racks, nodesPerRack, disksPerNode }: { racks: number; nodesPerRack: number; disksPerNode: number },
): DiskPlace[] {
  return Array.from({ length: racks * nodesPerRack * disksPerNode }, (_, disk) => {
    const node = Math.floor(disk / disksPerNode)
    const rack = Math.floor(node / nodesPerRack)
    return { disk, node, rack, site: sites[rack % sites.length]! }
  })
}

/** The most shards of one object in one domain when they are spread as evenly as possible. */
export function shardsPerDomain(places: readonly DiskPlace[], shards: number, spread: Spread): number {
  return Math.ceil(shards / new Set(places.map(({ [spread]: domain }) => domain)).size)
}

/** Draws disks for the shards of a placement group, spread evenly over the domains and over the nodes within them. */
export function place(places: readonly DiskPlace[], shards: number, spread: Spread, random: RandomStream): number[] {
  const chosen: number[] = []
  while (chosen.length < shards) chosen.push(another(places, chosen, spread, random)!)
  return chosen
}

/**
 * Chooses one more usable disk for a group: in the domain with the fewest of its shards, then on the node with the
 * fewest, then at random. Undefined when the group already has all usable disks.
 */
export function another(
  usable: readonly DiskPlace[],
  group: readonly number[],
  spread: Spread,
  random: RandomStream,
  all: readonly DiskPlace[] = usable,
): number | undefined {
  const inDomain = new Map<string | number, number>()
  const onNode = new Map<number, number>()
  for (const disk of group) {
    const { node, [spread]: domain } = all[disk]!
    inDomain.set(domain, (inDomain.get(domain) ?? 0) + 1)
    onNode.set(node, (onNode.get(node) ?? 0) + 1)
  }
  let best: number[] = []
  let least = Infinity
  for (const candidate of usable) {
    if (group.includes(candidate.disk)) continue
    const crowding = (inDomain.get(candidate[spread]) ?? 0) * 1e6 + (onNode.get(candidate.node) ?? 0)
    if (crowding < least) {
      least = crowding
      best = []
    }
    if (crowding === least) best.push(candidate.disk)
  }
  return best.length === 0 ? undefined : random.pick(best)
}
