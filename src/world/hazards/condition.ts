import type { RandomStream } from '../../kernel/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { World } from '../world.ts'
import { harmless } from './hazard.ts'
import type { TargetedHazard } from '../failures/conditions.ts'
import type { Incident } from '../failures/incident.ts'

/** A hazard that nobody notices at first: from the onset on something goes wrong each time that it is tried. */
export interface ConditionHazard extends TargetedHazard {
  /** From the onset until somebody notices, and it is put right, unless an alarm tells earlier. */
  readonly detection: Distribution
}

/** Begins a condition that lasts until it is detected. */
export function beginCondition(world: World, hazard: ConditionHazard, random: RandomStream): Incident {
  const since_s = world.simulation.now
  const detected_s = since_s + sample(hazard.detection, random)
  world.conditions.begin({ hazard, since_s, until_s: detected_s })
  return harmless(world, hazard, { detected_s })
}
