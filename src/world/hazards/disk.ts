import { StoreUnavailableError } from '../../engine/errors.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { destroyNodes, harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A disk fails. On a node: its datasets are gone, and the machine waits for a new disk. On a store: its backups are
 * gone, and an empty store replaces it. In a RAID group or a cluster: one disk of many is rebuilt, and data are lost
 * only when one too many has failed. In a tape library: one cartridge is gone. Physical.
 */
export interface DiskHazard extends HazardCommon {
  readonly kind: 'disk'
  /** A node or a store. */
  readonly target: string
  /** Time until a failed store is replaced by an empty one; nodes are replaced by the recovery. */
  readonly replacement: Distribution
  /** Time from onset to detection. */
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
