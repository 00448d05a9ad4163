import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainOutage } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A rack's switch or power strip fails: what is in the rack is down until the part is replaced, and keeps its data.
 * Physical.
 */
export interface RackHazard extends HazardCommon {
  readonly kind: 'rack'
  /** A declared domain. */
  readonly target: string
  /** Time until the repair begins. */
  readonly response: Distribution
  readonly repair: Distribution
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const rack: HazardKind<RackHazard> = {
  kind: 'rack',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const until_s = now + sample(hazard.response, random) + sample(hazard.repair, random)
    return domainOutage(world, hazard, hazard.target, until_s, now + sample(hazard.detection, random))
  },
}
