import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** Somebody deletes a part of a dataset. Logical. */
export interface DeletionHazard extends HazardCommon {
  readonly kind: 'deletion'
  /** A dataset. */
  readonly target: string
  /** Share of the top-level folders that is deleted, in (0, 1]. */
  readonly share: number
  /** From onset to detection. */
  readonly detection: Distribution
}

/** Somebody removes folders that are still needed, and nobody notices at first. */
export const deletion: HazardKind<DeletionHazard> = {
  kind: 'deletion',
  hits: () => 'estate',
  strike(world, hazard, random) {
    const onset_s = world.simulation.now
    const { files } = world.dataset(hazard.target)
    const names = files.root.names()
    // At least one entry goes: an accident that deletes nothing is none.
    const count = Math.max(1, Math.round(hazard.share * names.length))
    const only = random
      .shuffle([...names])
      .slice(0, count)
      .sort()
    for (const path of only) files.remove(path, world.instant(onset_s))
    return {
      hazard,
      onset_s,
      detected_s: onset_s + sample(hazard.detection, random),
      logical: true,
      damage: [{ dataset: hazard.target, only }],
      destroyedNodes: [],
      destroyedStores: [],
    }
  },
}
