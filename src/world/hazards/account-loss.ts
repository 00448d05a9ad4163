import { StoreUnavailableError } from '../../engine/errors.ts'
import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { domainDestroyed, domainOutage } from './domain-outage.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A provider closes an account, or goes out of business. Everything in it is out of reach, for a time or for good,
 * whatever object lock says. Other accounts survive, even at the same site.
 */
export interface AccountLossHazard extends HazardCommon {
  readonly kind: 'account-loss'
  /** A declared domain of kind account, or a single store or node. */
  readonly target: string
  /** Time until the account is open again; absent: never. */
  readonly duration?: Distribution
  /** Time from onset to detection. */
  readonly detection: Distribution
}

export const accountLoss: HazardKind<AccountLossHazard> = {
  kind: 'account-loss',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const { target, duration, name } = hazard
    const detected_s = now + sample(hazard.detection, random)
    if (duration !== undefined) return domainOutage(world, hazard, target, now + sample(duration, random), detected_s)
    const reason = new StoreUnavailableError(`${name}: account ${target} is closed`)
    return domainDestroyed(world, hazard, target, reason, detected_s)
  },
}
