const DAY_S = 86_400
/** Length of an average month, used throughout: 30.4375 days. */
export const MONTH_S = 30.4375 * DAY_S
const GB = 1e9

/** Prices of an object store; zero where neither the scenario nor a preset gives one. */
export interface ObjectStorePrices {
  /** Volume tiers: the price of each GB-month (decimal GB) up to `upTo_bytes` of the volume held. */
  readonly storage: ReadonlyArray<{ readonly upTo_bytes: number; readonly usdPerGBMonth: number }>
  readonly putPerThousand_usd: number
  readonly getPerThousand_usd: number
  readonly retrievalPerGB_usd: number
  /** Tiers by monthly volume for traffic that leaves the provider. */
  readonly egress: ReadonlyArray<{ readonly upTo_bytes: number; readonly usdPerGB: number }>
  /** Objects deleted before this age are billed up to it. */
  readonly minimumStorage_s: number
}

/** Dollars a second for holding `stored_bytes`: each tier's price applies to the part of the volume that falls into it. */
export function storageRate_usdPerSecond(prices: ObjectStorePrices, stored_bytes: number): number {
  return tiered_usd(prices.storage, stored_bytes, ({ usdPerGBMonth }) => usdPerGBMonth) / MONTH_S
}

/** Dollars for `bytes` of traffic in one month, by the tiers of a price list. */
export function egressCharge_usd(prices: ObjectStorePrices, bytes: number): number {
  return tiered_usd(prices.egress, bytes, ({ usdPerGB }) => usdPerGB)
}

function tiered_usd<Tier extends { readonly upTo_bytes: number }>(
  tiers: readonly Tier[],
  bytes: number,
  usdPerGBOf: (tier: Tier) => number,
): number {
  let from_bytes = 0
  let usd = 0
  for (const tier of tiers) {
    if (bytes <= from_bytes) break
    usd += ((Math.min(bytes, tier.upTo_bytes) - from_bytes) / GB) * usdPerGBOf(tier)
    from_bytes = tier.upTo_bytes
  }
  return usd
}

/** What a store holds at the end of a day. */
export interface DayOfStorage {
  readonly day: number
  readonly stored_bytes: number
  readonly objects: number
  readonly snapshots: number
}

/** Blobs in this folder of a repository are its snapshots (docs/repository-format.md). */
const SNAPSHOT_FOLDER = '/snapshots/'

/** Follows what a store holds over time: volume by day, its time integral, and the charges that depend on an object's age. */
export class StorageMeter {
  readonly #prices: ObjectStorePrices | undefined
  readonly #created = new Map<string, number>()
  readonly #days: DayOfStorage[] = []
  #since_s: number
  #stored_bytes = 0
  #objects = 0
  #snapshots = 0
  #peak_bytes = 0
  #byteSeconds = 0
  #storage_usd = 0
  #earlyDeletion_usd = 0

  constructor(now_s: number, prices?: ObjectStorePrices) {
    this.#since_s = now_s
    this.#prices = prices
  }

  put(name: string, bytes: number, now_s: number): void {
    this.#advance(now_s)
    this.#created.set(name, now_s)
    this.#stored_bytes += bytes
    this.#objects += 1
    if (name.includes(SNAPSHOT_FOLDER)) this.#snapshots += 1
    if (this.#stored_bytes > this.#peak_bytes) this.#peak_bytes = this.#stored_bytes
  }

  delete(name: string, bytes: number, now_s: number): void {
    this.#advance(now_s)
    this.#stored_bytes -= bytes
    this.#objects -= 1
    if (name.includes(SNAPSHOT_FOLDER)) this.#snapshots -= 1
    const created_s = this.#created.get(name) ?? now_s
    this.#created.delete(name)
    const missing_s = (this.#prices?.minimumStorage_s ?? 0) - (now_s - created_s)
    if (this.#prices !== undefined && missing_s > 0) {
      this.#earlyDeletion_usd += storageRate_usdPerSecond(this.#prices, bytes) * missing_s
    }
  }

  /** Everything is gone at once. Early-deletion charges do not apply, because nobody deleted anything. */
  lose(now_s: number): void {
    this.#advance(now_s)
    this.#created.clear()
    this.#stored_bytes = 0
    this.#objects = 0
    this.#snapshots = 0
  }

  /** The totals up to `now_s`. */
  read(now_s: number): {
    readonly stored_bytes: number
    readonly peak_bytes: number
    readonly objects: number
    /** Time integral of the volume held. */
    readonly byteSeconds: number
    readonly storage_usd: number
    readonly earlyDeletion_usd: number
    readonly days: readonly DayOfStorage[]
  } {
    this.#advance(now_s)
    return {
      stored_bytes: this.#stored_bytes,
      peak_bytes: this.#peak_bytes,
      objects: this.#objects,
      byteSeconds: this.#byteSeconds,
      storage_usd: this.#storage_usd,
      earlyDeletion_usd: this.#earlyDeletion_usd,
      days: this.#days,
    }
  }

  #advance(now_s: number): void {
    const held_s = now_s - this.#since_s
    if (held_s <= 0) return
    this.#byteSeconds += this.#stored_bytes * held_s
    if (this.#prices !== undefined) {
      this.#storage_usd += storageRate_usdPerSecond(this.#prices, this.#stored_bytes) * held_s
    }
    for (let day = Math.floor(this.#since_s / DAY_S); (day + 1) * DAY_S <= now_s; day += 1) {
      this.#days.push({
        day,
        stored_bytes: this.#stored_bytes,
        objects: this.#objects,
        snapshots: this.#snapshots,
      })
    }
    this.#since_s = now_s
  }
}

/** Counts the requests and traffic of a store by purpose. */
export class RequestMeter {
  #puts = 0
  #gets = 0
  #retrieved_bytes = 0
  readonly #egressByMonth_bytes = new Map<number, number>()
  /** Traffic already counted by the origin in each month, from which the price tiers continue. */
  readonly #earlierByMonth_bytes: ReadonlyMap<number, number>

  /** With `origin`: counts only what comes on top of the origin's counts. */
  constructor(origin?: RequestMeter) {
    const earlier = new Map(origin === undefined ? [] : origin.#earlierByMonth_bytes)
    for (const [month, bytes] of origin === undefined ? [] : origin.#egressByMonth_bytes) {
      earlier.set(month, (earlier.get(month) ?? 0) + bytes)
    }
    this.#earlierByMonth_bytes = earlier
  }

  /** With `leavesRegion`, the bytes of a get go to another region and the provider charges egress. */
  record(kind: 'put' | 'get' | 'list' | 'delete', bytes: number, now_s: number, leavesRegion: boolean): void {
    if (kind === 'put' || kind === 'list') this.#puts += 1
    if (kind !== 'get') return
    this.#gets += 1
    this.#retrieved_bytes += bytes
    if (!leavesRegion) return
    const month = Math.floor(now_s / MONTH_S)
    this.#egressByMonth_bytes.set(month, (this.#egressByMonth_bytes.get(month) ?? 0) + bytes)
  }

  /** Requests billed as writes: PUT, LIST and the like. Deletions are free at every provider in the reference data. */
  get puts(): number {
    return this.#puts
  }

  get gets(): number {
    return this.#gets
  }

  get retrieved_bytes(): number {
    return this.#retrieved_bytes
  }

  get egress_bytes(): number {
    let bytes = 0
    for (const month of this.#egressByMonth_bytes.values()) bytes += month
    return bytes
  }

  egress_usd(prices: ObjectStorePrices): number {
    let usd = 0
    for (const [month, bytes] of this.#egressByMonth_bytes) {
      const earlier_bytes = this.#earlierByMonth_bytes.get(month) ?? 0
      usd += egressCharge_usd(prices, earlier_bytes + bytes) - egressCharge_usd(prices, earlier_bytes)
    }
    return usd
  }
}
