import { hitsOf, isDomain, membersOf, partOfCluster, reliesOn } from '../../world/index.ts'
import type {
  DatasetSpecification,
  HazardSpecification,
  VmSpecification,
  WorldSpecification,
} from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { referencesOf } from '../hazards/index.ts'
import type { Referable } from '../hazards/index.ts'
import { refer } from '../refer.ts'
import type { PlacedStrategy } from '../sections/strategies.ts'
import { checkStrategy } from './strategy-checks.ts'
import { formatQuantity } from '../quantities/units.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** Checks what one part of a scenario says about another: names that must exist, routes, space, times. */
export function crossCheck(
  world: WorldSpecification,
  strategies: readonly PlacedStrategy[],
  compilation: Compilation,
): void {
  const check = new CrossCheck(world, compilation)
  check.names()
  check.places()
  check.datasets()
  check.services()
  check.hazards()
  check.security()
  for (const strategy of strategies) checkStrategy(strategy, world, compilation)
}

class CrossCheck {
  readonly #world: WorldSpecification
  readonly #compilation: Compilation

  constructor(world: WorldSpecification, compilation: Compilation) {
    this.#world = world
    this.#compilation = compilation
  }

  /** Links name sites, nodes and stores alike, so no two of them may have the same name. */
  names(): void {
    const kinds = new Map<string, string>()
    for (const kind of ['sites', 'nodes', 'stores', 'domains'] as const) {
      for (const name of this.#world[kind].keys()) {
        const other = kinds.get(name)
        if (other !== undefined) {
          const message = `there is already ${article(other)} named ${name}; sites, nodes, stores and domains need different names`
          this.#compilation.problem(['topology', kind, name], message, 'key')
        }
        kinds.set(name, kind)
      }
    }
    for (const section of ['sites', 'nodes'] as const) {
      if (this.#world[section].size === 0) {
        this.#compilation.problem(['topology', section], `is empty; expected at least ${article(section)}`, 'key')
      }
    }
    for (const section of ['datasets', 'services'] as const) {
      if (this.#world[section].size === 0) {
        this.#compilation.problem([section], `is empty; expected at least ${article(section)}`, 'key')
      }
    }
  }

  places(): void {
    const { sites, nodes, stores, links } = this.#world
    for (const node of nodes.values()) {
      const path: Path = ['topology', 'nodes', node.name, 'site']
      if (node.vm === undefined) this.#refer(path, node.site, 'a site', sites)
      else this.#vm(node.name, node.vm)
    }
    for (const store of stores.values()) {
      const path: Path = ['topology', 'stores', store.name]
      this.#refer([...path, 'site'], store.site, 'a site', sites)
      if (store.kind === 'courier') this.#refer([...path, 'to'], store.carriesTo, 'a store', stores)
      if (store.kind !== 'cluster' || store.sites.length < 2) continue
      for (const [index, site] of store.sites.entries()) this.#refer([...path, 'sites', index], site, 'a site', sites)
    }
    const machines = [...nodes].filter(([, { vm }]) => vm === undefined)
    const places = new Map<string, unknown>([...sites, ...machines, ...stores])
    for (const { name, between } of links.values()) {
      for (const [index, end] of between.entries()) {
        this.#refer(['topology', 'links', name, 'between', index], end, 'a site, node or store', places)
      }
      if (between[0] === between[1]) {
        this.#compilation.problem(['topology', 'links', name, 'between'], `both ends are ${between[0]}`, 'key')
      }
    }
  }

  /** The host, the array and the other hosts must be at one site and must be physical machines. */
  #vm(name: string, { host, storage, startsOn }: VmSpecification): void {
    const { nodes } = this.#world
    const machines = new Map([...nodes].filter(([, { vm }]) => vm === undefined))
    const path: Path = ['topology', 'vms', name]
    if (!this.#refer([...path, 'host'], host, 'a node', machines)) return
    const site = machines.get(host)?.site
    const others: Array<{ other: string; at: Path }> = startsOn.map((other, index) => ({
      other,
      at: [...path, 'restart', 'on', index],
    }))
    if (storage !== host) others.push({ other: storage, at: [...path, 'images-on'] })
    for (const { other, at } of others) {
      if (!this.#refer(at, other, 'a node', machines)) continue
      const elsewhere = machines.get(other)?.site
      if (other === host) this.#compilation.problem(at, `${host} is its host already; expected another node`)
      if (elsewhere === site) continue
      this.#compilation.problem(at, `${other} is at ${elsewhere}, and ${host} at ${site}; expected a node at ${site}`)
    }
    if (startsOn.length > 0 && storage === host) {
      this.#compilation.warnings.add(
        `vms.${name} has its images on ${host} itself: when that is down no other host can start it, only restore it`,
      )
    }
  }

  datasets(): void {
    const { datasets, nodes } = this.#world
    const held = new Map<string, number>()
    for (const dataset of datasets.values()) {
      const { name, node, size_bytes, quota_bytes = Infinity } = dataset
      const path = ['datasets', name]
      if (size_bytes > quota_bytes) {
        this.#compilation.problem(
          [...path, 'quota'],
          `${name} takes ${formatQuantity(size_bytes, 'bytes')} at the start; expected a quota that holds it`,
        )
      } else this.#growsBeyond([dataset], quota_bytes, `${name} grows beyond its quota`)
      if (!this.#refer([...path, 'node'], node, 'a node', nodes)) continue
      const holder = nodes.get(node)?.vm?.storage ?? node
      const sum = (held.get(holder) ?? 0) + size_bytes
      held.set(holder, sum)
      const capacity = nodes.get(holder)?.disk.capacity_bytes ?? Infinity
      if (sum > capacity) {
        this.#compilation.problem(
          [...path, 'size'],
          `the datasets of ${holder} take ${formatQuantity(sum, 'bytes')}, and its disk holds ${formatQuantity(capacity, 'bytes')}`,
        )
      }
    }
    for (const { name, disk } of nodes.values()) {
      const onNode = [...datasets.values()].filter((dataset) => dataset.node === name)
      this.#growsBeyond(onNode, disk.capacity_bytes, `the datasets of ${name} grow beyond its disk`)
    }
  }

  services(): void {
    const { datasets, services } = this.#world
    for (const { name, needs, dependsOn } of services.values()) {
      if (needs.length === 0 && dependsOn.length === 0) {
        const message = 'needs no data and depends on no service; expected needs: [the name of a dataset]'
        this.#compilation.problem(['services', name], message, 'key')
      }
      for (const [index, dataset] of needs.entries()) {
        this.#refer(['services', name, 'needs', index], dataset, 'a dataset', datasets)
      }
      for (const [index, other] of dependsOn.entries()) {
        this.#refer(['services', name, 'depends-on', index], other, 'a service', services)
      }
      const loop = this.#loopThrough(name)
      if (loop === undefined) continue
      const message = `${loop.join(' depends on ')}: none of them can come back first`
      this.#compilation.problem(['services', name, 'depends-on'], message, 'key')
    }
  }

  /** Warns of a disk or quota that datasets fill within the horizon, after which they cannot write. */
  #growsBeyond(held: readonly DatasetSpecification[], capacity_bytes: number, what: string): void {
    if (capacity_bytes === Infinity || held.every(({ growth_perYear }) => growth_perYear === 0)) return
    const { start, horizon_s } = this.#compilation.frame
    for (let at_s = 0; at_s <= horizon_s; at_s += DAY_S) {
      const years = at_s / YEAR_S
      const bytes = held.reduce(
        (sum, { size_bytes, growth_perYear }) => sum + size_bytes * (1 + growth_perYear) ** years,
        0,
      )
      if (bytes <= capacity_bytes) continue
      const day = new Date((start + at_s) * 1000).toISOString().slice(0, 10)
      this.#compilation.warnings.add(
        `${what} of ${formatQuantity(capacity_bytes, 'bytes')} about ${day}; from then on applications cannot write to it`,
      )
      return
    }
  }

  /** A circle of dependencies from this service back to itself, if there is one. */
  #loopThrough(name: string): string[] | undefined {
    const { services } = this.#world
    const seen = new Set<string>()
    const follow = (path: readonly string[]): string[] | undefined => {
      for (const next of services.get(path.at(-1)!)?.dependsOn ?? []) {
        if (next === name) return [...path, next]
        if (seen.has(next)) continue
        seen.add(next)
        const loop = follow([...path, next])
        if (loop !== undefined) return loop
      }
      return undefined
    }
    return follow([name])
  }

  hazards(): void {
    const { hazards, domains } = this.#world
    for (const { name, members } of domains.values()) {
      for (const [index, member] of members.entries()) {
        if (partOfCluster(this.#world, member) !== undefined) continue
        this.#referToOne(['topology', 'domains', name, 'members', index], member, [
          'sites',
          'nodes',
          'stores',
          'links',
          'domains',
        ])
      }
    }
    for (const hazard of hazards.values()) {
      const path: Path = ['hazards', hazard.name]
      for (const { field, name, to } of referencesOf(hazard)) {
        if (to.includes('domains') && partOfCluster(this.#world, name) !== undefined) continue
        this.#referToOne([...path, ...field], name, to)
      }
      if (hazard.kind === 'burst') this.#burst(hazard, path)
      else this.#hitsSomething(hazard)
    }
  }

  #burst({ of }: Extract<HazardSpecification, { kind: 'burst' }>, path: Path): void {
    for (const [index, name] of of.entries()) {
      if (this.#world.hazards.get(name)?.kind !== 'burst') continue
      this.#compilation.problem([...path, 'of', index], `${name} is a burst itself; name the hazards in it`)
    }
  }

  /** A hazard that hits places but no dataset is probably a mistake. */
  #hitsSomething(hazard: Exclude<HazardSpecification, { kind: 'burst' }>): void {
    const { datasets } = this.#world
    const { name, target } = hazard
    if (datasets.has(target) || !isDomain(this.#world, target)) return
    const { nodes, stores, links, parts } = membersOf(this.#world, target)
    if (
      hitsOf(hazard, this.#world) === 'protection' &&
      (nodes.size === 0 || stores.size + links.size + parts.length > 0)
    )
      return
    const { nodes: all } = this.#world
    if ([...datasets.values()].some(({ node }) => reliesOn(all, node).some((each) => nodes.has(each)))) return
    this.#compilation.warnings.add(`hazards.${name} hits no dataset: none lives at ${target}`)
  }

  /** The names of one kind of thing, with a word for one of them. */
  #among(kind: Referable): { readonly text: string; readonly names: readonly string[] } {
    const { sites } = this.#world
    if (kind === 'regions')
      return { text: 'region', names: [...new Set([...sites.values()].map((site) => site.region))] }
    if (kind === 'credentials, stores or nodes') {
      if (this.#world.principals.size > 0) return this.#among('credentials')
      return { text: 'store or node', names: [...this.#world.stores.keys(), ...this.#world.nodes.keys()] }
    }
    return { text: kind.slice(0, -1), names: [...this.#world[kind].keys()] }
  }

  #referToOne(path: Path, name: string, kinds: readonly Referable[]): boolean {
    const found = kinds.map((kind) => this.#among(kind))
    const words = found.map(({ text }) => text)
    const last = words.pop()
    const kind = words.length === 0 ? last : `${words.join(', ')} or ${last}`
    const names = new Map(found.flatMap((each) => each.names.map((candidate) => [candidate, true] as const)))
    return this.#refer(path, name, `a ${kind}`, names)
  }

  security(): void {
    const { credentials, principals, nodes, stores } = this.#world
    const path: Path = ['security']
    for (const { name, store, array, may, role, unlocks } of credentials.values()) {
      const at = [...path, 'credentials', name]
      const does = role !== undefined || Object.values(may).some((right) => right)
      if (store !== undefined) this.#refer([...at, 'store'], store, 'a store', stores)
      if (array !== undefined) {
        this.#refer([...at, 'array'], array, 'a node', nodes)
        if (store !== undefined)
          this.#compilation.problem([...at, 'array'], 'stands beside store; expected one of the two', 'key')
        if (!may.delete || may.get || may.put || role !== undefined) {
          this.#compilation.problem(at, 'is for the snapshots of an array; expected array and may: [delete]', 'key')
        }
      } else if (store === undefined && does) {
        this.#compilation.problem(at, 'says what it may do, and not where; add store: the name of a store', 'key')
      }
      for (const [index, other] of unlocks.entries()) {
        this.#refer([...at, 'unlocks', index], other, 'a credential', credentials)
      }
    }
    for (const { name, node, holds } of principals.values()) {
      const at = [...path, 'principals', name]
      if (node !== undefined) this.#refer([...at, 'node'], node, 'a node', nodes)
      for (const [index, held] of holds.entries()) {
        this.#refer([...at, 'holds', index], held, 'a credential', credentials)
      }
    }
  }

  #refer(path: Path, name: string, kind: string, among: ReadonlyMap<string, unknown>): boolean {
    return refer(this.#compilation, path, name, kind, among)
  }
}

function article(section: string): string {
  return `a ${section.slice(0, -1)}`
}
