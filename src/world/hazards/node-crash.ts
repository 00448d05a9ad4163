import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainOutage } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** A machine hangs or crashes and runs again after a restart, with the data that had reached its disk. Physical. */
export interface NodeCrashHazard extends HazardCommon {
  readonly kind: 'node-crash'
  /** A node, or a declared domain of kind host. */
  readonly target: string
  readonly duration: Distribution
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const nodeCrash: HazardKind<NodeCrashHazard> = {
  kind: 'node-crash',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const until_s = now + sample(hazard.duration, random)
    return domainOutage(world, hazard, hazard.target, until_s, now + sample(hazard.detection, random), random)
  },
}
