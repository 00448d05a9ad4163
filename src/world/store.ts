import type { BlobStore, Content, Instant } from '../engine/ports.ts'
import type { Resource, Simulation, Use } from '../kernel/index.ts'
import { VirtualStore, simulatedClock } from '../adapters/virtual/index.ts'
import type { Patience, ReadingWatch } from '../adapters/virtual/index.ts'
import type { Rights } from './access/rights.ts'
import type { Route } from './network/route.ts'
import { behindAirGap } from './access/air-gap.ts'
import type { Interruptible } from './failures/outages.ts'
import type { StoreBehaviour, StoreCost, StoreSpecification } from './stores/index.ts'
import { RequestMeter, StorageMeter } from './storage-meter.ts'
import { behaviourOf } from './stores/index.ts'
import { onInterval } from './timetable.ts'
import type { Timetable } from './timetable.ts'

/** Providers look for expired versions once a day. */
const EXPIRY_INTERVAL_S = 86_400

/** How a piece of work reaches a store. */
export interface Connection {
  readonly principal: string
  readonly may: Rights
  /** What the traffic is for: 'backup', 'copy', 'restore', 'verify'. */
  readonly purpose: string
  /** The current route; it changes when a link fails. */
  readonly to: Route
  readonly from: Route
  /** A resource without limit that every transfer of the work uses, so that cancelling the work can fail them all. */
  readonly session?: Resource
  readonly leavesRegion: boolean
  readonly reading?: ReadingWatch
  readonly patience?: Patience
  /** Called with the number of bytes read from this store, and put into it. */
  readonly onRead?: ((bytes: number) => void) | undefined
  readonly onStored?: ((bytes: number) => void) | undefined
}

/** What a store needs from the world around it. */
export interface StoreSurroundings {
  readonly start: Instant
  readonly timetable: Timetable
  readonly other: (name: string) => Store
}

/** A place for blobs: what it holds, how fast it is, and what has been requested of it. */
export class Store implements Interruptible {
  readonly specification: StoreSpecification
  readonly objects: VirtualStore
  readonly storage: StorageMeter
  readonly requests: RequestMeter
  /** Bandwidth of reading, bytes a second. */
  readonly read: Resource
  readonly write: Resource
  readonly behaviour: StoreBehaviour
  readonly #simulation: Simulation
  #destroyed: Error | undefined
  #interrupted: Error | undefined
  /** True once its contents are lost; it comes back as an empty store. */
  #emptied = false
  #generation: number

  constructor(
    specification: StoreSpecification,
    simulation: Simulation,
    { start, timetable, other }: StoreSurroundings,
    origin?: Store,
  ) {
    const { name, capacity_bytes = Infinity, keepsDeleted_s } = specification
    this.specification = specification
    this.#simulation = simulation
    this.read = simulation.flows.resource({ name: `${name} read`, capacity: specification.read_bytesPerSecond })
    this.write = simulation.flows.resource({ name: `${name} write`, capacity: specification.write_bytesPerSecond })
    this.storage = new StorageMeter(simulation.now)
    this.requests = new RequestMeter(origin?.requests)
    this.#generation = origin?.generation ?? 0
    const clock = simulatedClock(simulation, start)
    this.objects =
      origin === undefined
        ? new VirtualStore({
            name,
            clock,
            capacity_bytes,
            ...(keepsDeleted_s === undefined ? {} : { keepsDeleted_s }),
          })
        : origin.objects.fork(clock)
    const { storage, requests, objects } = this
    const created_s = (blob: string): number => objects.info(blob).created - start
    const setting = {
      simulation,
      timetable,
      objects,
      created_s,
      storage,
      requests,
      other,
      read: this.read,
      write: this.write,
    }
    this.behaviour = behaviourOf(specification, setting, origin?.behaviour)
    if (keepsDeleted_s !== undefined) {
      timetable.add(onInterval(EXPIRY_INTERVAL_S, simulation.now, () => objects.expireDeleted()))
    }
    objects.onChange = (change, blob, bytes) => {
      if (change === 'put') storage.put(blob, bytes, simulation.now)
      else storage.delete(blob, bytes, simulation.now)
      this.behaviour.changed?.(change, blob, bytes)
    }
    if (origin === undefined) return
    this.#destroyed = origin.#destroyed
    this.#emptied = origin.#emptied
    this.#settle()
  }

  get name(): string {
    return this.specification.name
  }

  /** True while the store exists with its contents, even if it is out of reach. */
  get alive(): boolean {
    return this.#destroyed === undefined && !this.#emptied
  }

  /** Why it cannot be used now; undefined when it can. */
  get failure(): Error | undefined {
    return this.#destroyed ?? this.#interrupted
  }

  /** How often an empty store has replaced it. What was stored in an earlier generation is gone. */
  get generation(): number {
    return this.#generation
  }

  /** The bill up to now, item by item. */
  costs(): StoreCost[] {
    return this.behaviour.costs(this.#simulation.now)
  }

  /** Accepts a blob that a courier's disk brings, unless a blob of that name exists. */
  take(name: string, content: Content): void {
    if (this.objects.find(name) !== undefined) return
    const { lock_s = 0 } = this.specification
    this.objects.announce(name, content.length)
    this.objects.arrived(name, content, (now) => (lock_s > 0 ? now + lock_s : undefined))
    this.requests.record('put', content.length, this.#simulation.now, false)
  }

  /** The store whose repositories it holds: for a courier's disk, the store that it is carried to. */
  get holdsFor(): string {
    return this.specification.kind === 'courier' ? this.specification.carriesTo : this.name
  }

  /** The engine's port to this store, with the rights of `connection.principal`. */
  connect(connection: Connection): BlobStore {
    const session: Use[] = connection.session === undefined ? [] : [{ resource: connection.session }]
    const { latency_s } = this.specification
    const put = usesOver((route) => [...session, ...uses(route.resources), { resource: this.write }])
    const get = usesOver((route) => [...session, { resource: this.read }, ...uses(route.resources)])
    const blobs = this.objects.connect({
      principal: connection.principal,
      may: connection.may,
      simulation: this.#simulation,
      get putRoute() {
        return put(connection.to)
      },
      get getRoute() {
        return get(connection.from)
      },
      get latency_s() {
        return latency_s + connection.to.latency_s
      },
      get cap_bytesPerSecond() {
        return connection.to.cap_bytesPerSecond
      },
      lock_s: this.specification.lock_s ?? 0,
      purpose: connection.purpose,
      ...(this.behaviour.medium === undefined ? {} : { medium: this.behaviour.medium }),
      ...(connection.reading === undefined ? {} : { reading: connection.reading }),
      ...(connection.patience === undefined ? {} : { patience: connection.patience }),
      onRequest: (kind, bytes) => {
        this.requests.record(kind, bytes, this.#simulation.now, connection.leavesRegion)
        if (kind === 'get') connection.onRead?.(bytes)
        if (kind === 'put') connection.onStored?.(bytes)
      },
    })
    const { airGap } = this.specification
    // Whoever restores plugs the store in first.
    if (airGap === undefined || connection.purpose === 'restore') return blobs
    return behindAirGap(blobs, airGap, () => this.#simulation.now)
  }

  /** Destroys the store and everything it holds. */
  destroy(reason: Error): void {
    if (this.#survives(reason)) return
    this.#destroyed = reason
    this.#lose(reason)
    this.#settle()
  }

  /** Everything it holds is lost; an empty store replaces it when the accompanying outage ends. */
  empty(reason: Error): void {
    this.#emptied = true
    this.#lose(reason)
  }

  #lose(reason: Error): void {
    this.objects.destroy(reason)
    this.storage.lose(this.#simulation.now)
    this.behaviour.lost?.()
  }

  /** Puts the store out of reach; its contents survive. */
  interrupt(reason: Error): void {
    this.#interrupted = reason
    this.#settle()
  }

  resume(): void {
    this.#interrupted = undefined
    if (this.#emptied && this.#destroyed === undefined) {
      this.#emptied = false
      this.#generation += 1
      this.objects.replace()
      this.behaviour.replace?.()
    }
    this.#settle()
    if (this.failure === undefined) this.behaviour.resume?.()
  }

  /** Removes everything but what is kept elsewhere, and aborts all transfers. False when nothing is left. */
  #survives(reason: Error): boolean {
    const { behaviour, objects } = this
    if (behaviour.survives === undefined) return false
    const left = objects.loseAllBut((name) => behaviour.survives!(name))
    if (left === 0) return false
    for (const resource of [this.read, this.write]) {
      resource.fail(reason)
      resource.restore()
    }
    behaviour.rebuild?.()
    return true
  }

  #settle(): void {
    const reason = this.#destroyed ?? this.#interrupted
    for (const resource of [this.read, this.write]) {
      if (reason === undefined) resource.restore()
      else resource.fail(reason)
    }
  }
}

/** The resources that bytes on a route use, built once for as long as the route stays the same. */
function usesOver(usesOf: (route: Route) => readonly Use[]): (route: Route) => readonly Use[] {
  let last: { readonly route: Route; readonly over: readonly Use[] } | undefined
  return (route) => {
    if (last?.route !== route) last = { route, over: usesOf(route) }
    return last.over
  }
}

function uses(resources: readonly Resource[]): Use[] {
  return resources.map((resource) => ({ resource }))
}
