import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/** The clock of a node is wrong: its backups get wrong times, and retention acts on those. */
export interface ClockSkewHazard extends ConditionHazard {
  readonly kind: 'clock-skew'
  /** A node. */
  readonly target: string
  /** Added to the true time, seconds; negative when the clock is slow. */
  readonly skew_s: number
}

export const clockSkew: HazardKind<ClockSkewHazard> = {
  kind: 'clock-skew',
  hits: () => 'protection',
  strike: beginCondition,
}
