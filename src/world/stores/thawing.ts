import { meanOf, sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { RequestLimit } from './request-limit.ts'
import { PACK } from './store-kind.ts'
import type { StoreSetting } from './store-kind.ts'

/** How objects of an archive class are made readable. */
export interface Thaw {
  /** 'expedited', 'standard' or 'bulk'. */
  readonly tier: string
  /** From the request to the first byte. */
  readonly delay: Distribution
  readonly usdPerGB: number
  readonly perThousand_usd: number
  /** How long an object stays readable. */
  readonly stays_s: number
  /** Requests a second that the tier accepts; further ones are made later. Default: no limit. */
  readonly requests_perSecond?: number
  /** How fast the tier thaws, all objects together. Default: no limit. */
  readonly bytesPerSecond?: number
}

/** What was thawed of a class. */
export interface Retrievals {
  bytes: number
  requests: number
}

/** A period in which an object is readable; it may begin in the future. */
interface Thawed {
  readonly from_s: number
  readonly until_s: number
}

/** Which tier thaws an object, and which class it is in; `thaw` undefined for one that can be read at once. */
export interface Frozen {
  readonly class: string
  readonly thaw?: Thaw
}

/** The requests that a tier is working on, one after another where it has limits. */
class Line {
  readonly #thaw: Thaw
  readonly #requests: RequestLimit | undefined
  /** When all that was requested so far has been thawed. */
  #done_s: number

  constructor(thaw: Thaw, origin?: Line) {
    this.#thaw = thaw
    this.#done_s = origin === undefined ? -Infinity : origin.#done_s
    const { requests_perSecond } = thaw
    if (requests_perSecond !== undefined)
      this.#requests = new RequestLimit(requests_perSecond, origin === undefined ? undefined : origin.#requests)
  }

  /** When an object that is requested now can be read. */
  readyAt(now_s: number, delay_s: number, bytes: number): number {
    const asked_s = now_s + (this.#requests?.admit(now_s) ?? 0)
    const { bytesPerSecond = Infinity } = this.#thaw
    if (bytesPerSecond === Infinity) return asked_s + delay_s
    this.#done_s = Math.max(this.#done_s, asked_s + delay_s) + bytes / bytesPerSecond
    return this.#done_s
  }
}

/** What a bucket has thawed, and is thawing. */
export class Thawing {
  /** By class. */
  readonly retrievals = new Map<Frozen, Retrievals>()
  readonly #store: string
  readonly #setting: StoreSetting
  readonly #classOf: (name: string) => Frozen
  readonly #longest_s: number
  readonly #thawed: Map<string, Thawed>
  readonly #lines: ReadonlyMap<string, Line>

  /** @param classes of the store, each with a tier of its own */
  constructor(
    store: string,
    setting: StoreSetting,
    classes: readonly Frozen[],
    classOf: (name: string) => Frozen,
    origin?: Thawing,
  ) {
    this.#store = store
    this.#setting = setting
    this.#classOf = classOf
    this.#longest_s = Math.max(0, ...classes.map(({ thaw }) => thaw?.stays_s ?? 0))
    this.#thawed = new Map(origin === undefined ? [] : origin.#thawed)
    this.#lines = new Map(
      classes.flatMap(({ class: name, thaw }) =>
        thaw === undefined
          ? []
          : [[name, new Line(thaw, origin === undefined ? undefined : origin.#lines.get(name))] as const],
      ),
    )
  }

  forget(name: string): void {
    this.#thawed.delete(name)
  }

  clear(): void {
    this.#thawed.clear()
  }

  /**
   * Resolves when all of them can be read. Only packs are archived: config, keys, index files and snapshots are always
   * readable. Objects that have not been requested yet are requested at once.
   * @param hold objects that are not archived yet stay so while the thawed ones last: for a restore of several days the
   *   lifecycle's rules are suspended, as otherwise every midnight would archive more of what it still has to read
   */
  async thaw(names: readonly string[], hold = false): Promise<undefined> {
    const { simulation, objects } = this.#setting
    const { now } = simulation
    const delays = new Map<string, number>()
    let ready_s = now
    const held: Thawed = { from_s: now, until_s: now + this.#longest_s }
    for (const name of names) {
      const info = objects.find(name)
      if (info === undefined || !PACK.test(name)) continue
      const frozen = this.#classOf(name)
      const { thaw } = frozen
      if (thaw === undefined) {
        if (hold) this.#thawed.set(name, held)
        continue
      }
      let thawed = this.#thawed.get(name)
      if (thawed === undefined || thawed.until_s <= now) {
        let delay_s = delays.get(frozen.class)
        if (delay_s === undefined) {
          delay_s = sample(thaw.delay, simulation.random(this.#store, `thaw ${frozen.class}`, now))
          delays.set(frozen.class, delay_s)
        }
        const from_s = this.#lines.get(frozen.class)!.readyAt(now, delay_s, info.size)
        thawed = { from_s, until_s: from_s + thaw.stays_s }
        this.#thawed.set(name, thawed)
        this.#count(frozen, info.size)
      }
      if (thawed.from_s > ready_s) ready_s = thawed.from_s
    }
    if (ready_s > now) await simulation.sleep(ready_s - now)
  }

  #count(frozen: Frozen, bytes: number): void {
    const retrievals = this.retrievals.get(frozen) ?? { bytes: 0, requests: 0 }
    retrievals.bytes += bytes
    retrievals.requests += 1
    this.retrievals.set(frozen, retrievals)
  }
}

/**
 * Mean time until packs of a class can be read.
 * @param packs their sizes, needed only where the tier has limits
 */
export function waitOf(thaw: Thaw | undefined, packs: () => readonly number[]): number {
  if (thaw === undefined) return 0
  const { delay, requests_perSecond = Infinity, bytesPerSecond = Infinity } = thaw
  if (requests_perSecond === Infinity && bytesPerSecond === Infinity) return meanOf(delay)
  const sizes = packs()
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return meanOf(delay) + Math.max(sizes.length / requests_perSecond, bytes / bytesPerSecond)
}
