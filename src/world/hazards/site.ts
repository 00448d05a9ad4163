import { StoreUnavailableError } from '../../engine/errors.ts'
import { hitsIn } from '../failures/failure-domains.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { losePartsOf } from './domain-outage.ts'
import { destroyNodes, harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** Everything at a site is destroyed. Physical. */
export interface SiteHazard extends HazardCommon {
  readonly kind: 'site'
  /** A site. */
  readonly target: string
  /** Time from onset to detection. */
  readonly detection: Distribution
}

/** Fire, flood, loss of a building: every node and store of the site is gone with its contents. Links remain. */
export const site: HazardKind<SiteHazard> = {
  kind: 'site',
  hits: (hazard, estate) => hitsIn(estate, hazard.target),
  strike(world, hazard, random) {
    const onset_s = world.simulation.now
    const reason = new StoreUnavailableError(`${hazard.name} destroyed site ${hazard.target}`)
    const losses = destroyNodes(world, world.members(hazard.target).nodes, reason)
    losePartsOf(world, hazard.target)
    const destroyedStores: string[] = []
    for (const store of world.stores.values()) {
      if (store.specification.site !== hazard.target) continue
      store.destroy(reason)
      // A store with a vault or parts at other sites may still have its contents.
      if (!store.alive) destroyedStores.push(store.name)
    }
    const detected_s = onset_s + sample(hazard.detection, random)
    return harmless(world, hazard, { ...losses, detected_s, destroyedStores })
  },
}
