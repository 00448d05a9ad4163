import type { BackupJob, CopyJob, Job, KeepPolicy, ReplicateJob } from '../strategy/strategy.ts'
import { Principals, hitsOf, isDomain, membersOf } from '../world/index.ts'
import type { HazardSpecification, WorldSpecification } from '../world/specification.ts'
import type { Compilation } from './compilation.ts'
import type { Path } from './document.ts'
import { referencesOf } from './hazards/index.ts'
import type { Referable } from './hazards/index.ts'
import { didYouMean } from './nearest-word.ts'
import type { PlacedJob, PlacedStrategy } from './strategies-from-document.ts'
import { formatQuantity } from './units.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** Everything that one part of a scenario says of another: names that must exist, routes, space, times. */
export function crossCheck(
  world: WorldSpecification,
  strategies: readonly PlacedStrategy[],
  compilation: Compilation,
): void {
  const check = new CrossCheck(world, compilation)
  check.names()
  check.places()
  check.datasets()
  check.hazards()
  check.security()
  for (const strategy of strategies) check.strategy(strategy)
}

class CrossCheck {
  readonly #world: WorldSpecification
  readonly #compilation: Compilation

  constructor(world: WorldSpecification, compilation: Compilation) {
    this.#world = world
    this.#compilation = compilation
  }

  /** Links name sites, nodes and stores alike, so that no two of them may have the same name. */
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
    for (const { name, site } of nodes.values()) this.#refer(['topology', 'nodes', name, 'site'], site, 'a site', sites)
    for (const store of stores.values()) {
      const path: Path = ['topology', 'stores', store.name]
      this.#refer([...path, 'site'], store.site, 'a site', sites)
      if (store.kind === 'courier') this.#refer([...path, 'to'], store.carriesTo, 'a store', stores)
      if (store.kind !== 'cluster' || store.sites.length < 2) continue
      for (const [index, site] of store.sites.entries()) this.#refer([...path, 'sites', index], site, 'a site', sites)
    }
    const places = new Map<string, unknown>([...sites, ...nodes, ...stores])
    for (const { name, between } of links.values()) {
      for (const [index, end] of between.entries()) {
        this.#refer(['topology', 'links', name, 'between', index], end, 'a site, node or store', places)
      }
      if (between[0] === between[1]) {
        this.#compilation.problem(['topology', 'links', name, 'between'], `both ends are ${between[0]}`, 'key')
      }
    }
  }

  datasets(): void {
    const { datasets, nodes, services } = this.#world
    const held = new Map<string, number>()
    for (const { name, node, size_bytes } of datasets.values()) {
      const path = ['datasets', name]
      if (!this.#refer([...path, 'node'], node, 'a node', nodes)) continue
      const sum = (held.get(node) ?? 0) + size_bytes
      held.set(node, sum)
      const capacity = nodes.get(node)?.disk.capacity_bytes ?? Infinity
      if (sum > capacity) {
        this.#compilation.problem(
          [...path, 'size'],
          `the datasets of ${node} take ${formatQuantity(sum, 'bytes')}, and its disk holds ${formatQuantity(capacity, 'bytes')}`,
        )
      }
    }
    for (const { name, disk } of nodes.values()) this.#growsBeyond(name, disk.capacity_bytes)
    for (const { name, needs } of services.values()) {
      for (const [index, dataset] of needs.entries()) {
        this.#refer(['services', name, 'needs', index], dataset, 'a dataset', datasets)
      }
    }
  }

  /** A disk that its datasets fill within the horizon: from then on they cannot write. */
  #growsBeyond(node: string, capacity_bytes: number): void {
    const held = [...this.#world.datasets.values()].filter((dataset) => dataset.node === node)
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
        `the datasets of ${node} grow beyond its disk of ${formatQuantity(capacity_bytes, 'bytes')} about ${day}; ` +
          `from then on their applications cannot write`,
      )
      return
    }
  }

  hazards(): void {
    const { hazards, domains } = this.#world
    for (const { name, members } of domains.values()) {
      for (const [index, member] of members.entries()) {
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
      for (const { field, name, to } of referencesOf(hazard)) this.#referToOne([...path, ...field], name, to)
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

  /** What hits places and no dataset is probably a slip. */
  #hitsSomething(hazard: Exclude<HazardSpecification, { kind: 'burst' }>): void {
    const { datasets } = this.#world
    const { name, target } = hazard
    if (datasets.has(target) || !isDomain(this.#world, target) || hitsOf(hazard, this.#world) === 'protection') return
    const { nodes } = membersOf(this.#world, target)
    if ([...datasets.values()].some(({ node }) => nodes.has(node))) return
    this.#compilation.warnings.add(`hazards.${name} hits no dataset: none lives at ${target}`)
  }

  /** Things of one kind, and what to call one of them. */
  #among(kind: Referable): { readonly text: string; readonly names: readonly string[] } {
    const { sites } = this.#world
    if (kind === 'regions')
      return { text: 'region', names: [...new Set([...sites.values()].map((site) => site.region))] }
    if (kind === 'credentials or stores') return this.#among(this.#world.principals.size > 0 ? 'credentials' : 'stores')
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
    for (const { name, store, may, role, unlocks } of credentials.values()) {
      const at = [...path, 'credentials', name]
      if (store !== undefined) this.#refer([...at, 'store'], store, 'a store', stores)
      else if (role !== undefined || Object.values(may).some((right) => right)) {
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

  /** Who does a job must be able to: the engine would refuse it every night. */
  #isAllowed({ job, path }: PlacedJob): void {
    const principals = new Principals(this.#world)
    if (!principals.declared || job.kind === 'replicate' || job.kind === 'snapshot') return
    const who = principals.whoDoes({ principal: job.name, purpose: job.kind })
    if (who === undefined) {
      const message = `nobody does ${job.name}; expected a principal under security.principals with does: [${job.kind}]`
      return this.#compilation.problem(path, message, 'key')
    }
    const held = principals.reach(who.holds)
    const needs = (store: string, doing: 'read' | 'write' | 'thin out'): void => {
      const may = principals.rightsAt(store, held)
      const role = principals.keyAt(store, held)?.role
      const isEnough =
        may.get &&
        role !== undefined &&
        (doing === 'read' || (may.put && role !== 'reader')) &&
        (doing !== 'thin out' || (may.delete && role === 'administrator'))
      if (isEnough) return
      const wanted = {
        read: 'may: [read] and a key',
        write: 'may: [read, write] and key: writer',
        'thin out': 'may: [read, write, delete] and key: administrator, or a job without keep',
      }[doing]
      const message = `${who.name} does ${job.name} and cannot ${doing} ${store}; expected a credential for it with ${wanted}`
      this.#compilation.problem(path, message, 'key')
    }
    if (job.kind === 'verify') return needs(job.store, 'read')
    if (job.kind === 'copy') needs(job.from, 'read')
    needs(job.to, job.keep === undefined ? 'write' : 'thin out')
  }

  strategy({ strategy, jobs }: PlacedStrategy): void {
    for (const placed of jobs) this.#isAllowed(placed)
    const { datasets, stores } = this.#world
    const filled = new Set<string>()
    const protectedDatasets = new Set<string>()
    for (const { job } of jobs) {
      if (job.kind === 'backup' || job.kind === 'copy') filled.add(job.to)
      if (job.kind === 'backup' || job.kind === 'replicate' || job.kind === 'snapshot')
        protectedDatasets.add(job.dataset)
    }
    const deduplicates = jobs.some(({ job }) => job.kind === 'backup' && job.type === 'snapshot')
    for (const { job } of jobs) {
      if (job.kind !== 'backup' && job.kind !== 'copy') continue
      const isDeduplicated = job.kind === 'copy' ? deduplicates : job.type === 'snapshot'
      this.#locksLast(
        job,
        isDeduplicated ? Infinity : longestKept(job.to, strategy.jobs),
        `${strategy.name}, job ${job.name}`,
      )
    }
    for (const { job, field } of jobs) {
      if (job.kind === 'backup') {
        const known = this.#refer(field('dataset'), job.dataset, 'a dataset', datasets)
        const node = datasets.get(job.dataset)?.node
        if (this.#refer(field('to'), job.to, 'a store', stores) && known && node !== undefined) {
          this.#connected(field('to'), node, job.to)
        }
        if (job.keep !== undefined) this.#lockOutlivesPolicy(job.to, job.keep, `${strategy.name}, job ${job.name}`)
        continue
      }
      if (job.kind === 'snapshot') {
        this.#refer(field('dataset'), job.dataset, 'a dataset', datasets)
        continue
      }
      if (job.kind === 'replicate') {
        this.#replica(job, field)
        continue
      }
      const source = job.kind === 'copy' ? job.from : job.store
      const sourceField = field(job.kind === 'copy' ? 'from' : 'store')
      if (!this.#refer(sourceField, source, 'a store', stores)) continue
      if (!filled.has(source) && [...filled].every((store) => stores.has(store))) {
        this.#compilation.problem(sourceField, `no job of ${strategy.name} puts backups on ${source}`)
      }
      const worker = this.#nodeBeside(source)
      if (worker !== undefined) this.#connected(sourceField, worker, source)
      if (job.kind !== 'copy' || !this.#refer(field('to'), job.to, 'a store', stores)) continue
      if (job.to === job.from) this.#compilation.problem(field('to'), `copies ${job.to} to itself`)
      else if (worker !== undefined) this.#connected(field('to'), worker, job.to)
      if (job.keep !== undefined) this.#lockOutlivesPolicy(job.to, job.keep, `${strategy.name}, job ${job.name}`)
    }
    for (const { needs, name } of this.#world.services.values()) {
      for (const dataset of needs) {
        if (protectedDatasets.has(dataset) || !datasets.has(dataset)) continue
        this.#compilation.warnings.add(`strategy ${strategy.name} never backs up ${dataset}, which ${name} needs`)
      }
    }
  }

  #replica(job: ReplicateJob, field: PlacedJob['field']): void {
    const { datasets, nodes } = this.#world
    const known = this.#refer(field('dataset'), job.dataset, 'a dataset', datasets)
    const dataset = datasets.get(job.dataset)
    const standby = nodes.get(job.to)
    if (!this.#refer(field('to'), job.to, 'a node', nodes) || !known || dataset === undefined) return
    if (dataset.node === job.to) {
      this.#compilation.problem(field('to'), `${job.dataset} is on ${job.to} itself; expected another node`)
      return
    }
    this.#connected(field('to'), dataset.node, job.to)
    const capacity_bytes = standby?.disk.capacity_bytes ?? Infinity
    if (dataset.size_bytes <= capacity_bytes) return
    this.#compilation.problem(
      field('to'),
      `${job.dataset} takes ${formatQuantity(dataset.size_bytes, 'bytes')}, and the disk of ${job.to} holds ${formatQuantity(capacity_bytes, 'bytes')}`,
    )
  }

  /** The node that carries a store's bytes: one at its site, or the first of all. As strategy/jobs/copy.ts has it. */
  #nodeBeside(store: string): string | undefined {
    const site = this.#world.stores.get(store)?.site
    const nodes = [...this.#world.nodes.values()]
    return (nodes.find((node) => node.site === site) ?? nodes[0])?.name
  }

  #refer(path: Path, name: string, kind: string, among: ReadonlyMap<string, unknown>): boolean {
    if (among.has(name)) return true
    const names = [...among.keys()]
    const there =
      names.length === 0 ? '; there is none' : `; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
    this.#compilation.problem(path, `'${name}' is not the name of ${kind}${didYouMean(name, names) || there}`)
    return false
  }

  #connected(path: Path, node: string, store: string): void {
    if (!this.#linksAreSound() || this.#reachable(node).has(store)) return
    const message = `no links lead from ${node} to ${store}; add one under topology.links, between: [${node}, ${store}] or between their sites`
    this.#compilation.problem(path, message)
  }

  /** Whether all ends exist: otherwise what is missing is not the link. */
  #linksAreSound(): boolean {
    const { sites, nodes, stores, links } = this.#world
    return [...links.values()].every(({ between }) =>
      between.every((end) => sites.has(end) || nodes.has(end) || stores.has(end)),
    )
  }

  #reachable(from: string): Set<string> {
    const { links, nodes, stores } = this.#world
    const edges: (readonly [string, string])[] = [...links.values()].map((link) => link.between)
    for (const { name, site } of [...nodes.values(), ...stores.values()]) edges.push([name, site])
    const reached = new Set([from])
    for (let before = 0; before < reached.size;) {
      before = reached.size
      for (const [a, b] of edges) {
        if (reached.has(a)) reached.add(b)
        if (reached.has(b)) reached.add(a)
      }
    }
    return reached
  }

  /**
   * A store locks what is put, and snapshots need what was put long before them.
   * @param needed_s how long something stays needed that was put: for ever, where snapshots are deduplicated
   */
  #locksLast({ to, renewLocks = false }: BackupJob | CopyJob, needed_s: number, who: string): void {
    const lock_s = this.#world.stores.get(to)?.lock_s ?? 0
    const { warnings, frame } = this.#compilation
    if (lock_s === 0 && renewLocks) warnings.add(`${who} renews locks, and ${to} has none: renew-locks has no effect`)
    if (lock_s === 0 || renewLocks || Math.min(needed_s, frame.horizon_s) <= lock_s) return
    warnings.add(
      `${who}: ${to} locks for ${formatQuantity(lock_s, 'seconds')} what is put, and not what snapshots go on needing: ` +
        'whoever steals the credential deletes that, and they are lost; renew-locks: true prevents it',
    )
  }

  #lockOutlivesPolicy(store: string, keep: KeepPolicy, who: string): void {
    const specification = this.#world.stores.get(store)
    if (specification?.kind !== 'object' || specification.lock_s === 0) return
    const span_s = shortestSpan(keep)
    if (span_s >= specification.lock_s) return
    this.#compilation.warnings.add(
      `${who} keeps each snapshot for ${formatQuantity(span_s, 'seconds')} at least, and ${store} locks it for ` +
        `${formatQuantity(specification.lock_s, 'seconds')}: it stays, and is paid for, until the lock ends`,
    )
  }
}

const SPANS: readonly (readonly [rule: string, span_s: number])[] = [
  ['hourly', HOUR_S],
  ['daily', DAY_S],
  ['weekly', 7 * DAY_S],
  ['monthly', 30 * DAY_S],
  ['quarterly', 91 * DAY_S],
  ['yearly', 365 * DAY_S],
]

/** How long every snapshot is kept at least: the span of the finest rule; Infinity where that is unlimited or unknown. */
function shortestSpan({ counts }: KeepPolicy): number {
  for (const [rule, span_s] of SPANS) {
    const count = counts[rule] ?? 0
    if (count !== 0) return count < 0 ? Infinity : count * span_s
  }
  return Infinity
}

/** How long a snapshot in a store may be kept, by whichever job thins it out: the longest span of its rules. */
function longestKept(store: string, jobs: readonly Job[]): number {
  const policies = jobs.flatMap((job) => ('to' in job && job.to === store && 'keep' in job ? (job.keep ?? []) : []))
  if (policies.length === 0) return Infinity
  const spans = policies.flatMap(({ counts }) => SPANS.map(([rule, span_s]) => span_s * Math.max(0, counts[rule] ?? 0)))
  const isUnlimited = policies.some(({ counts }) => Object.values(counts).some((count) => count < 0))
  return isUnlimited ? Infinity : Math.max(...spans)
}

function article(section: string): string {
  return `a ${section.slice(0, -1)}`
}
