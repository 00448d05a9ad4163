import { EngineError } from '../engine/errors.ts'
import type { Resource } from '../kernel/index.ts'
import type { World } from './world.ts'

/**
 * Streams bytes from the disk of one node to that of another, over the links between them.
 * @throws EngineError when a node or link on the way fails, or the work is called off
 */
export async function ship(
  world: World,
  {
    from,
    to,
    bytes,
    purpose,
    session,
  }: { from: string; to: string; bytes: number; purpose: string; session: Resource },
): Promise<void> {
  const route = world.route(from, to)
  const resources = [session, ...world.node(from).reads, ...route.resources, ...world.node(to).writes]
  const flow = world.simulation.flows.transfer({
    amount: bytes,
    over: resources.map((resource) => ({ resource })),
    latency_s: route.latency_s,
    ...(route.cap_bytesPerSecond === undefined ? {} : { cap: route.cap_bytesPerSecond }),
    purpose,
  })
  await completed(flow)
}

/**
 * The end of a transfer that is part of some work.
 * @throws EngineError when it breaks off, as the work of the engine does
 */
export async function completed(flow: { readonly done: Promise<unknown> }): Promise<void> {
  try {
    await flow.done
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw new EngineError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
