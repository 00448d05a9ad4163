import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * The password of a store's repositories exists only in the running configuration of the jobs: they continue, but
 * whoever has to open the repositories without that configuration cannot. Everything stored survives and is useless.
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
