import type { RandomStream } from '../../kernel/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { World } from '../world.ts'
import { harmless } from './hazard.ts'
import type { TargetedHazard } from '../failures/conditions.ts'
import type { Incident } from '../failures/incident.ts'

/** A hazard that is not noticed at first: from the onset, every attempt at some work goes wrong. */
export interface ConditionHazard extends TargetedHazard {
  /** Time from the onset until somebody notices and repairs it, unless an alarm does so earlier. */
  readonly detection: Distribution
}

/** Starts a condition that lasts until it is detected. */
export function beginCondition(world: World, hazard: ConditionHazard, random: RandomStream): Incident {
  const since_s = world.simulation.now
  const detected_s = since_s + sample(hazard.detection, random)
  world.conditions.begin({ hazard, since_s, until_s: detected_s })
  return harmless(world, hazard, { detected_s })
}
