import type { RetrievalTime } from '../../../world/index.ts'
import type { InstantPlan } from '../../strategy.ts'

/** What came back of one dataset. */
export interface RestoredDataset {
  /** Where it came from. */
  readonly store: string
  /** Instant of the consistent cut, seconds since start. */
  readonly recoveryPoint_s: number
  readonly restored_bytes: number
  readonly lost_bytes: number
  /** Points that could not be restored before this one could, and why. */
  readonly passedOver: readonly string[]
  /** One of them was newer: this is not the best that was kept. */
  readonly older: boolean
  /** Paths at the top that are still to be restored; empty when all is there. */
  readonly left: readonly string[]
  /** Store that its machine runs from while they are. */
  readonly servedFrom?: string
}

/** What a restore spends time on besides moving data. */
export interface Spent {
  /** To find the newest point that is clean. */
  examine_s: number
  /** Until data can be read: tape, archive tier. */
  readonly retrieval: RetrievalTime
  /** To bring what was restored to a later state. */
  apply_s: number
}

/** Of a whole dataset, what to restore. */
export type Part =
  /** At first this share of its bytes, in (0, 1). */
  | { readonly share: number }
  /** At first nothing: its machine is started from the backup. */
  | { readonly instant: InstantPlan }
  /** What was left then, from the same point. */
  | { readonly paths: readonly string[]; readonly cut_s: number }
