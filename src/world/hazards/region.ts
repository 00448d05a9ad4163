import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainOutage } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** A whole region of a provider, or a wide area, is unavailable for a time; data survive. Physical. */
export interface RegionHazard extends HazardCommon {
  readonly kind: 'region'
  /** A region. */
  readonly target: string
  readonly duration: Distribution
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const region: HazardKind<RegionHazard> = {
  kind: 'region',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const until_s = now + sample(hazard.duration, random)
    return domainOutage(world, hazard, hazard.target, until_s, now + sample(hazard.detection, random))
  },
}
