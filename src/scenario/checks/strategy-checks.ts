import type { BackupJob, CopyJob, JournalJob, KeepPolicy, LogJob, ReplicateJob } from '../../strategy/strategy.ts'
import { Principals, carrierOf } from '../../world/index.ts'
import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { referencesOfJob } from '../jobs/index.ts'
import { refer } from '../refer.ts'
import type { PlacedJob, PlacedStrategy } from '../sections/strategies.ts'
import { formatQuantity } from '../quantities/units.ts'
import { checkObjectives } from './objective-checks.ts'
import { checkOutages } from './outage-checks.ts'
import { shortestSpan } from './kept-spans.ts'
import { checkMachines } from './machine-checks.ts'

/** Checks what the jobs of a strategy say about the world: names that must exist, routes, rights, space. */
export function checkStrategy(placed: PlacedStrategy, world: WorldSpecification, compilation: Compilation): void {
  new StrategyCheck(placed, world, compilation).all()
  checkObjectives(placed, world, compilation)
  checkOutages(placed, world, compilation)
  checkMachines(placed, world, compilation)
}

class StrategyCheck {
  readonly #name: string
  readonly #jobs: readonly PlacedJob[]
  readonly #keepsKeys: boolean
  readonly #world: WorldSpecification
  readonly #compilation: Compilation
  /** Stores that backups are put on. */
  readonly #filled: ReadonlySet<string>

  constructor({ strategy, jobs }: PlacedStrategy, world: WorldSpecification, compilation: Compilation) {
    this.#name = strategy.name
    this.#jobs = jobs
    this.#keepsKeys = strategy.repository.keyCopy === true
    this.#world = world
    this.#compilation = compilation
    this.#filled = new Set(jobs.flatMap(({ job }) => (job.kind === 'backup' || job.kind === 'copy' ? [job.to] : [])))
  }

  all(): void {
    for (const placed of this.#jobs) this.#isAllowed(placed)
    this.#locks()
    for (const placed of this.#jobs) this.#job(placed)
    this.#everythingIsProtected()
  }

  #job(placed: PlacedJob): void {
    const { job, field } = placed
    const { datasets, stores, nodes } = this.#world
    const { dataset, source, target, node } = referencesOfJob(job)
    const written = (name: string): string => String(Reflect.get(job, name))
    const isKnown = dataset === undefined || this.#refer(field(dataset), written(dataset), 'a dataset', datasets)
    const ends = [source, target].flatMap((end) => (end === undefined ? [] : [written(end)]))
    const carrier = carrierOf(this.#world, ...ends)
    if (source !== undefined && !this.#isSource(field(source), written(source), carrier)) return
    if (node !== undefined && !this.#refer(field(node), written(node), 'a node', nodes)) return
    if (target !== undefined && this.#refer(field(target), written(target), 'a store', stores)) {
      const from = source === undefined ? isKnown && datasets.get(written('dataset'))?.node : carrier
      if (source !== undefined && written(target) === written(source)) {
        this.#compilation.problem(field(target), `copies ${written(target)} to itself`)
      } else if (typeof from === 'string') this.#connected(field(target), from, written(target))
    }
    if (job.kind === 'replicate' || job.kind === 'journal') this.#replica(job, field)
    if (job.kind === 'log') this.#log(placed, job)
    if (job.kind === 'drill') this.#connected(field('to'), job.to, job.from)
    if (job.kind === 'verify' && job.healFrom !== undefined) this.#isSource(field('heal'), job.healFrom)
    if (job.kind === 'backup' && job.fromSnapshot === true && !this.#keepsSnapshots(job.dataset)) {
      const message = `no job of ${this.#name} keeps snapshots of ${job.dataset}; add - snapshot: { dataset: ${job.dataset}, … }`
      this.#compilation.problem(field('source'), message)
    }
    const keep = 'keep' in job ? job.keep : undefined
    const thinned = target === undefined ? source : target
    if (keep !== undefined && thinned !== undefined) this.#lockOutlivesPolicy(written(thinned), keep, job.name)
  }

  #isSource(path: Path, store: string, carrier = carrierOf(this.#world, store)): boolean {
    const { stores } = this.#world
    if (!this.#refer(path, store, 'a store', stores)) return false
    if (!this.#filled.has(store) && [...this.#filled].every((each) => stores.has(each))) {
      this.#compilation.problem(path, `no job of ${this.#name} puts backups on ${store}`)
    }
    if (carrier !== undefined) this.#connected(path, carrier, store)
    return true
  }

  #keepsSnapshots(dataset: string): boolean {
    return this.#jobs.some(({ job }) => job.kind === 'snapshot' && job.dataset === dataset)
  }

  #everythingIsProtected(): void {
    const { datasets, services } = this.#world
    const protectedDatasets = new Set(
      this.#jobs.flatMap(({ job }) =>
        'dataset' in job && job.kind !== 'drill' && job.kind !== 'log' ? [job.dataset] : [],
      ),
    )
    for (const { needs, name } of services.values()) {
      for (const dataset of needs) {
        if (protectedDatasets.has(dataset) || !datasets.has(dataset)) continue
        this.#compilation.warnings.add(`strategy ${this.#name} never backs up ${dataset}, which ${name} needs`)
      }
    }
  }

  /** The principal of a job must have the rights for it, or the engine would refuse it every night. */
  #isAllowed({ job, path }: PlacedJob): void {
    const principals = new Principals(this.#world)
    if (!principals.declared || job.kind === 'replicate' || job.kind === 'snapshot' || job.kind === 'journal') return
    const who = principals.whoDoes({ principal: job.name, purpose: job.kind })
    if (who === undefined) {
      const message = `nobody does ${job.name}; expected a principal under security.principals with does: [${job.kind}]`
      this.#compilation.problem(path, message, 'key')
      return
    }
    const held = principals.reach(who.holds)
    const needs = (store: string, doing: 'read' | 'write' | 'ship' | 'thin out'): void => {
      const may = principals.rightsAt(store, held)
      const role = principals.keyAt(store, held)?.role
      const isEnough =
        doing === 'ship'
          ? may.put
          : may.get &&
            role !== undefined &&
            (doing === 'read' || (may.put && role !== 'reader')) &&
            (doing !== 'thin out' || (may.delete && role === 'administrator'))
      if (isEnough) return
      const wanted = {
        read: 'may: [read] and a key',
        write: 'may: [read, write] and key: writer',
        ship: 'may: [write]',
        'thin out': 'may: [read, write, delete] and key: administrator, or a job without keep',
      }[doing]
      const message = `${who.name} does ${job.name} and cannot ${doing === 'ship' ? 'write' : doing} ${store}; expected a credential for it with ${wanted}`
      this.#compilation.problem(path, message, 'key')
    }
    switch (job.kind) {
      case 'log':
        return needs(job.to, 'ship')
      case 'drill':
        return needs(job.from, 'read')
      case 'verify':
        if (job.healFrom !== undefined) needs(job.healFrom, 'read')
        return needs(job.store, job.healFrom === undefined ? 'read' : 'thin out')
      case 'prune':
      case 'synthesise':
        return needs(job.store, 'thin out')
      case 'copy':
        needs(job.from, 'read')
        return needs(job.to, job.keep === undefined ? 'write' : 'thin out')
      case 'backup':
        // What was replaced is moved, and its old place is deleted.
        return needs(job.to, job.keep === undefined && job.type !== 'reverse-incremental' ? 'write' : 'thin out')
    }
  }

  #replica(job: ReplicateJob | JournalJob, field: PlacedJob['field']): void {
    const { datasets, nodes } = this.#world
    const dataset = datasets.get(job.dataset)
    const standby = nodes.get(job.to)
    if (dataset === undefined) return
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

  #log({ path, field }: PlacedJob, job: LogJob): void {
    const { datasets, stores } = this.#world
    if (!this.#jobs.some((other) => other.job.kind === 'backup' && other.job.dataset === job.dataset)) {
      const message = `a log leads nowhere without a backup that it begins with; add - backup: { dataset: ${job.dataset}, … }`
      this.#compilation.problem(path, message, 'key')
    }
    if (
      this.#jobs.some(
        ({ job: other }) => other.kind === 'log' && other.dataset === job.dataset && other.name !== job.name,
      )
    ) {
      this.#compilation.problem(
        path,
        `${job.dataset} has two logs; expected one: ship it to the store that is to survive, and copy the backups there`,
        'key',
      )
    }
    const { kind } = stores.get(job.to) ?? {}
    if (kind === 'tape' || kind === 'courier') {
      const what = kind === 'tape' ? 'a tape library' : "a courier's disk"
      this.#compilation.problem(field('to'), `${job.to} is ${what}; expected a store that takes a segment at any time`)
    }
    if (datasets.get(job.dataset)?.group !== undefined) {
      this.#compilation.problem(
        field('dataset'),
        `${job.dataset} is a shard: logs of shards lead to different instants`,
      )
    }
  }

  #refer(path: Path, name: string, kind: string, among: ReadonlyMap<string, unknown>): boolean {
    return refer(this.#compilation, path, name, kind, among)
  }

  #connected(path: Path, node: string, place: string): void {
    const { nodes } = this.#world
    // A node that does not exist has been reported already.
    if (!nodes.has(node) || !this.#linksAreSound()) return
    if (this.#reachable(nodes.get(node)?.vm?.host ?? node).has(place)) return
    const message = `no links lead from ${node} to ${place}; add one under topology.links, between: [${node}, ${place}] or between their sites`
    this.#compilation.problem(path, message)
  }

  /** Whether the ends of all links exist: otherwise a missing route is not the link's fault. */
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
    const leadsOn = (place: string): boolean => reached.has(place) && (place === from || !stores.has(place))
    for (let before = 0; before < reached.size;) {
      before = reached.size
      for (const [a, b] of edges) {
        if (leadsOn(a)) reached.add(b)
        if (leadsOn(b)) reached.add(a)
      }
    }
    return reached
  }

  #locks(): void {
    const jobs = this.#jobs.flatMap(({ job }) => (job.kind === 'backup' || job.kind === 'copy' ? [job] : []))
    const deduplicates = jobs.some(leansOnAll)
    for (const job of jobs) {
      this.#renewsNothing(job)
      this.#locksEndBeforeNeed(job, job.kind === 'copy' ? deduplicates : leansOnAll(job))
    }
  }

  #renewsNothing({ to, name, renewLocks = false }: BackupJob | CopyJob): void {
    if (!renewLocks || (this.#world.stores.get(to)?.lock_s ?? 0) > 0) return
    this.#compilation.warnings.add(
      `strategy ${this.#name}: job ${name} renews locks, but ${to} has none, so renew-locks has no effect`,
    )
  }

  /**
   * A store locks what is put there, but a deduplicated snapshot also needs chunks that were put long before it, and
   * any backup needs the configuration and keys. Warns where a hazard attacks the store.
   */
  #locksEndBeforeNeed({ to, name, renewLocks = false }: BackupJob | CopyJob, deduplicates: boolean): void {
    const lock_s = this.#world.stores.get(to)?.lock_s ?? 0
    const { warnings, frame } = this.#compilation
    if (lock_s === 0 || renewLocks || frame.horizon_s <= lock_s || !this.#isAttacked(to)) return
    if (!deduplicates && this.#keepsKeys) return
    const [needed, prevention] = deduplicates
      ? ['the older data that snapshots build on', 'renew-locks: true prevents it']
      : [
          'the configuration and keys, which are stored once, at the start',
          'renew-locks: true, or key-copy: true of the repository, prevents it',
        ]
    warnings.add(
      `strategy ${this.#name}: for job ${name}, ${to} locks what is stored for ${formatQuantity(lock_s, 'seconds')}, but not ` +
        `${needed}: whoever steals the credential can delete that, and everything is lost; ${prevention}`,
    )
  }

  /** Whether a hazard may obtain a credential of the store. Where several are declared, it does not distinguish which. */
  #isAttacked(store: string): boolean {
    const { hazards, principals } = this.#world
    return [...hazards.values()].some((hazard) => {
      if (hazard.kind === 'ransomware') return principals.size > 0 || hazard.credentials.includes(store)
      return hazard.kind === 'credential-compromise' && (principals.size > 0 || hazard.target === store)
    })
  }

  #lockOutlivesPolicy(store: string, keep: KeepPolicy, job: string): void {
    const specification = this.#world.stores.get(store)
    if (specification?.kind !== 'object' || specification.lock_s === 0) return
    const span_s = shortestSpan(keep)
    if (span_s >= specification.lock_s) return
    this.#compilation.warnings.add(
      `strategy ${this.#name}: job ${job} may forget a snapshot after ${formatQuantity(span_s, 'seconds')}, but ${store} ` +
        `locks it for ${formatQuantity(specification.lock_s, 'seconds')}; it costs storage until the lock ends`,
    )
  }
}

/** Whether a job makes backups that reuse any chunk of the repository. */
function leansOnAll(job: BackupJob | CopyJob): boolean {
  return job.kind === 'backup' && (job.type === 'snapshot' || job.type === 'reverse-incremental')
}
