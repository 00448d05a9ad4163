import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * The catalogue is lost: the indexes of a store's repositories that backup machines keep, and with `stored` also the
 * index in the store itself. Packs and snapshots survive; the index is read again, or rebuilt from the packs.
 */
export interface CatalogueLossHazard extends HazardCommon {
  readonly kind: 'catalogue-loss'
  /** A store. */
  readonly target: string
  readonly stored: boolean
}

export const catalogueLoss: HazardKind<CatalogueLossHazard> = {
  kind: 'catalogue-loss',
  hits: () => 'protection',
  strike(world, hazard) {
    world.conditions.begin({ hazard, since_s: world.simulation.now, until_s: Infinity })
    const { objects, alive } = world.store(hazard.target)
    if (hazard.stored && alive) {
      for (const name of objects.names('')) {
        if (/(^|\/)index\//.test(name)) objects.damage(name, { start: 0, end: Infinity })
      }
    }
    return harmless(world, hazard)
  },
}
