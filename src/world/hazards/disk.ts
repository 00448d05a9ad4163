import { StoreUnavailableError } from '../../engine/errors.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { destroyNodes, harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * The disk of a node fails: its datasets are gone, the machine waits for a new one. The disk of a store fails: its backups
 * are gone, and an empty store takes its place after the replacement. Of a RAID group or a cluster one disk of many fails,
 * and is rebuilt: data are gone only with one too many. Of a tape library one cartridge is gone. Physical.
 */
export interface DiskHazard extends HazardCommon {
  readonly kind: 'disk'
  /** A node or a store. */
  readonly target: string
  /** Until a failed store is replaced by an empty one; nodes are replaced by the recovery. */
  readonly replacement: Distribution
  /** From onset to detection. */
  readonly detection: Distribution
}

export const disk: HazardKind<DiskHazard> = {
  kind: 'disk',
  hits: (hazard, estate) => (estate.stores.has(hazard.target) ? 'protection' : 'estate'),
  strike(world, hazard, random) {
    const { now } = world.simulation
    const { target, name } = hazard
    const reason = new StoreUnavailableError(`${name}: the disk of ${target} has failed`)
    const detected_s = now + sample(hazard.detection, random)
    const absorbed = world.stores.has(target)
      ? world.store(target).behaviour.failOne?.(random) === false
      : world.node(target).raid?.failOne() === false
    if (absorbed) return harmless(world, hazard, { detected_s })
    if (world.stores.has(target)) {
      world.store(target).empty(reason)
      world.outages.begin(world.store(target), now + sample(hazard.replacement, random), reason)
      return harmless(world, hazard, { detected_s, destroyedStores: [target] })
    }
    return harmless(world, hazard, { ...destroyNodes(world, new Set([target]), reason), detected_s })
  },
}
