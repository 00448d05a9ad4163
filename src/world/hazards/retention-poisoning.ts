import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'
import { Intruder } from './intruder.ts'

/**
 * Somebody whose key may write puts empty snapshots dated in the future into a store. The next retention run takes them
 * for the newest and forgets genuine points instead, unless object lock keeps those for now.
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
  /** Seconds between the times of two forged snapshots. */
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
