import { StoreUnavailableError } from '../../engine/errors.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Nothing passes a link for a time: transfers over it break off, and those that begin meanwhile fail. With `flaps` it goes
 * down so many times, with `pause` between. Data and local services are not touched.
 */
export interface LinkOutageHazard extends HazardCommon {
  readonly kind: 'link-outage'
  /** A link. */
  readonly target: string
  /** Of each time that it is down. */
  readonly duration: Distribution
  /** How many times it goes down; 1: a plain outage. */
  readonly flaps: number
  /** Between two times. */
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
