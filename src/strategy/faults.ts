import { EngineError } from '../engine/errors.ts'
import type { BlobStore } from '../engine/ports.ts'
import type { World } from '../world/index.ts'

/** The repository that some work is done on, and whether the work is to fail. */
interface Place {
  readonly store: string
  readonly dataset: string
  /** The work fails after this many packs have been read: a restore that breaks off. */
  readonly breaksOffAfter?: number
}

const PACKS = 'data/'

/** A store with the current faults of the world in front of it: the engine sees what it would see in reality. */
export function withFaults(
  world: World,
  { store, dataset, breaksOffAfter = Infinity }: Place,
  blobs: BlobStore,
): BlobStore {
  const bugs = (): boolean => world.conditions.holding('software-bug').some(({ hazard }) => hazard.target === store)
  let left = breaksOffAfter
  return {
    ...blobs,
    async put(name, parts, options) {
      await blobs.put(name, parts, options)
      if (!name.startsWith(PACKS) || !bugs()) return
      // The program has stored other bytes than it was given; no error shows it.
      const { objects } = world.store(store)
      const stored = `${dataset}/${name}`
      const middle = Math.floor(objects.find(stored)!.size / 2)
      objects.damage(stored, { start: middle, end: middle + 1 })
    },
    async get(name, range) {
      if (name.startsWith(PACKS) && left-- <= 0) throw new EngineError(`the restore from ${store} broke off`)
      return blobs.get(name, range)
    },
  }
}
