import type { Resource, ResourceOptions } from './flow.ts'
import { UsageMeter } from './usage.ts'
import type { Usage } from './usage.ts'

/** The network that a resource belongs to. */
export interface ResourceOwner {
  readonly now: number
  /** Reports what flows under way have moved over a resource so far and not yet settled, by purpose. */
  countDelivered(resource: SharedResource, count: (purpose: string, amount: number) => void): void
  capacityChanged(resource: SharedResource): void
  /** Ends all flows over a resource with an error. */
  kill(resource: SharedResource, error: Error): void
}

/** A resource as the network that it belongs to sees it. */
export class SharedResource implements Resource {
  readonly network: ResourceOwner
  readonly number: number
  readonly name: string
  readonly meter: UsageMeter
  capacity: number
  failure: Error | undefined
  stalled = false

  constructor(network: ResourceOwner, number: number, { name, capacity }: ResourceOptions) {
    checkCapacity(name, capacity)
    this.network = network
    this.number = number
    this.name = name
    this.capacity = capacity
    this.meter = new UsageMeter(network, (count) => network.countDelivered(this, count))
  }

  get usage(): Usage {
    return this.meter
  }

  get failed(): boolean {
    return this.failure !== undefined
  }

  setCapacity(capacity: number): void {
    checkCapacity(this.name, capacity)
    if (capacity === this.capacity) return
    this.capacity = capacity
    if (!this.stalled) this.network.capacityChanged(this)
  }

  stall(): void {
    if (this.stalled) return
    this.stalled = true
    this.network.capacityChanged(this)
  }

  fail(error: Error): void {
    this.failure = error
    this.network.kill(this, error)
  }

  restore(): void {
    this.failure = undefined
    if (!this.stalled) return
    this.stalled = false
    this.network.capacityChanged(this)
  }

  /** Returns false when the load is what it was. */
  setLoad(load: number): boolean {
    if (load === this.meter.load()) return false
    this.meter.setLoad(load)
    return true
  }
}

function checkCapacity(name: string, capacity: number): void {
  if (!(capacity >= 0)) throw new RangeError(`capacity of resource '${name}' is at least 0, not ${capacity}`)
}
