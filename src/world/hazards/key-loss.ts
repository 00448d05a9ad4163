import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * The password of the repositories on a store is nowhere but in the running configuration of the jobs: they go on, and
 * whoever has to open the repositories without them cannot. All that is stored survives, and is of no use.
 */
export interface KeyLossHazard extends HazardCommon {
  readonly kind: 'key-loss'
  /** A store. */
  readonly target: string
}

export const keyLoss: HazardKind<KeyLossHazard> = {
  kind: 'key-loss',
  hits: () => 'protection',
  strike(world, hazard) {
    world.conditions.begin({ hazard, since_s: world.simulation.now, until_s: Infinity })
    return harmless(world, hazard)
  },
}
