import type { Resource, Simulation } from '../../kernel/index.ts'
import type { Interruptible } from '../failures/outages.ts'
import type { LinkSpecification } from '../estate.ts'
import { MONTH_S } from '../storage-meter.ts'
import { onSteps } from '../timetable.ts'
import type { Timetable } from '../timetable.ts'

const GB = 1e9
const BYTES_PER_MBIT = 125_000
/** Width of the bins in which the kernel counts traffic: the interval by which providers bill. */
const BIN_S = 300

/** One item of a link's bill. */
export interface LinkCost {
  readonly item: string
  readonly quantity: number
  readonly unit: string
  readonly usd: number
}

/** A full-duplex connection: each direction has its whole bandwidth to itself. */
export class Link implements Interruptible {
  readonly specification: LinkSpecification
  /** From the first end to the second. */
  readonly forward: Resource
  /** From the second end to the first. */
  readonly backward: Resource
  /** Called when the link goes down or comes back. */
  onChange: (() => void) | undefined
  /** The current limit of the throttle calendar, bytes a second. */
  #throttle = Infinity
  /** Number of recoveries for which people have lifted the throttle. */
  #lifts = 0
  /** Share of the bandwidth that is available. */
  #share = 1
  #degradedUntil_s = Infinity
  readonly #simulation: Simulation

  constructor(specification: LinkSpecification, simulation: Simulation, timetable: Timetable, origin?: Link) {
    const { name, between, throttle } = specification
    this.specification = specification
    this.#simulation = simulation
    const [forward, backward] = bandwidths(specification)
    this.forward = simulation.flows.resource({ name: `${name} (${between[0]}→${between[1]})`, capacity: forward })
    this.backward = simulation.flows.resource({ name: `${name} (${between[1]}→${between[0]})`, capacity: backward })
    if (throttle !== undefined) {
      const apply = (bytesPerSecond: number): void => {
        this.#throttle = bytesPerSecond
        this.#settle()
      }
      timetable.add(onSteps(throttle, simulation.now, apply))
    }
    if (origin !== undefined) this.degrade(origin.#share, origin.#degradedUntil_s)
  }

  get name(): string {
    return this.specification.name
  }

  /** Takes the link down in both directions; transfers under way fail. */
  interrupt(reason: Error): void {
    for (const direction of [this.forward, this.backward]) direction.fail(reason)
    this.onChange?.()
  }

  resume(): void {
    for (const direction of [this.forward, this.backward]) direction.restore()
    this.onChange?.()
  }

  get down(): boolean {
    return this.forward.failed
  }

  /** Lifts the throttle for an emergency. It holds again when everyone who lifted it has put it back. */
  liftThrottle(): void {
    this.#lifts += 1
    this.#settle()
  }

  putThrottleBack(): void {
    this.#lifts -= 1
    this.#settle()
  }

  /**
   * Reduces the bandwidth to this share until a time or the next call; 1: all of it. Transfers under way continue.
   * @param until_s seconds since start
   */
  degrade(share: number, until_s = Infinity): void {
    this.#share = share
    this.#degradedUntil_s = until_s
    this.#settle()
    if (until_s === Infinity) return
    this.#simulation.at(until_s, () => {
      if (this.#degradedUntil_s === until_s) this.degrade(1)
    })
  }

  /** The bill up to now. */
  costs(now_s: number): LinkCost[] {
    const { name, usdPerMonth, usdPerGB = 0, usdPerMbitMonth = 0 } = this.specification
    const months = now_s / MONTH_S
    const costs: LinkCost[] = [{ item: name, quantity: months, unit: 'months', usd: months * usdPerMonth }]
    if (usdPerGB > 0) {
      const traffic_GB = (this.forward.usage.total() + this.backward.usage.total()) / GB
      costs.push({ item: `${name} traffic`, quantity: traffic_GB, unit: 'GB', usd: traffic_GB * usdPerGB })
    }
    if (usdPerMbitMonth > 0) {
      const mbitMonths = burstableMbitMonths(this.forward.usage.bins(now_s), this.backward.usage.bins(now_s), now_s)
      const item = `${name} 95th percentile`
      costs.push({ item, quantity: mbitMonths, unit: 'Mbit/s-months', usd: mbitMonths * usdPerMbitMonth })
    }
    return costs
  }

  #settle(): void {
    const [forward, backward] = bandwidths(this.specification)
    const throttle = this.#lifts > 0 ? Infinity : this.#throttle
    this.forward.setCapacity(Math.min(throttle, forward * this.#share))
    this.backward.setCapacity(Math.min(throttle, backward * this.#share))
  }
}

/** Bytes a second in each direction. */
export function bandwidths(specification: LinkSpecification): readonly [forward: number, backward: number] {
  const { bandwidth_bytesPerSecond, backward_bytesPerSecond = bandwidth_bytesPerSecond } = specification
  return [bandwidth_bytesPerSecond, backward_bytesPerSecond]
}

/**
 * Burstable billing: of each month's five-minute means in the busier direction, the highest 5 % are dropped and the
 * next highest is charged. A month that has only begun counts in proportion.
 */
export function burstableMbitMonths(forward: Float64Array, backward: Float64Array, now_s: number): number {
  const binsPerMonth = Math.round(MONTH_S / BIN_S)
  let total = 0
  for (let from = 0; from < forward.length; from += binsPerMonth) {
    const to = Math.min(forward.length, from + binsPerMonth)
    const [one, other] = [forward, backward].map((bins) => {
      const sorted = bins.slice(from, to).sort()
      return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)]!
    })
    const months = (Math.min(now_s, to * BIN_S) - from * BIN_S) / MONTH_S
    total += (Math.max(one!, other!) / BYTES_PER_MBIT) * months
  }
  return total
}
