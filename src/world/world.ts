import {
  VirtualFileSystem,
  Workload,
  createDataset,
  populateFromScan,
  simulatedClock,
  simulatedCpu,
  shrink,
} from '../adapters/virtual/index.ts'
import type { Patience } from '../adapters/virtual/index.ts'
import type { BlobStore, Clock, Cpu, Instant } from '../engine/ports.ts'
import type { RandomStream, Resource, Simulation } from '../kernel/index.ts'
import type { RetrievalTime } from './retrieval-time.ts'
import { Chances } from './failures/chances.ts'
import { Conditions } from './failures/conditions.ts'
import type { TargetedHazard } from './failures/conditions.ts'
import { Dataset } from './dataset.ts'
import { membersOf } from './failures/failure-domains.ts'
import type { DomainMembers } from './failures/failure-domains.ts'
import { Link } from './network/link.ts'
import { Node } from './nodes/node.ts'
import type { Underlay } from './nodes/node.ts'
import { Outages } from './failures/outages.ts'
import type { Interruptible } from './failures/outages.ts'
import { Placements } from './nodes/placements.ts'
import { Principals } from './access/principals.ts'
import type { Rights } from './access/rights.ts'
import { RouteTable } from './network/route.ts'
import type { Route } from './network/route.ts'
import type { DatasetSpecification, EstateSpecification } from './estate.ts'
import { Store } from './store.ts'
import { Timetable, onInterval } from './timetable.ts'

/** Reads a real directory into a virtual filesystem. Only a program that may access the real disk can supply it. */
export type DirectoryReader = (dataset: DatasetSpecification, files: VirtualFileSystem) => void

/** The clock of a node is wrong by `skew_s`. */
interface WrongClock extends TargetedHazard {
  readonly skew_s: number
}

export interface WorldOptions {
  readonly start: Instant
  readonly readDirectory?: DirectoryReader
}

/** Nodes, links, stores and datasets in one simulated time, which compete for the resources they share. */
export class World {
  readonly specification: EstateSpecification
  readonly simulation: Simulation
  readonly start: Instant
  readonly clock: Clock
  readonly timetable: Timetable
  readonly nodes = new Map<string, Node>()
  readonly links = new Map<string, Link>()
  readonly stores = new Map<string, Store>()
  readonly datasets = new Map<string, Dataset>()
  readonly outages: Outages
  readonly placements: Placements
  readonly conditions: Conditions
  /** Belongs to this world alone: every branch starts without any bias or weight. */
  readonly chances = new Chances()
  readonly principals: Principals
  /** Ids of snapshots that an intruder created. */
  readonly forgeries: Set<string>
  readonly #routes: RouteTable
  #active = 0
  #activeSince_s = 0

  /** With `origin`: continues from the origin's state at this instant, at which nothing may be under way. */
  constructor(specification: EstateSpecification, simulation: Simulation, options: WorldOptions, origin?: World) {
    this.specification = specification
    this.simulation = simulation
    this.start = options.start
    this.clock = simulatedClock(simulation, options.start)
    this.timetable = new Timetable(simulation)
    for (const node of specification.nodes.values()) {
      this.nodes.set(node.name, new Node(node, simulation, origin?.nodes.get(node.name)))
    }
    this.placements = new Placements(specification.nodes, (name) => this.node(name).alive, origin?.placements)
    for (const node of this.nodes.values()) {
      if (node.specification.vm !== undefined) node.onUnderlay = () => this.#under(node.name)
    }
    for (const link of specification.links.values()) {
      this.links.set(link.name, new Link(link, simulation, this.timetable, origin?.links.get(link.name)))
    }
    for (const store of specification.stores.values()) {
      const { start } = options
      const { timetable } = this
      const other = (name: string): Store => this.store(name)
      this.stores.set(
        store.name,
        new Store(store, simulation, { start, timetable, other }, origin?.stores.get(store.name)),
      )
    }
    for (const dataset of specification.datasets.values()) {
      const original = origin?.datasets.get(dataset.name)
      const random = (purpose: string, k: number): RandomStream => simulation.random(dataset.name, purpose, k)
      const workload = new Workload(dataset, random, original?.workload)
      const files = original === undefined ? this.#populate(dataset, options) : original.files.fork()
      this.#addDataset(new Dataset(dataset, files, workload, original))
    }
    const routes = new RouteTable(this, this.links)
    for (const link of this.links.values()) link.onChange = () => routes.forget()
    this.#routes = routes
    for (const node of this.nodes.values()) {
      node.onDestroy = () => {
        for (const dataset of this.datasets.values()) {
          if (this.arrayOf(dataset.name) === node.name) dataset.snapshots.clear(this.clock.now())
        }
      }
    }
    this.conditions = new Conditions(() => simulation.now, origin?.conditions)
    this.principals = new Principals(specification)
    this.forgeries = new Set(origin === undefined ? [] : origin.forgeries)
    this.outages = new Outages(simulation, () =>
      [...this.stores.values()].flatMap((store) => store.behaviour.partsBackAt_s ?? []),
    )
    if (origin !== undefined) this.outages.inherit(origin.outages, (what) => this.#counterpart(what, origin))
  }

  /** Converts a time of the simulation to an instant of the calendar. */
  instant(time_s: number): Instant {
    return this.start + time_s
  }

  node(name: string): Node {
    return found(this.nodes.get(name), 'node', name)
  }

  link(name: string): Link {
    return found(this.links.get(name), 'link', name)
  }

  store(name: string): Store {
    return found(this.stores.get(name), 'store', name)
  }

  dataset(name: string): Dataset {
    return found(this.datasets.get(name), 'dataset', name)
  }

  /** Starts an intruder's work that takes time. The world is not quiet, and cannot branch, until it is done. */
  activity(name: string, work: () => Promise<void>): void {
    if (this.#active === 0) this.#activeSince_s = this.simulation.now
    this.#active += 1
    void this.simulation.task(name, async () => {
      try {
        await work()
      } finally {
        this.#active -= 1
      }
    })
  }

  /** When the intruders' current work began; undefined when there is none. */
  get activeSince_s(): number | undefined {
    return this.#active === 0 ? undefined : this.#activeSince_s
  }

  /** The nodes, stores and links of a failure domain. */
  members(domain: string): DomainMembers {
    return membersOf(this.specification, domain)
  }

  /** The node that holds a dataset. */
  nodeOf(dataset: string): Node {
    return this.node(this.dataset(dataset).specification.node)
  }

  /** The node whose disks and array snapshots hold a dataset. For a virtual machine that is the node with its images. */
  arrayOf(dataset: string): string {
    return this.placements.storageOf(this.dataset(dataset).specification.node)
  }

  route(from: string, to: string): Route {
    const route = this.#routes.find(this.placements.hostOf(from), this.placements.hostOf(to))
    if (route === undefined) throw new Error(`no links lead from ${from} to ${to}`)
    return route
  }

  /** The engine's port to a store, for work that runs on a node. */
  connect(
    store: string,
    node: string,
    access: {
      principal: string
      may: Rights
      purpose: string
      session?: Resource
      retrieval?: RetrievalTime
      patience?: Patience
      onRead?: ((bytes: number) => void) | undefined
      onStored?: ((bytes: number) => void) | undefined
    },
  ): BlobStore {
    const target = this.store(store)
    const routeTo = (): Route => this.route(node, store)
    const routeFrom = (): Route => this.route(store, node)
    // Fails at once when no link leads there, rather than at the first request.
    routeTo()
    const { retrieval, ...rest } = access
    return target.connect({
      ...rest,
      ...(retrieval === undefined ? {} : { reading: retrieval }),
      get to() {
        return routeTo()
      },
      get from() {
        return routeFrom()
      },
      leavesRegion: this.#regionOf(target.specification.site) !== this.#regionOf(this.node(node).specification.site),
    })
  }

  /** The clock of a node, with its error. */
  clockOf(node: string): Clock {
    const skews = this.conditions.ofKind<WrongClock>('clock-skew').filter(({ hazard }) => hazard.target === node)
    if (skews.length === 0) return this.clock
    return {
      now: () => {
        const wrong = this.conditions.holding<WrongClock>('clock-skew').filter(({ hazard }) => hazard.target === node)
        return this.clock.now() + wrong.reduce((sum, { hazard }) => sum + hazard.skew_s, 0)
      },
      sleep: (seconds) => this.clock.sleep(seconds),
    }
  }

  cpu(node: string, purpose: string): Cpu {
    const { cpu, under, specification } = this.node(node)
    return simulatedCpu(this.simulation, cpu, specification.cpu.rates_bytesPerSecond, purpose, under.cores)
  }

  /**
   * The destroyed nodes that people must replace before anything can be restored. There are none when the surviving
   * hosts have room for all virtual machines that hold data: those are created again at once.
   */
  toBring(destroyed: readonly string[]): readonly string[] {
    const { specification, placements } = this
    const rest = destroyed.filter((name) => {
      if (specification.nodes.get(name)?.vm === undefined || !placements.makeRoom(name)) return true
      this.node(name).replace()
      return false
    })
    if (rest.length === destroyed.length) return destroyed
    return [...specification.datasets.values()].some(({ node }) => rest.includes(node)) ? rest : []
  }

  #under(vm: string): Underlay {
    const host = this.node(this.placements.hostOf(vm))
    const storage = this.node(this.placements.storageOf(vm))
    const between = (from: Node, to: Node): readonly Resource[] =>
      from === to ? [] : this.route(from.name, to.name).resources
    return {
      cores: [host.cpu],
      reads: [...storage.reads, ...between(storage, host)],
      writes: [...between(host, storage), ...storage.writes],
    }
  }

  #counterpart(what: Interruptible, origin: World): Interruptible {
    if (what === origin.nodes.get(what.name)) return this.node(what.name)
    return what === origin.stores.get(what.name) ? this.store(what.name) : this.link(what.name)
  }

  #regionOf(site: string): string | undefined {
    return this.specification.sites.get(site)?.region
  }

  #populate(dataset: DatasetSpecification, options: WorldOptions): VirtualFileSystem {
    const files = new VirtualFileSystem({ time: options.start })
    if (dataset.scan !== undefined) populateFromScan(files, dataset.scan, dataset)
    else if (dataset.from === undefined)
      createDataset(dataset, files, this.simulation.random(dataset.name, 'initial files'))
    else if (options.readDirectory === undefined) {
      throw new Error(`dataset ${dataset.name}: reading ${dataset.from} needs access to the real disk`)
    } else options.readDirectory(dataset, files)
    files.space.setQuota('', dataset.quota_bytes ?? Infinity)
    return files
  }

  /** Bytes of all datasets on a node, which share its disk. */
  #bytesOn(node: string): number {
    let bytes = 0
    for (const { specification, files } of this.datasets.values()) if (specification.node === node) bytes += files.bytes
    return bytes
  }

  #addDataset(dataset: Dataset): void {
    this.datasets.set(dataset.name, dataset)
    const node = this.node(dataset.specification.node)
    const { capacity_bytes } = node.specification.disk
    dataset.files.space.free = () => capacity_bytes - this.#bytesOn(node.name)
    const { writeInterval_s } = dataset.specification
    if (writeInterval_s === Infinity) return
    this.timetable.add(
      onInterval(writeInterval_s, this.simulation.now, (k) => {
        if (dataset.suspended || !node.alive) return
        const now = this.instant(this.simulation.now)
        dataset.workload.tick(dataset.files, k, now)
        if (dataset.specification.growth_perYear < 0) {
          shrink(dataset.files, dataset.specification, this.simulation.random(dataset.name, 'shrink', k), now)
        }
      }),
    )
  }
}

function found<T>(value: T | undefined, kind: string, name: string): T {
  if (value === undefined) throw new Error(`there is no ${kind} named ${name}`)
  return value
}
