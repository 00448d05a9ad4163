import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** A link has only a part of its bandwidth for a time; transfers under way continue at that pace. */
export interface LinkDegradationHazard extends HazardCommon {
  readonly kind: 'link-degradation'
  /** A link. */
  readonly target: string
  /** Share of the bandwidth that is left, in (0, 1). */
  readonly share: number
  readonly duration: Distribution
}

export const linkDegradation: HazardKind<LinkDegradationHazard> = {
  kind: 'link-degradation',
  hits: () => 'protection',
  strike(world, hazard, random) {
    world.link(hazard.target).degrade(hazard.share, world.simulation.now + sample(hazard.duration, random))
    return harmless(world, hazard)
  },
}
