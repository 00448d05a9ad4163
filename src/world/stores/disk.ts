import { RaidGroup } from '../nodes/raid.ts'
import type { RaidSpecification } from '../nodes/raid.ts'
import type { StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'

const YEAR_S = 365.25 * 86_400

/** A local disk or a NAS: limited by its rate and its capacity. */
export interface DiskStoreSpecification extends StoreCommon {
  readonly kind: 'disk'
  readonly capacity_bytes: number
  /** The array of disks behind its rates. Default: a single disk. */
  readonly raid?: RaidSpecification
  /** Purchase, power and maintenance, per year. */
  readonly usdPerYear: number
}

export const disk: StoreKind<DiskStoreSpecification> = {
  kind: 'disk',
  build: (specification, setting, origin) =>
    specification.raid === undefined
      ? { costs: (now_s) => costsOf(specification, now_s) }
      : new GuardedDisks(
          specification,
          specification.raid,
          setting,
          origin instanceof GuardedDisks ? origin : undefined,
        ),
}

class GuardedDisks implements StoreBehaviour {
  readonly #specification: DiskStoreSpecification
  readonly #raid: RaidGroup

  constructor(
    specification: DiskStoreSpecification,
    raid: RaidSpecification,
    { simulation, read, write }: StoreSetting,
    origin?: GuardedDisks,
  ) {
    this.#specification = specification
    this.#raid = new RaidGroup(raid, simulation, { read, write }, origin === undefined ? undefined : origin.#raid)
  }

  failOne(): boolean {
    return this.#raid.failOne()
  }

  replace(): void {
    this.#raid.replaceAll()
  }

  resume(): void {
    this.#raid.resume()
  }

  costs(now_s: number): StoreCost[] {
    return costsOf(this.#specification, now_s)
  }
}

function costsOf({ name, usdPerYear }: DiskStoreSpecification, now_s: number): StoreCost[] {
  const years = now_s / YEAR_S
  return [{ category: 'equipment', item: name, quantity: years, unit: 'years', usd: (usdPerYear * now_s) / YEAR_S }]
}
