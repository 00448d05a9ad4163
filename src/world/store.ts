import type { BlobStore } from '../engine/ports.ts'
import type { Resource, Simulation, Use } from '../kernel/index.ts'
import { VirtualStore, simulatedClock } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'
import type { Route } from './route.ts'
import type { StoreSpecification } from './specification.ts'
import { RequestMeter, StorageMeter } from './storage-meter.ts'

/** What a principal may do with a store. */
export interface Rights {
  readonly put: boolean
  readonly get: boolean
  readonly list: boolean
  readonly delete: boolean
}

export const ALL_RIGHTS: Rights = { put: true, get: true, list: true, delete: true }

/** How somebody reaches a store. */
export interface Connection {
  readonly principal: string
  readonly may: Rights
  /** What the traffic is for: 'backup', 'copy', 'restore', 'verify'. */
  readonly purpose: string
  readonly to: Route
  readonly from: Route
  /** Fails when the work is called off: a resource without limit that every transfer of the work passes. */
  readonly session?: Resource
  readonly leavesRegion: boolean
}

/** A place for blobs: what it holds, how fast it is, what has been asked of it. */
export class Store {
  readonly specification: StoreSpecification
  readonly objects: VirtualStore
  readonly storage: StorageMeter
  readonly requests = new RequestMeter()
  /** Bytes a second. */
  readonly read: Resource
  readonly write: Resource
  readonly #simulation: Simulation
  #alive = true

  constructor(specification: StoreSpecification, simulation: Simulation, start: Instant, origin?: Store) {
    const { name } = specification
    this.specification = specification
    this.#simulation = simulation
    this.read = simulation.flows.resource({ name: `${name} read`, capacity: specification.read_bytesPerSecond })
    this.write = simulation.flows.resource({ name: `${name} write`, capacity: specification.write_bytesPerSecond })
    this.storage = new StorageMeter(simulation.now, specification.kind === 'object' ? specification.prices : undefined)
    const clock = simulatedClock(simulation, start)
    this.objects =
      origin === undefined
        ? new VirtualStore({
            name,
            clock,
            capacity_bytes: specification.kind === 'disk' ? specification.capacity_bytes : Infinity,
          })
        : origin.objects.fork(clock)
    this.objects.onChange = (change, blob, bytes) => {
      if (change === 'put') this.storage.put(blob, bytes, simulation.now)
      else this.storage.delete(blob, bytes, simulation.now)
    }
  }

  get name(): string {
    return this.specification.name
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The engine's port as `connection.principal` sees this store. */
  connect(connection: Connection): BlobStore {
    const session: Use[] = connection.session === undefined ? [] : [{ resource: connection.session }]
    return this.objects.connect({
      principal: connection.principal,
      may: connection.may,
      simulation: this.#simulation,
      putRoute: [...session, ...uses(connection.to.resources), { resource: this.write }],
      getRoute: [...session, { resource: this.read }, ...uses(connection.from.resources)],
      latency_s: this.specification.latency_s + connection.to.latency_s,
      lock_s: this.specification.kind === 'object' ? this.specification.lock_s : 0,
      purpose: connection.purpose,
      onRequest: (kind, bytes) => {
        this.requests.record(kind, bytes, this.#simulation.now, connection.leavesRegion)
      },
    })
  }

  /** The store is gone with all that it held. */
  destroy(reason: Error): void {
    this.#alive = false
    this.objects.destroy(reason)
    for (const resource of [this.read, this.write]) resource.fail(reason)
  }
}

function uses(resources: readonly Resource[]): Use[] {
  return resources.map((resource) => ({ resource }))
}
