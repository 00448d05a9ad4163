import { StoreUnavailableError } from '../../engine/errors.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A link is down for a time: transfers over it fail, and so do those that start meanwhile. With `flaps` it goes down
 * that many times, with `pause` between. Data and local services are not touched.
 */
export interface LinkOutageHazard extends HazardCommon {
  readonly kind: 'link-outage'
  /** A link. */
  readonly target: string
  /** Length of each outage. */
  readonly duration: Distribution
  /** Number of outages; 1: a plain outage. */
  readonly flaps: number
  /** Time between two outages. */
  readonly pause: Distribution
}

export const linkOutage: HazardKind<LinkOutageHazard> = {
  kind: 'link-outage',
  hits: () => 'protection',
  strike(world, hazard, random) {
    const { now } = world.simulation
    const link = world.link(hazard.target)
    const reason = new StoreUnavailableError(`${hazard.name}: ${hazard.target} is down`)
    let from_s = now
    for (let flap = 0; flap < hazard.flaps; flap += 1) {
      const until_s = from_s + sample(hazard.duration, random)
      world.outages.plan(link, from_s, until_s, reason)
      from_s = until_s + sample(hazard.pause, random)
    }
    return harmless(world, hazard)
  },
}
