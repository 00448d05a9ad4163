import type { Incident } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import { servicesHit } from './services-hit.ts'
import type { HitService } from './services-hit.ts'
import { standbyPoints } from './points/standby-point.ts'
import type { StandbyPoint } from './points/standby-point.ts'

/**
 * Whether an outage that leaves all data unharmed is declared a disaster: it has lasted longer than the plan allows,
 * and some service can continue on a standby. Resolves when that is decided; the decision stands even if the outage
 * ends before the standby serves.
 */
export async function isDeclaredDisaster(operations: Operations, incident: Incident): Promise<boolean> {
  const { world, strategy } = operations
  const { failOverAfter_s } = strategy.recovery
  if (failOverAfter_s === undefined) return false
  const hits = servicesHit(world, incident)
  const decided_s = world.simulation.now + failOverAfter_s
  if (hits.every((hit) => isBack(hit, decided_s))) return false
  await world.simulation.sleep(failOverAfter_s)
  return hits.some((hit) => standbyInOutage(operations, incident, hit) !== undefined)
}

/** The standby on which a service that is still down continues, when the plan moves it; undefined where it waits. */
export function standbyInOutage(
  operations: Operations,
  incident: Incident,
  hit: HitService,
): readonly StandbyPoint[] | undefined {
  const { world, strategy } = operations
  if (strategy.recovery.failOverAfter_s === undefined || isBack(hit, world.simulation.now)) return undefined
  return standbyPoints(operations, incident, hit)
}

function isBack({ damage }: HitService, time_s: number): boolean {
  return damage.every(({ backAt_s = Infinity }) => backAt_s <= time_s)
}
