import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Jobs that put backups on a store report success and store nothing: a dump that fails behind a pipe, an empty selection.
 * What is there already survives.
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
