import type { World } from '../world/index.ts'
import type { Strategy } from './strategy.ts'

/** What an application pays at every write for a replica that is never behind. */
export interface WriteDelay {
  readonly dataset: string
  /** Node of the replica. */
  readonly to: string
  /** How much longer each write waits: for the way there, and the answer's way back. */
  readonly added_s: number
}

/** One for each synchronous replica. */
export function writeDelays(world: World, strategy: Strategy): WriteDelay[] {
  return strategy.jobs.flatMap((job) => {
    if (job.kind !== 'replicate' || !job.synchronous) return []
    const { dataset, to } = job
    const from = world.nodeOf(dataset).name
    return [{ dataset, to, added_s: world.route(from, to).latency_s + world.route(to, from).latency_s }]
  })
}
