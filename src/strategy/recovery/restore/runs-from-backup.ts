import { EngineError } from '../../../engine/errors.ts'
import type { Flow, Resource, Use } from '../../../kernel/index.ts'
import type { Dataset, World } from '../../../world/index.ts'
import type { InstantPlan } from '../../strategy.ts'

/** Longer than any recovery. */
const FOR_EVER_S = 100 * 365 * 86_400
const DAY_S = 86_400
/** Rounds in which written data are copied home while more is written; the machine pauses for the last one. */
const COPIES_AT_MOST = 10
const LAST_COPY_BYTES = 1e6
/** Less than this is not worth a remark. */
const WORTH_TELLING_BYTES = 1e5

/**
 * A virtual machine that runs from a backup store, over the network and in competition with other traffic, until its
 * images are restored. The backup itself is not changed: writes go to a redo log, on the store where that has a file
 * system and otherwise on the disks being restored to, and are merged into the images at the end.
 */
export class RunsFromBackup {
  readonly store: string
  readonly #world: World
  readonly #vm: string
  readonly #since_s: number
  readonly #reads: Stream
  readonly #writes: Stream
  readonly #logIsOnStore: boolean
  #ended_s: number | undefined
  #stood_s = 0

  constructor(world: World, dataset: Dataset, store: string, plan: InstantPlan) {
    const vm = dataset.specification.node
    this.store = store
    this.#world = world
    this.#vm = vm
    this.#since_s = world.simulation.now
    const { kind } = world.store(store).specification
    this.#logIsOnStore = kind === 'disk' || kind === 'cluster'
    const { load_bytesPerSecond, writes_bytesPerSecond = meanWrites_bytesPerSecond(dataset) } = plan
    this.#reads = new Stream(world, this.#fromStore([world.node(vm).diskRead]), load_bytesPerSecond)
    this.#writes = new Stream(world, this.#toLog(), writes_bytesPerSecond)
  }

  /** The store or the route to it has failed, so the machine has stopped. */
  get brokeOff(): boolean {
    return this.#reads.brokeOff || this.#writes.brokeOff
  }

  /** The images are restored: copies what the machine has written after them, and lets it run there. */
  async comeHome(): Promise<void> {
    const { simulation } = this.#world
    let home_bytes = 0
    const copy = async (): Promise<void> => {
      const amount = this.#writes.passed_bytes - home_bytes
      home_bytes += amount
      if (amount > 0) await simulation.flows.transfer({ amount, ...this.#homeward(), purpose: 'restore' }).done
    }
    try {
      for (let copies = 0; copies < COPIES_AT_MOST && !this.brokeOff; copies += 1) {
        if (this.#writes.passed_bytes - home_bytes <= LAST_COPY_BYTES) break
        await copy()
      }
      if (this.brokeOff) return
      this.stop()
      await copy()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#reads.breakOff()
    }
    this.#stood_s = simulation.now - this.#ended_s!
  }

  /** The machine no longer runs from the backup. */
  stop(): void {
    this.#ended_s ??= this.#world.simulation.now
    this.#reads.stop()
    this.#writes.stop()
  }

  /** What it has written and is lost; 0 while the redo log exists. */
  get lost_bytes(): number {
    const { placements } = this.#world
    const isThere = this.#logIsOnStore
      ? this.#world.store(this.store).alive
      : this.#world.node(placements.storageOf(this.#vm)).alive
    return isThere ? 0 : this.#writes.passed_bytes
  }

  /** For people: how it ran. */
  get remark(): string {
    const ran_s = (this.#ended_s ?? this.#world.simulation.now) - this.#since_s
    const said = [
      `ran from ${this.store} for ${Math.round(ran_s)} s`,
      `with ${Math.round(100 * this.#reads.servedOver(ran_s))} % of what it asked for`,
    ]
    const wrote_bytes = this.#writes.passed_bytes
    if (wrote_bytes >= WORTH_TELLING_BYTES) {
      const stood = this.#stood_s >= 1 ? `, standing still for ${Math.round(this.#stood_s)} s` : ''
      said.push(`and brought home ${megabytes(wrote_bytes)} that it had written${stood}`)
    }
    return said.join(', ')
  }

  #fromStore(over: readonly Resource[]): Passage {
    const { read, behaviour } = this.#world.store(this.store)
    const route = this.#world.route(this.store, this.#vm)
    return {
      over: [...uses([...over, read, ...route.resources]), ...(behaviour.streaming?.('get') ?? [])],
      latency_s: route.latency_s,
      ...(route.cap_bytesPerSecond === undefined ? {} : { cap: route.cap_bytesPerSecond }),
    }
  }

  #toLog(): Passage {
    if (!this.#logIsOnStore) return { over: uses(this.#world.node(this.#vm).writes), latency_s: 0 }
    const { write, behaviour } = this.#world.store(this.store)
    const route = this.#world.route(this.#vm, this.store)
    return {
      over: [...uses([...route.resources, write]), ...(behaviour.streaming?.('put') ?? [])],
      latency_s: route.latency_s,
      ...(route.cap_bytesPerSecond === undefined ? {} : { cap: route.cap_bytesPerSecond }),
    }
  }

  #homeward(): Passage {
    const { reads, writes } = this.#world.node(this.#vm)
    return this.#logIsOnStore ? this.#fromStore(writes) : { over: uses([...reads, ...writes]), latency_s: 0 }
  }
}

/** The resources that a stream of bytes uses. */
interface Passage {
  readonly over: readonly Use[]
  readonly latency_s: number
  readonly cap?: number
}

/** A stream that runs until it is stopped, at a given rate or as fast as possible. */
class Stream {
  readonly #asked_bytesPerSecond: number
  readonly #amount: number
  readonly #flow: Flow | undefined
  #stopped_bytes: number | undefined
  #brokeOff = false

  constructor({ simulation }: World, { cap = Infinity, ...passage }: Passage, asked_bytesPerSecond: number) {
    this.#asked_bytesPerSecond = asked_bytesPerSecond
    this.#amount = asked_bytesPerSecond * FOR_EVER_S
    if (asked_bytesPerSecond === 0) return
    this.#flow = simulation.flows.transfer({
      ...passage,
      amount: this.#amount,
      cap: Math.min(cap, asked_bytesPerSecond),
      purpose: 'run from backup',
    })
    this.#flow.done.catch(() => this.breakOff())
  }

  get brokeOff(): boolean {
    return this.#brokeOff
  }

  get passed_bytes(): number {
    return this.#stopped_bytes ?? this.#amount - (this.#flow?.remaining() ?? 0)
  }

  /** Share of its demand that it was given over a time. */
  servedOver(seconds: number): number {
    const asked_bytes = this.#asked_bytesPerSecond * seconds
    return asked_bytes === 0 ? 1 : Math.min(1, this.passed_bytes / asked_bytes)
  }

  breakOff(): void {
    if (this.#stopped_bytes === undefined) this.#brokeOff = true
  }

  stop(): void {
    if (this.#stopped_bytes !== undefined) return
    this.#stopped_bytes = this.passed_bytes
    if (!this.#brokeOff) this.#flow?.cancel(new Error('the machine runs there no longer'))
  }
}

function meanWrites_bytesPerSecond({ specification, files }: Dataset): number {
  return (specification.change_perDay * files.bytes) / DAY_S
}

/** For people. */
export function megabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toPrecision(3))} MB`
}

function uses(resources: readonly Resource[]): Use[] {
  return resources.map((resource) => ({ resource }))
}
