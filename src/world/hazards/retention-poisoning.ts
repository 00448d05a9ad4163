import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'
import { Intruder } from './intruder.ts'

/**
 * Somebody with a key that may write puts snapshots of nothing into a store, with times that lie ahead. The next run of
 * the retention keeps them for the newest, and forgets true points in their stead. Object lock keeps those meanwhile.
 */
export interface RetentionPoisoningHazard extends HazardCommon {
  readonly kind: 'retention-poisoning'
  /** A store. */
  readonly target: string
  /** Credential that is used; absent where none are declared. */
  readonly credential?: string
  /** Node from which it is used. */
  readonly from: string
  readonly snapshots: number
  /** Seconds between the times of two of them. */
  readonly step_s: number
}

export const retentionPoisoning: HazardKind<RetentionPoisoningHazard> = {
  kind: 'retention-poisoning',
  hits: () => 'protection',
  strike(world, hazard) {
    const { name, from, target, credential = target, snapshots, step_s } = hazard
    const { alive, failure } = world.store(target)
    if (alive && failure === undefined && world.node(from).alive) {
      new Intruder(world, name, from, [credential]).forgeSnapshots(target, snapshots, step_s)
    }
    return harmless(world, hazard)
  },
}
