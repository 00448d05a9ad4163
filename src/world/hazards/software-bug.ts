import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A version of the backup software writes packs that do not hold what they should: each pack put into the store has a
 * spoilt byte, while the job reports success. What was written before survives; a verify job finds the rest.
 */
export interface SoftwareBugHazard extends ConditionHazard {
  readonly kind: 'software-bug'
  /** A store. */
  readonly target: string
}

export const softwareBug: HazardKind<SoftwareBugHazard> = {
  kind: 'software-bug',
  hits: () => 'protection',
  strike: beginCondition,
}
