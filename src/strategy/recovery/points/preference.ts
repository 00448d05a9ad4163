import type { Instant } from '../../../engine/ports.ts'
import type { Incident, ReadingProspect, Store, World } from '../../../world/index.ts'

/** What is known of a copy of a recovery point before it is restored. */
export interface Prospect {
  /** The time of its state, as far as people know it. */
  readonly time: Instant
  /** Estimated duration of a complete restore with nothing else under way. */
  readonly expected_s: number
}

/** Whether a state is from after the onset of a logical incident. After a physical one no state is tainted. */
export function isTainted({ logical, onset_s }: Incident, time: Instant, world: World): boolean {
  return logical && time >= world.instant(onset_s)
}

/** The newest first; of copies of one point, the one that can be restored soonest. */
export function byPreference(a: Prospect, b: Prospect): number {
  return b.time - a.time || a.expected_s - b.expected_s
}

/** Whether something can be read from a store now. */
export function isReachable(world: World, store: Store, node: string): boolean {
  return store.failure === undefined && world.route(store.name, node).resources.every(({ failed }) => !failed)
}

/** How long a restore of so many bytes takes with nothing else under way. */
export function expectedRestore_s({ wait_s, bytesPerSecond }: ReadingProspect, bytes: number): number {
  return wait_s + bytes / bytesPerSecond
}

/** What a restore of a dataset from a store can expect: the wait, and the bottleneck on the route. */
export function prospectOf(
  world: World,
  { name, read, behaviour }: Store,
  dataset: string,
  node: string,
): ReadingProspect {
  const { wait_s = 0, bytesPerSecond = Infinity } = behaviour.prospect?.(`${dataset}/`) ?? {}
  const parts = [read, ...world.route(name, node).resources].map((resource) => resource.capacity)
  return { wait_s, bytesPerSecond: Math.min(bytesPerSecond, ...parts) }
}
