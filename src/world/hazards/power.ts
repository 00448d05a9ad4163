import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainOutage } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** The power of a site, a feed or a room fails; everything comes back with the data that had reached the disks. Physical. */
export interface PowerHazard extends HazardCommon {
  readonly kind: 'power'
  /** A site, or a declared domain. */
  readonly target: string
  readonly duration: Distribution
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const power: HazardKind<PowerHazard> = {
  kind: 'power',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const until_s = now + sample(hazard.duration, random)
    return domainOutage(world, hazard, hazard.target, until_s, now + sample(hazard.detection, random), random)
  },
}
