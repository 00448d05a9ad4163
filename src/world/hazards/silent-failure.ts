import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Jobs that back up to a store report success and store nothing: a dump that fails behind a pipe, an empty selection.
 * What the store holds already survives.
 */
export interface SilentFailureHazard extends ConditionHazard {
  readonly kind: 'silent-failure'
  /** A store. */
  readonly target: string
}

export const silentFailure: HazardKind<SilentFailureHazard> = {
  kind: 'silent-failure',
  hits: () => 'protection',
  strike: beginCondition,
}
