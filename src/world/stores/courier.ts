import type { Medium } from '../../adapters/virtual/index.ts'
import { StoreFullError, StoreUnavailableError } from '../../engine/errors.ts'
import type { Flow } from '../../kernel/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { Schedule } from '../timetable.ts'
import { onSchedule } from '../timetable.ts'
import type { StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'

/**
 * A disk that is filled here, carried to another store and emptied into it: seeds what a link would take months to
 * transfer.
 */
export interface CourierStoreSpecification extends StoreCommon {
  readonly kind: 'courier'
  readonly capacity_bytes: number
  /** The store that it is emptied into; repositories on the disk belong to that store. */
  readonly carriesTo: string
  /** When the courier calls, who takes the disk if it has contents and nobody is writing to it. */
  readonly pickup: Schedule
  /** One way. */
  readonly transit: Distribution
  /** Rate at which the destination reads the disk in. */
  readonly import_bytesPerSecond: number
  readonly usdPerTrip: number
}

export const courier: StoreKind<CourierStoreSpecification> = {
  kind: 'courier',
  build: (specification, setting, origin) =>
    new CourierDisk(specification, setting, origin instanceof CourierDisk ? origin : undefined),
}

/** Interval between attempts to read in a disk that the destination, down or full, could not accept. */
const TRY_AGAIN_S = 86_400

type Whereabouts = 'here' | 'on its way' | 'being read in' | 'on its way back'

class CourierDisk implements StoreBehaviour {
  readonly medium: Medium = { serve: (_, pass) => this.#serve(pass) }
  readonly #specification: CourierStoreSpecification
  readonly #setting: StoreSetting
  #where: Whereabouts
  /** When the disk arrives at its next place, seconds since start. */
  #until_s: number
  #trips: number
  #requests = 0
  #reading: Flow | undefined

  constructor(specification: CourierStoreSpecification, setting: StoreSetting, origin?: CourierDisk) {
    this.#specification = specification
    this.#setting = setting
    this.#where = origin === undefined ? 'here' : origin.#where
    this.#until_s = origin === undefined ? 0 : origin.#until_s
    this.#trips = origin === undefined ? 0 : origin.#trips
    const { simulation, timetable } = setting
    timetable.add(onSchedule(specification.pickup, simulation.now, () => this.#pickUp()))
    if (this.#where === 'on its way') simulation.at(this.#until_s, () => this.#arrive())
    // A disk that was being read in when the world branched is read in again.
    if (this.#where === 'being read in') simulation.at(simulation.now, () => this.#arrive())
    if (this.#where === 'on its way back') simulation.at(this.#until_s, () => this.#return())
  }

  /** A disk in transit or at the destination survives the loss of the site. */
  survives(): boolean {
    return this.#where !== 'here'
  }

  lost(): void {
    this.#reading?.cancel(new StoreUnavailableError(`${this.#specification.name} is gone`))
  }

  replace(): void {
    this.#where = 'here'
  }

  costs(): StoreCost[] {
    const { name, usdPerTrip } = this.#specification
    const usd = this.#trips * usdPerTrip
    return [{ category: 'equipment', item: `${name} courier`, quantity: this.#trips, unit: 'trips', usd }]
  }

  async #serve(pass: () => Promise<void>): Promise<void> {
    this.#assertHere()
    this.#requests += 1
    try {
      await pass()
    } finally {
      this.#requests -= 1
    }
  }

  #assertHere(): void {
    if (this.#where === 'here') return
    const { name, carriesTo } = this.#specification
    throw new StoreUnavailableError(`${name} is not here: it is ${this.#where}, ${carriesTo}`)
  }

  #pickUp(): void {
    const { simulation, objects } = this.#setting
    if (this.#where !== 'here' || this.#requests > 0 || objects.objects === 0) return
    this.#trips += 1
    this.#travel('on its way', simulation.now, () => this.#arrive())
  }

  #travel(where: Whereabouts, now_s: number, arrive: () => void): void {
    const { simulation } = this.#setting
    const { name, transit } = this.#specification
    this.#where = where
    this.#until_s = now_s + sample(transit, simulation.random(name, where, now_s))
    const until_s = this.#until_s
    simulation.at(until_s, () => {
      if (this.#where === where && this.#until_s === until_s) arrive()
    })
  }

  #arrive(): void {
    const { simulation, objects, other } = this.#setting
    const { carriesTo, import_bytesPerSecond: cap } = this.#specification
    this.#where = 'being read in'
    const target = other(carriesTo)
    this.#reading = simulation.flows.transfer({
      amount: objects.stored_bytes,
      over: [{ resource: target.write }],
      ...(cap < Infinity ? { cap } : {}),
      purpose: 'import',
      finished: () => {
        const left = this.#handOver()
        if (left === 0) this.#travel('on its way back', simulation.now, () => this.#return())
        else this.#tryAgain()
      },
    })
    this.#reading.done.catch(() => this.#tryAgain())
  }

  /** Returns the number of blobs that the destination did not accept. */
  #handOver(): number {
    const { objects, other } = this.#setting
    const target = other(this.#specification.carriesTo)
    const taken = new Set<string>()
    for (const name of objects.names('')) {
      try {
        target.take(name, objects.content(name))
        taken.add(name)
      } catch (error) {
        if (!(error instanceof StoreFullError) && !(error instanceof StoreUnavailableError)) throw error
        break
      }
    }
    return objects.loseAllBut((name) => !taken.has(name))
  }

  #tryAgain(): void {
    const { simulation, objects } = this.#setting
    simulation.after(TRY_AGAIN_S, () => {
      if (this.#where === 'being read in' && objects.objects > 0) this.#arrive()
    })
  }

  #return(): void {
    this.#where = 'here'
  }
}
