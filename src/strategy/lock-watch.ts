import { LockHistory, extentsFidelity, simulatedRandom } from '../adapters/virtual/index.ts'
import type { Unlocked } from '../adapters/virtual/index.ts'
import { EngineError } from '../engine/errors.ts'
import { RepositoryCache, bytesFidelity, openRepository, packsOf } from '../engine/index.ts'
import type { EnginePorts, Snapshot } from '../engine/index.ts'
import { prefixedStore, passwordOf, placeOf } from '../world/index.ts'
import type { World } from '../world/index.ts'
import type { Operations } from './operations.ts'
import type { RecoveryPoint } from './recovery-points.ts'

/** The blobs that a point needed from an instant until a prune moved some of their contents. */
interface Needs {
  readonly from_s: number
  readonly blobs: readonly string[]
}

/**
 * Follows which blobs every recovery point on some stores needs and until when they are locked, and thereby what
 * somebody with the right to delete could destroy at each instant. It only observes, and takes no simulated time.
 */
export class LockWatch {
  readonly #world: World
  readonly #keyCopy: boolean
  readonly #caches = new Map<string, RepositoryCache>()
  readonly #watched = new Map<RecoveryPoint, { readonly snapshot: Snapshot; readonly needs: Needs[] }>()
  /** Blobs of each store that have been deleted since its points were last examined. */
  readonly #moved = new Map<string, Set<string>>()
  /** Points are examined one after the other; this is the end of the queue. */
  #looking: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor({ world, points, strategy }: Operations, stores: Iterable<string>) {
    this.#world = world
    this.#keyCopy = strategy.repository.keyCopy === true
    const watched = new Set(stores)
    points.onAdd = (point, snapshot) => {
      if (!watched.has(point.store)) return
      this.#watched.set(point, { snapshot, needs: [] })
      this.#then(() => this.#look(point))
    }
    for (const store of watched) this.#follow(store)
  }

  /** The times at which something that a point needs was not locked, seconds since start; undefined where that is unknown. */
  unlocked(point: RecoveryPoint): Array<readonly [from_s: number, to_s: number]> | undefined {
    if (this.#failure !== undefined) throw this.#failure
    const { start } = this.#world
    const { lockHistory } = this.#world.store(point.store).objects
    const needs = this.#watched.get(point)?.needs ?? []
    if (lockHistory === undefined || needs.length === 0) return undefined
    const always = this.#keyCopy ? [] : this.#waysInto(point)
    const found: Array<readonly [number, number]> = []
    for (const [at, { from_s, blobs }] of needs.entries()) {
      const to_s = needs[at + 1]?.from_s ?? point.until_s
      for (const blob of [...blobs, ...always]) {
        const gaps: readonly Unlocked[] | undefined = lockHistory.unlocked(blob)
        if (gaps === undefined) return undefined
        for (const [from, to] of gaps) {
          const gap = [Math.max(from - start, from_s), Math.min(to - start, to_s)] as const
          if (gap[0] < gap[1]) found.push(gap)
        }
      }
    }
    return found
  }

  /** Configuration and keys of its repository. */
  #waysInto({ store, dataset }: RecoveryPoint): string[] {
    const { objects } = this.#world.store(store)
    return [`${dataset}/config`, ...objects.names(`${dataset}/keys/`)]
  }

  #follow(store: string): void {
    const { objects } = this.#world.store(store)
    objects.lockHistory = new LockHistory()
    const before = objects.onChange
    objects.onChange = (change, name, bytes, time) => {
      before?.(change, name, bytes, time)
      if (change !== 'delete' || !name.includes('/data/')) return
      // A prune has moved chunks to other packs. It deletes many blobs at once, so their points are examined once.
      if (this.#moved.size === 0) this.#then(() => this.#lookAgain())
      const moved = this.#moved.get(store)
      if (moved === undefined) this.#moved.set(store, new Set([name]))
      else moved.add(name)
    }
  }

  #then(look: () => Promise<void>): void {
    this.#looking = this.#looking.then(look).catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
    })
  }

  async #lookAgain(): Promise<void> {
    const moved = new Map(this.#moved)
    this.#moved.clear()
    for (const [point, { needs }] of this.#watched) {
      if (point.until_s !== Infinity) continue
      const gone = moved.get(point.store)
      if (gone !== undefined && needs.at(-1)?.blobs.some((blob) => gone.has(blob)) === true) await this.#look(point)
    }
  }

  async #look(point: RecoveryPoint): Promise<void> {
    const { store, dataset } = point
    const { snapshot, needs } = this.#watched.get(point)!
    const from_s = this.#world.simulation.now
    try {
      const place = placeOf(this.#world.store(store), dataset)
      const cache = this.#caches.get(place) ?? new RepositoryCache()
      this.#caches.set(place, cache)
      const blobs = prefixedStore(`${dataset}/`, this.#world.store(store).objects.observe())
      const credentials = { password: passwordOf(place, undefined), principal: 'observer' }
      const repository = await openRepository(this.#ports(dataset), blobs, credentials, cache)
      await repository.loadIndex()
      const packs = await packsOf(repository, snapshot)
      const names = [`snapshots/${snapshot.id}`, ...packs].map((name) => `${dataset}/${name}`)
      needs.push({ from_s, blobs: names })
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#watched.delete(point)
    }
  }

  #ports(dataset: string): EnginePorts {
    const { clock, simulation } = this.#world
    const isBytes = this.#world.dataset(dataset).specification.fidelity === 'bytes'
    return {
      clock,
      cpu: { charge: async () => {} },
      random: simulatedRandom(simulation.random(dataset, 'observer')),
      log: { audit: () => {}, warn: () => {} },
      fidelity: isBytes ? bytesFidelity : extentsFidelity,
    }
  }
}
