import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Each restore from a store breaks off partway with a probability; the recovery then continues with the next copy or an
 * older point.
 */
export interface RestoreFailureHazard extends ConditionHazard {
  readonly kind: 'restore-failure'
  /** A store. */
  readonly target: string
  /** Probability that a restore fails, in (0, 1]. */
  readonly share: number
}

export const restoreFailure: HazardKind<RestoreFailureHazard> = {
  kind: 'restore-failure',
  hits: () => 'protection',
  strike: beginCondition,
}
