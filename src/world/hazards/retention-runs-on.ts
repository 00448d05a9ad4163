import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Nobody stops the jobs that fill and thin out a store when an incident is detected: during the recovery they back up
 * what the incident left of the data, and forget points by their policy.
 */
export interface RetentionRunsOnHazard extends ConditionHazard {
  readonly kind: 'retention-runs-on'
  /** A store. */
  readonly target: string
}

export const retentionRunsOn: HazardKind<RetentionRunsOnHazard> = {
  kind: 'retention-runs-on',
  hits: () => 'protection',
  strike: beginCondition,
}
