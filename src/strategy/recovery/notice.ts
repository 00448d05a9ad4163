import { firstOf } from '../../kernel/index.ts'
import type { Incident } from '../../world/index.ts'
import type { Operations } from '../operations.ts'

/** Waits until people know of an incident, because it shows or because an alarm tells them earlier, and contains it then. */
export async function noticed({ world, monitoring }: Operations, incident: Incident): Promise<void> {
  const { simulation } = world
  const wait_s = incident.detected_s - simulation.now
  if (monitoring.watches) {
    await firstOf<unknown>([(abort) => simulation.sleep(wait_s, abort), (abort) => monitoring.of(incident, abort)])
    const strikesUntil_s = incident.strikesUntil_s ?? 0
    if (strikesUntil_s > simulation.now) await simulation.sleep(strikesUntil_s - simulation.now)
    incident.detected_s = simulation.now
  } else await simulation.sleep(wait_s)
  incident.contain?.()
}
