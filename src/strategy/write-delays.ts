import type { World } from '../world/index.ts'
import type { Strategy } from './strategy.ts'

/** The delay that a synchronous replica adds to each write of an application. */
export interface WriteDelay {
  readonly dataset: string
  /** Node of the replica. */
  readonly to: string
  /** Added latency of each write: the round trip to the replica. */
  readonly added_s: number
}

/** One entry for each synchronous replica. */
export function writeDelays(world: World, strategy: Strategy): WriteDelay[] {
  return strategy.jobs.flatMap((job) => {
    if (job.kind !== 'replicate' || !job.synchronous) return []
    const { dataset, to } = job
    const from = world.nodeOf(dataset).name
    return [{ dataset, to, added_s: world.route(from, to).latency_s + world.route(to, from).latency_s }]
  })
}
