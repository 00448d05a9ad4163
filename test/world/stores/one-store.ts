import type { BlobStore, Content } from '../../../src/engine/ports.ts'
import { Simulation } from '../../../src/kernel/index.ts'
import type { StoreSpecification } from '../../../src/world/specification.ts'
import { Store } from '../../../src/world/store.ts'
import { Timetable } from '../../../src/world/timetable.ts'
import { ALL_RIGHTS } from '../../../src/world/index.ts'
import { Extents, extentStream } from '../../../src/adapters/virtual/index.ts'

export const START = Date.UTC(2026, 0, 5) / 1000
export const HOUR_S = 3600
export const DAY_S = 86_400

/** One store of the world with nothing around it: no links, all rights. */
export interface OneStore {
  readonly simulation: Simulation
  readonly store: Store
  readonly blobs: BlobStore
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Seconds that the work takes. */
  readonly seconds: (work: () => Promise<unknown>) => Promise<number>
  /** What the bill says under an item, in dollars. */
  readonly billed: (item: string) => number
}

export function oneStore(specification: StoreSpecification, origin?: OneStore): OneStore {
  const now_s = origin?.simulation.now ?? 0
  const simulation = new Simulation({ seed: 'one store', now_s })
  const timetable = new Timetable(simulation)
  const other = (name: string): Store => {
    throw new Error(`there is no other store ${name}`)
  }
  const store = new Store(specification, simulation, { start: START, timetable, other }, origin?.store)
  timetable.start()
  const blobs = store.connect({
    principal: 'backup',
    may: ALL_RIGHTS,
    purpose: 'backup',
    to: { resources: [], latency_s: 0 },
    from: { resources: [], latency_s: 0 },
    leavesRegion: false,
  })
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('test', work))
  return {
    simulation,
    store,
    blobs,
    run,
    async seconds(work) {
      const before = simulation.now
      await run(work)
      return simulation.now - before
    },
    billed: (item) => store.costs().reduce((sum, cost) => sum + (cost.item === item ? cost.usd : 0), 0),
  }
}

/** Content of a size, without the bytes; another for each name. */
export function content(name: string, bytes: number): Content[] {
  return [Extents.of(extentStream(name, 1), 0, bytes)]
}
