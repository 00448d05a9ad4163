import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * The clock of a node is wrong: what it backs up has wrong times, and retention goes by them.
 */
export interface ClockSkewHazard extends ConditionHazard {
  readonly kind: 'clock-skew'
  /** A node. */
  readonly target: string
  /** Added to the true time; negative: the clock is late. Seconds. */
  readonly skew_s: number
}

export const clockSkew: HazardKind<ClockSkewHazard> = {
  kind: 'clock-skew',
  hits: () => 'protection',
  strike: beginCondition,
}
