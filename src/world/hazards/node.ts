import { StoreUnavailableError } from '../../engine/errors.ts'
import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainDestroyed } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** A machine, or a host with everything that runs on it, is destroyed with its disks. Physical. */
export interface NodeHazard extends HazardCommon {
  readonly kind: 'node'
  /** A node, or a declared domain. */
  readonly target: string
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const node: HazardKind<NodeHazard> = {
  kind: 'node',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const reason = new StoreUnavailableError(`${hazard.name} destroyed ${hazard.target}`)
    const detected_s = world.simulation.now + sample(hazard.detection, random)
    return domainDestroyed(world, hazard, hazard.target, reason, detected_s)
  },
}
