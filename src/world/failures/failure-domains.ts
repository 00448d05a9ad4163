import type { ClusterPart } from '../stores/store-kind.ts'
import { reliesOn } from '../nodes/placements.ts'
import type { EstateSpecification } from '../estate.ts'

/** What a failure domain contains. */
export interface DomainMembers {
  readonly sites: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
  readonly stores: ReadonlySet<string>
  readonly links: ReadonlySet<string>
  /** Parts of clusters; the cluster's front door need not be among the stores. */
  readonly parts: readonly ClusterPart[]
}

type Estate = Pick<EstateSpecification, 'sites' | 'nodes' | 'stores' | 'links' | 'domains'>

/**
 * Everything in a failure domain, directly or through the domains, sites and regions in it. A site contains its nodes
 * and stores, a region its sites; a declared domain (host, rack, power feed, provider account) contains what it names
 * and may cut across sites. A single node, store, link or part of a cluster (`ceph/rack-1`) is a domain of one. A name
 * is looked up among domains, sites, nodes, stores and links in this order, then among regions.
 */
export function membersOf(estate: Estate, name: string): DomainMembers {
  const members = {
    sites: new Set<string>(),
    nodes: new Set<string>(),
    stores: new Set<string>(),
    links: new Set<string>(),
    parts: [] as ClusterPart[],
  }
  const seen = new Set<string>()
  const add = (part: string): void => {
    if (seen.has(part)) return
    seen.add(part)
    const domain = estate.domains.get(part)
    if (domain !== undefined) for (const member of domain.members) add(member)
    else if (estate.sites.has(part)) addSite(part)
    else if (estate.nodes.has(part)) members.nodes.add(part)
    else if (estate.stores.has(part)) members.stores.add(part)
    else if (estate.links.has(part)) members.links.add(part)
    else if (partOfCluster(estate, part) !== undefined) members.parts.push(partOfCluster(estate, part)!)
    else for (const site of estate.sites.values()) if (site.region === part) addSite(site.name)
  }
  const addSite = (site: string): void => {
    members.sites.add(site)
    for (const node of estate.nodes.values()) if (node.site === site) members.nodes.add(node.name)
    for (const store of estate.stores.values()) {
      if (store.site === site) members.stores.add(store.name)
      else if (store.kind === 'cluster' && store.sites.includes(site)) {
        members.parts.push({ store: store.name, domain: 'site', which: site })
      }
    }
  }
  add(name)
  return members
}

/** The part that a name such as `ceph/rack-1` denotes, if there is such a cluster with that many racks, nodes or disks. */
export function partOfCluster({ stores }: Pick<EstateSpecification, 'stores'>, name: string): ClusterPart | undefined {
  const [, store = '', kind, number] = /^(.+)\/(rack|node|disk)-([1-9]\d*)$/.exec(name) ?? []
  const cluster = stores.get(store)
  if (cluster?.kind !== 'cluster') return undefined
  const domain = kind === 'rack' || kind === 'node' ? kind : 'disk'
  const nodes = cluster.racks * cluster.nodesPerRack
  const count = { rack: cluster.racks, node: nodes, disk: nodes * cluster.disksPerNode }[domain]
  return Number(number) > count ? undefined : { store, domain, which: Number(number) - 1 }
}

/** Whether losing a domain takes away data or services, or only what protects them. */
export function hitsIn(estate: EstateSpecification, domain: string): 'estate' | 'protection' {
  const { nodes } = membersOf(estate, domain)
  const isHit = ({ node }: { readonly node: string }): boolean =>
    reliesOn(estate.nodes, node).some((each) => nodes.has(each))
  return [...estate.datasets.values()].some(isHit) ? 'estate' : 'protection'
}

/** Whether something of this name exists that can fail. */
export function isDomain(estate: Estate, name: string): boolean {
  const { domains, sites, nodes, stores, links } = estate
  if ([domains, sites, nodes, stores, links].some((kind) => kind.has(name))) return true
  if (partOfCluster(estate, name) !== undefined) return true
  return [...sites.values()].some(({ region }) => region === name)
}
