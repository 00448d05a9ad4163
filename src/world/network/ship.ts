import { EngineError } from '../../engine/errors.ts'
import type { Patience } from '../../adapters/virtual/index.ts'
import type { Flow, Resource } from '../../kernel/index.ts'
import type { World } from '../world.ts'

export interface Shipment {
  readonly from: string
  readonly to: string
  readonly bytes: number
  readonly purpose: string
  readonly session: Resource
  /** Number of parallel connections. Default: 1. */
  readonly streams?: number
  /** Given where a transfer that an outage interrupts resumes later, as replication does. Default: it fails. */
  readonly patience?: Patience
  /** Called with the number of bytes that have arrived, also for a transfer that then broke off. */
  readonly onPassed?: (bytes: number) => void
}

/**
 * Streams bytes from the disk of one node to that of another, over the links between them.
 * @throws EngineError when a node or link on the way fails, or the work is cancelled
 */
export async function ship(world: World, shipment: Shipment): Promise<void> {
  const { to, bytes, patience, onPassed } = shipment
  const { simulation } = world
  const began_s = simulation.now
  for (let left_bytes = bytes; ;) {
    const flow = streamOf(world, shipment, left_bytes)
    try {
      await completed(flow)
      patience?.reached()
      return
    } catch (error) {
      if (patience === undefined) throw error
      await patience.wait(error)
      // What had arrived is gone with the disk that received it.
      if (world.node(to).emptied_s >= began_s) throw error
    } finally {
      onPassed?.(left_bytes - flow.remaining())
      left_bytes = flow.remaining()
    }
  }
}

function streamOf(world: World, { from, to, purpose, session, streams = 1 }: Shipment, bytes: number): Flow {
  const route = world.route(from, to)
  const resources = [session, ...world.node(from).reads, ...route.resources, ...world.node(to).writes]
  return world.simulation.flows.transfer({
    amount: bytes,
    over: resources.map((resource) => ({ resource })),
    latency_s: route.latency_s,
    ...(route.cap_bytesPerSecond === undefined ? {} : { cap: streams * route.cap_bytesPerSecond }),
    purpose,
  })
}

/**
 * Waits for a transfer that is part of some work.
 * @throws EngineError when it breaks off, which the engine's operations understand
 */
export async function completed(flow: { readonly done: Promise<unknown> }): Promise<void> {
  try {
    await flow.done
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw new EngineError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
