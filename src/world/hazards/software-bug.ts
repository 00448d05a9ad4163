import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * A version of the backup software writes corrupt packs: each pack put into the store has a wrong byte, while the job
 * reports success. What was written before survives; a verify job can find the corrupt packs.
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
