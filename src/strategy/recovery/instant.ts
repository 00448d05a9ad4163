import { mountSnapshot } from '../../engine/index.ts'
import type { MountedSnapshot, Repository, Snapshot } from '../../engine/index.ts'
import type { Flow, RandomStream } from '../../kernel/index.ts'
import type { World } from '../../world/index.ts'
import type { InstantPlan } from '../strategy.ts'

/** A machine that starts reads here and there, a few places at a time. */
const BLOCK_BYTES = 2 ** 20
const READS_AT_MOST = 2000
const READS_AT_ONCE = 4
/** Longer than any recovery. */
const FOR_EVER_S = 100 * 365 * 86_400

/** Whether machines can run from what a store holds: not where each read winds a tape, or waits for a courier. */
export function canServe(world: World, store: string): boolean {
  const { kind } = world.store(store).specification
  return kind !== 'tape' && kind !== 'courier'
}

/**
 * Mounts a snapshot and reads from it what the machine reads until it runs: whatever the store, the links and the engine
 * do to reads, they do to these.
 */
export async function boot(
  { repository, snapshot }: { readonly repository: Repository; readonly snapshot: Snapshot },
  { boot_bytes }: InstantPlan,
  random: RandomStream,
): Promise<void> {
  const mounted = await mountSnapshot(repository, snapshot.id)
  const total_bytes = mounted.files.reduce((sum, { size }) => sum + size, 0)
  const bytes = Math.min(boot_bytes, total_bytes)
  const block_bytes = Math.max(BLOCK_BYTES, bytes / READS_AT_MOST)
  let left_bytes = bytes
  const reader = async (): Promise<void> => {
    while (left_bytes > 0) {
      const length = Math.min(left_bytes, block_bytes)
      left_bytes -= length
      await readAt(mounted, random.uniform() * (total_bytes - length), length)
    }
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader))
}

/** Reads at a place of all images one after the other; what reaches over the end of one is left out. */
async function readAt(mounted: MountedSnapshot, place: number, length: number): Promise<void> {
  let start = place
  for (const { path, size } of mounted.files) {
    if (start < size) {
      await mounted.read(path, { start: Math.floor(start), end: Math.min(size, Math.ceil(start + length)) })
      return
    }
    start -= size
  }
}

/** For people: how a machine ran before its images were back. */
export function remarkOn(
  store: string,
  { ran_s, served }: { readonly ran_s: number; readonly served: number },
): string {
  return `ran from ${store} for ${Math.round(ran_s)} s, with ${Math.round(100 * served)} % of what it asked for`
}

/** A machine that runs from a backup store, over the network and beside all else, until its images are back. */
export class RunsFromBackup {
  readonly store: string
  readonly #world: World
  readonly #since_s: number
  readonly #flow: Flow
  readonly #asked_bytesPerSecond: number
  readonly #amount: number
  #brokeOff = false

  constructor(world: World, vm: string, store: string, { load_bytesPerSecond: cap }: InstantPlan) {
    const { simulation } = world
    const route = world.route(store, vm)
    this.store = store
    this.#world = world
    this.#since_s = simulation.now
    this.#asked_bytesPerSecond = cap
    this.#amount = cap * FOR_EVER_S
    const over = [world.node(vm).diskRead, world.store(store).read, ...route.resources]
    this.#flow = simulation.flows.transfer({
      amount: this.#amount,
      over: over.map((resource) => ({ resource })),
      latency_s: route.latency_s,
      cap: Math.min(cap, route.cap_bytesPerSecond ?? Infinity),
      purpose: 'run from backup',
    })
    this.#flow.done.catch(() => {
      this.#brokeOff = true
    })
  }

  /** The store or the way to it has failed: the machine stands still. */
  get brokeOff(): boolean {
    return this.#brokeOff
  }

  /** Its images are back. Gives how long it ran, and which share it got of what it asked for. */
  end(): { readonly ran_s: number; readonly served: number } {
    const ran_s = this.#world.simulation.now - this.#since_s
    const read_bytes = this.#amount - this.#flow.remaining()
    const served = ran_s === 0 ? 1 : Math.min(1, read_bytes / (this.#asked_bytesPerSecond * ran_s))
    if (!this.#brokeOff) this.#flow.cancel(new Error('its images are back'))
    return { ran_s, served }
  }
}
