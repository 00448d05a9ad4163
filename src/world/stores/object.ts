import type { Medium, MediumRequest } from '../../adapters/virtual/index.ts'
import type { Use } from '../../kernel/index.ts'
import { MONTH_S, StorageMeter } from '../storage-meter.ts'
import type { ObjectStorePrices } from '../storage-meter.ts'
import { onInterval } from '../timetable.ts'
import { RequestLimit } from './request-limit.ts'
import { PACK } from './store-kind.ts'
import type { ReadingProspect, StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'
import { Thawing, waitOf } from './thawing.ts'
import type { Retrievals, Thaw } from './thawing.ts'

const DAY_S = 86_400
const GB = 1e9

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
  readonly #thawing: Thawing
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
    const classOf = (name: string): StorageClass => this.#classOf(name)
    this.#thawing = new Thawing(
      specification.name,
      setting,
      this.#classes,
      classOf,
      origin === undefined ? undefined : origin.#thawing,
    )
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
      ...(archives ? { prepare: (names) => this.#thawing.thaw(names, true) } : {}),
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
    this.#thawing.forget(name)
    for (const queue of this.#queues) queue.delete(name)
  }

  lost(): void {
    const { now } = this.#setting.simulation
    for (const meter of this.#meters) meter.lose(now)
    for (const names of [...this.#queues, this.#billedIn]) names.clear()
    this.#thawing.clear()
  }

  /** The slowest class decides the wait: a restore requests all packs at once. */
  prospect(prefix: string): ReadingProspect {
    const waits_s = this.#classesOf(prefix).map((each) => waitOf(each.thaw, this.#packsIn(each, prefix)))
    return { wait_s: Math.max(0, ...waits_s), bytesPerSecond: Infinity }
  }

  /** Sizes of the packs below a prefix that a class holds. */
  #packsIn(of: StorageClass, prefix: string): () => readonly number[] {
    const { objects } = this.#setting
    return () =>
      objects
        .names(`${prefix}data/`)
        .filter((name) => this.#classOf(name) === of)
        .map((name) => objects.info(name).size)
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
    for (const [{ class: className, thaw }, { bytes, requests: count }] of this.#thawing.retrievals) {
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
    if (kind === 'get') await this.#thawing.thaw([name])
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
