import { bytesOf } from '../../adapters/virtual/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/** Somebody deletes part of a dataset. Logical. */
export interface DeletionHazard extends HazardCommon {
  readonly kind: 'deletion'
  /** A dataset. */
  readonly target: string
  /** Share deleted, in (0, 1], as whole top-level folders and files: of their number, or of their bytes. */
  readonly share: number
  readonly shareOf: 'entries' | 'bytes'
  /** Time from onset to detection. */
  readonly detection: Distribution
}

/** Somebody removes folders that are still needed, and nobody notices at first. */
export const deletion: HazardKind<DeletionHazard> = {
  kind: 'deletion',
  hits: () => 'estate',
  strike(world, hazard, random) {
    const onset_s = world.simulation.now
    const { files } = world.dataset(hazard.target)
    const { root } = files
    const bytesAt = (name: string): number => bytesOf(root.lookup(name)!)
    const measure = hazard.shareOf === 'bytes' ? bytesAt : () => 1
    const only = someOf(random.shuffle([...root.names()]), hazard.share, measure).sort()
    const bytes = only.reduce((sum, name) => sum + bytesAt(name), 0)
    for (const path of only) files.remove(path, world.instant(onset_s))
    return {
      hazard,
      onset_s,
      detected_s: onset_s + sample(hazard.detection, random),
      logical: true,
      damage: [{ dataset: hazard.target, only, bytes }],
      destroyedNodes: [],
      destroyedStores: [],
    }
  },
}

/** The first names whose total comes nearest to the share. At least one: deleting nothing would be no incident. */
function someOf(names: readonly string[], share: number, measure: (name: string) => number): string[] {
  const wanted = share * names.reduce((sum, name) => sum + measure(name), 0)
  let taken = 0
  let count = 0
  for (const name of names) {
    const more = measure(name)
    // Taking it would overshoot by at least as much as leaving it falls short.
    if (count > 0 && taken + more / 2 > wanted) break
    taken += more
    count += 1
  }
  return names.slice(0, count)
}
