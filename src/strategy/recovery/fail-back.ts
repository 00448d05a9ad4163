import { EngineError } from '../../engine/errors.ts'
import type { World } from '../../world/index.ts'
import { ship } from '../../world/network/ship.ts'
import { patienceOf } from '../repositories.ts'
import type { Step } from './course.ts'
import type { Effort } from './effort.ts'
import type { FailBack } from './recovery.ts'
import type { HitService } from './services-hit.ts'
import type { StandbyPoint } from './points/standby-point.ts'

const GB = 1e9

/**
 * Fails a service back from its standby when its home is available again: first the data are shipped back, then users
 * are moved. The service runs meanwhile, so none of this counts towards the RTO. Undefined where the plan has no
 * failback, or it is interrupted.
 */
export async function failBack(
  effort: Effort,
  { service, damage }: HitService,
  points: readonly StandbyPoint[],
  back: Step,
): Promise<FailBack | undefined> {
  const { world, strategy } = effort.operations
  const { simulation } = world
  const plan = strategy.recovery.failBack
  if (plan === undefined) return undefined
  const datasets = damage.map(({ dataset }) => dataset)
  const { ended_s: replaced_s } = await effort.provisioned(datasets, back)
  const stands_s = Math.max(back.ended_s, ...damage.map(({ backAt_s = replaced_s }) => backAt_s))
  await simulation.sleep(Math.max(0, stands_s + plan.after_s - simulation.now))
  let bytes = 0
  let usd = 0
  const began_s = simulation.now
  const session = simulation.flows.resource({ name: 'fail back', capacity: Infinity })
  try {
    await effort.step('transfer', `fail ${service.name} back`, back, async () => {
      for (const { dataset, node } of points) {
        const { files, specification } = world.dataset(dataset)
        const home = specification.node
        const isThere = damage.some((each) => each.dataset === dataset && each.backAt_s !== undefined)
        const shipped_bytes = isThere ? writtenOnStandby(effort, dataset) : files.bytes
        usd += (shipped_bytes / GB) * usdPerGB(world, node, home)
        bytes += shipped_bytes
        const { keepTrying_s } = strategy.recovery
        const held = { session, ...patienceOf(world, { keepTrying_s, session, node }) }
        await ship(world, { from: node, to: home, bytes: shipped_bytes, purpose: 'fail back', ...held })
      }
      await simulation.sleep(plan.cutOver_s)
    })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return undefined
  }
  return { duration_s: simulation.now - began_s, down_s: plan.cutOver_s, bytes, usd }
}

/**
 * Where data survived an outage at home, only what was written since has to be shipped: estimated by an equally long
 * time before the outage.
 */
function writtenOnStandby({ operations: { world }, incident, declared }: Effort, dataset: string): number {
  const { files } = world.dataset(dataset)
  const { onset_s } = incident
  const from_s = Math.max(0, onset_s - (world.simulation.now - declared.ended_s))
  return Math.min(files.bytes, files.writtenBytes(world.instant(from_s), world.instant(onset_s)))
}

/** What the links on the route charge. */
function usdPerGB(world: World, from: string, to: string): number {
  const { resources } = world.route(from, to)
  const passed = [...world.links.values()].filter(
    ({ forward, backward }) => resources.includes(forward) || resources.includes(backward),
  )
  return passed.reduce((sum, { specification }) => sum + (specification.usdPerGB ?? 0), 0)
}
