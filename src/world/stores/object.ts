import type { Medium, MediumRequest } from '../../adapters/virtual/index.ts'
import type { Use } from '../../kernel/index.ts'
import { meanOf, sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { MONTH_S, StorageMeter } from '../storage-meter.ts'
import type { ObjectStorePrices } from '../storage-meter.ts'
import { onInterval } from '../timetable.ts'
import { PACK } from './store-kind.ts'
import type { ReadingProspect, StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'

const DAY_S = 86_400
const GB = 1e9

/** How objects of an archive class are made readable. */
export interface Thaw {
  /** 'expedited', 'standard', 'bulk'. */
  readonly tier: string
  /** Time from the request to the first byte. */
  readonly delay: Distribution
  readonly usdPerGB: number
  readonly perThousand_usd: number
  /** How long an object stays readable. */
  readonly stays_s: number
}

export interface StorageClass {
  readonly class: string
  readonly prices: ObjectStorePrices
  /** Absent: objects can be read at once. */
  readonly thaw?: Thaw
}

/** Moves objects of this age to another class, once a day. */
export interface Transition extends StorageClass {
  readonly after_s: number
  readonly transitionPerThousand_usd: number
}

/** A bucket. */
export interface ObjectStoreSpecification extends StoreCommon, StorageClass {
  readonly kind: 'object'
  readonly lock_s: number
  /** Requests a second above which clients are delayed. Default: no limit. */
  readonly requestRates?: { readonly puts_perSecond: number; readonly gets_perSecond: number }
  /** By age, ascending. Default: none. */
  readonly lifecycle?: readonly Transition[]
}

export const object: StoreKind<ObjectStoreSpecification> = {
  kind: 'object',
  build: (specification, setting, origin) =>
    new ObjectStore(specification, setting, origin instanceof ObjectStore ? origin : undefined),
}

/** An object that is readable for a while, from an instant that may be in the future. */
interface Thawed {
  readonly from_s: number
  readonly until_s: number
}

/** What was thawed, or read, of a class. */
interface Retrievals {
  bytes: number
  requests: number
}

class ObjectStore implements StoreBehaviour {
  readonly medium?: Medium
  readonly #specification: ObjectStoreSpecification
  readonly #setting: StoreSetting
  /** The class that objects are written to, then those that they move to. */
  readonly #classes: readonly StorageClass[]
  readonly #lifecycle: readonly Transition[]
  /** One for each class. */
  readonly #meters: readonly StorageMeter[]
  /** Objects that will move, with the class in which each is billed. */
  readonly #billedIn: Map<string, number>
  /** The objects that wait for each transition, with their due time, in order of that time. */
  readonly #queues: readonly Map<string, number>[]
  readonly #transitions: number[]
  readonly #thawed: Map<string, Thawed>
  readonly #retrievals = new Map<StorageClass, Retrievals>()
  /** Reads from classes that objects have moved to and that can be read at once, at the prices of those classes. */
  readonly #reads = new Map<StorageClass, Retrievals>()
  readonly #limits: { readonly put: RequestLimit; readonly get: RequestLimit } | undefined

  constructor(specification: ObjectStoreSpecification, setting: StoreSetting, origin?: ObjectStore) {
    this.#specification = specification
    this.#setting = setting
    const { requestRates, lifecycle = [] } = specification
    this.#lifecycle = lifecycle
    this.#classes = [specification, ...lifecycle]
    const { simulation, timetable } = setting
    this.#meters = this.#classes.map(({ prices }) => new StorageMeter(simulation.now, prices))
    this.#billedIn = new Map(origin === undefined ? [] : origin.#billedIn)
    this.#queues = lifecycle.map((_, step) => new Map(origin === undefined ? [] : origin.#queues[step]))
    this.#transitions = lifecycle.map(() => 0)
    this.#thawed = new Map(origin === undefined ? [] : origin.#thawed)
    if (lifecycle.length > 0) timetable.add(onInterval(DAY_S, simulation.now, () => this.#move()))
    if (requestRates !== undefined) {
      this.#limits = {
        put: new RequestLimit(requestRates.puts_perSecond),
        get: new RequestLimit(requestRates.gets_perSecond),
      }
    }
    const archives = this.#classes.some(({ thaw }) => thaw !== undefined)
    if (!archives && lifecycle.length === 0 && requestRates === undefined) return
    this.medium = {
      serve: (request, pass) => this.#serve(request, pass),
      ...(archives ? { prepare: (names) => this.#thaw(names, true) } : {}),
    }
  }

  changed(change: 'put' | 'delete', name: string, bytes: number): void {
    const { now } = this.#setting.simulation
    if (change === 'put') {
      this.#meters[0]!.put(name, bytes, now)
      if (this.#lifecycle.length === 0 || !PACK.test(name)) return
      for (const [step, { after_s }] of this.#lifecycle.entries()) this.#queues[step]!.set(name, now + after_s)
      this.#billedIn.set(name, 0)
      return
    }
    this.#meters[this.#billedIn.get(name) ?? 0]!.delete(name, bytes, now)
    this.#billedIn.delete(name)
    this.#thawed.delete(name)
    for (const queue of this.#queues) queue.delete(name)
  }

  lost(): void {
    const { now } = this.#setting.simulation
    for (const meter of this.#meters) meter.lose(now)
    for (const names of [...this.#queues, this.#billedIn, this.#thawed]) names.clear()
  }

  /** One archived pack decides the wait: a restore requests all packs at once. */
  prospect(prefix: string): ReadingProspect {
    return { wait_s: Math.max(0, ...this.#classesOf(prefix).map(waitOf)), bytesPerSecond: Infinity }
  }

  isAway(prefix: string): boolean {
    return this.#classesOf(prefix).some(({ thaw }) => thaw !== undefined)
  }

  /** The classes that hold packs below a prefix. */
  #classesOf(prefix: string): StorageClass[] {
    if (this.#lifecycle.length === 0) return [this.#classes[0]!]
    const names = this.#setting.objects.names(`${prefix}data/`)
    return [...new Set(names.map((name) => this.#classOf(name)))]
  }

  costs(now_s: number): StoreCost[] {
    const { name, prices } = this.#specification
    const { requests } = this.#setting
    const costs: StoreCost[] = []
    for (const [at, { class: className }] of this.#classes.entries()) {
      const held = this.#meters[at]!.read(now_s)
      const item = at === 0 ? name : `${name} ${className}`
      const months = held.byteSeconds / GB / MONTH_S
      costs.push(
        { category: 'storage', item: `${item} stored`, quantity: months, unit: 'GB-months', usd: held.storage_usd },
        {
          category: 'storage',
          item: `${item} deleted early`,
          quantity: held.earlyDeletion_usd === 0 ? 0 : 1,
          unit: 'charges',
          usd: held.earlyDeletion_usd,
        },
      )
    }
    const moved = [...this.#reads.values()]
    const gets = requests.gets - moved.reduce((sum, read) => sum + read.requests, 0)
    const retrievedGB = (requests.retrieved_bytes - moved.reduce((sum, read) => sum + read.bytes, 0)) / GB
    costs.push(
      {
        category: 'requests',
        item: `${name} PUT, LIST`,
        quantity: requests.puts,
        unit: 'requests',
        usd: (requests.puts / 1000) * prices.putPerThousand_usd,
      },
      ...readingCosts(name, prices, gets, retrievedGB),
    )
    for (const [{ class: className, prices: own }, read] of this.#reads) {
      costs.push(...readingCosts(`${name} ${className}`, own, read.requests, read.bytes / GB))
    }
    for (const [step, { class: className, transitionPerThousand_usd }] of this.#lifecycle.entries()) {
      const quantity = this.#transitions[step]!
      const usd = (quantity / 1000) * transitionPerThousand_usd
      costs.push({ category: 'requests', item: `${name} to ${className}`, quantity, unit: 'transitions', usd })
    }
    for (const [{ class: className, thaw }, { bytes, requests: count }] of this.#retrievals) {
      const usd = (bytes / GB) * thaw!.usdPerGB + (count / 1000) * thaw!.perThousand_usd
      const item = `${name} ${className}, ${thaw!.tier}`
      costs.push({ category: 'retrieval', item, quantity: bytes / GB, unit: 'GB', usd, ofReading: true })
    }
    costs.push({
      category: 'egress',
      item: name,
      quantity: requests.egress_bytes / GB,
      unit: 'GB',
      usd: requests.egress_usd(prices),
      ofReading: true,
    })
    return costs
  }

  /** Moves the objects that have reached a transition's age. Where several are due, an object goes straight to the last. */
  #move(): void {
    const { simulation, objects } = this.#setting
    const { now } = simulation
    const moving = new Map<string, number>()
    for (const [step, queue] of this.#queues.entries()) {
      for (const [name, due_s] of queue) {
        if (due_s > now) break
        queue.delete(name)
        moving.set(name, step)
      }
    }
    for (const [name, step] of moving) {
      const bytes = objects.find(name)?.size ?? 0
      this.#meters[this.#billedIn.get(name) ?? 0]!.delete(name, bytes, now)
      this.#meters[step + 1]!.put(name, bytes, now)
      this.#billedIn.set(name, step + 1)
      this.#transitions[step]! += 1
    }
  }

  #classOf(name: string): StorageClass {
    const created_s = this.#setting.created_s(name)
    const today_s = Math.floor(this.#setting.simulation.now / DAY_S) * DAY_S
    let at = this.#lifecycle.length
    while (at > 0 && created_s + this.#lifecycle[at - 1]!.after_s > today_s) at--
    return this.#classes[at]!
  }

  async #serve({ kind, name, bytes }: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void> {
    const { simulation } = this.#setting
    const isRead = kind === 'get' || kind === 'stat'
    const wait_s = this.#limits?.[isRead ? 'get' : 'put'].admit(simulation.now) ?? 0
    if (wait_s > 0) await simulation.sleep(wait_s)
    if (kind === 'get') await this.#thaw([name])
    await pass()
    if (isRead) this.#countRead(name, bytes)
  }

  #countRead(name: string, bytes: number): void {
    const billedIn = this.#billedIn.get(name) ?? 0
    const storageClass = this.#classes[billedIn]!
    if (billedIn === 0 || storageClass.thaw !== undefined) return
    const read = this.#reads.get(storageClass) ?? { bytes: 0, requests: 0 }
    read.bytes += bytes
    read.requests += 1
    this.#reads.set(storageClass, read)
  }

  /**
   * Resolves when all of them can be read. Only packs are archived: config, keys, index files and snapshots are always
   * readable. Objects that have not been requested yet are requested at once.
   * @param hold objects that are not archived yet stay so while the thawed ones last: for a restore of several days the
   *   lifecycle's rules are suspended, as otherwise every midnight would archive more of what it still has to read
   */
  async #thaw(names: readonly string[], hold = false): Promise<undefined> {
    const { simulation, objects } = this.#setting
    const { now } = simulation
    const delays = new Map<StorageClass, number>()
    let ready_s = now
    const held: Thawed = {
      from_s: now,
      until_s: now + Math.max(0, ...this.#classes.map(({ thaw }) => thaw?.stays_s ?? 0)),
    }
    for (const name of names) {
      const info = objects.find(name)
      if (info === undefined) continue
      const storageClass = this.#classOf(name)
      const { thaw } = storageClass
      if (!PACK.test(name)) continue
      if (thaw === undefined) {
        if (hold) this.#thawed.set(name, held)
        continue
      }
      let thawed = this.#thawed.get(name)
      if (thawed === undefined || thawed.until_s <= now) {
        let delay_s = delays.get(storageClass)
        if (delay_s === undefined) {
          delay_s = sample(thaw.delay, simulation.random(this.#specification.name, `thaw ${storageClass.class}`, now))
          delays.set(storageClass, delay_s)
        }
        thawed = { from_s: now + delay_s, until_s: now + delay_s + thaw.stays_s }
        this.#thawed.set(name, thawed)
        const retrievals = this.#retrievals.get(storageClass) ?? { bytes: 0, requests: 0 }
        retrievals.bytes += info.size
        retrievals.requests += 1
        this.#retrievals.set(storageClass, retrievals)
      }
      if (thawed.from_s > ready_s) ready_s = thawed.from_s
    }
    if (ready_s > now) await simulation.sleep(ready_s - now)
  }
}

/** Mean time until an object of a class can be read. */
function waitOf({ thaw }: StorageClass): number {
  return thaw === undefined ? 0 : meanOf(thaw.delay)
}

/** Cost of reading at the prices of a class. */
function readingCosts(item: string, prices: ObjectStorePrices, gets: number, retrievedGB: number): StoreCost[] {
  const requests_usd = (gets / 1000) * prices.getPerThousand_usd
  const retrieval_usd = retrievedGB * prices.retrievalPerGB_usd
  return [
    {
      category: 'requests',
      item: `${item} GET`,
      quantity: gets,
      unit: 'requests',
      usd: requests_usd,
      ofReading: true,
    },
    { category: 'retrieval', item, quantity: retrievedGB, unit: 'GB', usd: retrieval_usd, ofReading: true },
  ]
}

/** Admits a number of requests a second; a burst of up to one second's worth passes at once. */
class RequestLimit {
  readonly #interval_s: number
  #next_s = -Infinity

  constructor(perSecond: number) {
    this.#interval_s = 1 / perSecond
  }

  /** How long the request has to wait, seconds. */
  admit(now_s: number): number {
    this.#next_s = Math.max(this.#next_s, now_s - 1) + this.#interval_s
    return Math.max(0, this.#next_s - now_s)
  }
}
