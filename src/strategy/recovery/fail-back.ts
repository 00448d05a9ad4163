import { EngineError } from '../../engine/errors.ts'
import type { World } from '../../world/index.ts'
import { ship } from '../../world/ship.ts'
import type { Step } from './course.ts'
import type { Effort } from './effort.ts'
import type { FailBack } from './recovery.ts'
import type { StandbyPoint } from './standby-point.ts'

const GB = 1e9

/**
 * Leads a service home from its standby, when home stands again: the data are shipped back, then users are. It serves
 * meanwhile; none of this belongs to the RTO. Undefined where the plan has no way back, or it is cut off.
 */
export async function failBack(
  effort: Effort,
  service: string,
  points: readonly StandbyPoint[],
  back: Step,
): Promise<FailBack | undefined> {
  const { world, strategy } = effort.operations
  const { simulation } = world
  const plan = strategy.recovery.failBack
  if (plan === undefined) return undefined
  await effort.provisioned(back)
  await simulation.sleep(Math.max(0, back.ended_s + plan.after_s - simulation.now))
  let bytes = 0
  let usd = 0
  const began_s = simulation.now
  const session = simulation.flows.resource({ name: 'fail back', capacity: Infinity })
  try {
    await effort.step('transfer', `fail ${service} back`, back, async () => {
      for (const { dataset, node } of points) {
        const { files, specification } = world.dataset(dataset)
        const home = specification.node
        usd += (files.bytes / GB) * usdPerGB(world, node, home)
        bytes += files.bytes
        await ship(world, { from: node, to: home, bytes: files.bytes, purpose: 'fail back', session })
      }
      await simulation.sleep(plan.cutOver_s)
    })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return undefined
  }
  return { duration_s: simulation.now - began_s, bytes, usd }
}

/** What the links on the way charge. */
function usdPerGB(world: World, from: string, to: string): number {
  const { resources } = world.route(from, to)
  const passed = [...world.links.values()].filter(
    ({ forward, backward }) => resources.includes(forward) || resources.includes(backward),
  )
  return passed.reduce((sum, { specification }) => sum + (specification.usdPerGB ?? 0), 0)
}
