import type { RetrievalTime } from '../../../world/index.ts'
import type { InstantPlan } from '../../strategy.ts'

/** The result of restoring one dataset. */
export interface RestoredDataset {
  /** Where it came from. */
  readonly store: string
  /** Instant of the consistent cut, seconds since start. */
  readonly recoveryPoint_s: number
  readonly restored_bytes: number
  readonly lost_bytes: number
  /** Points that could not be restored before this one could, and why. */
  readonly passedOver: readonly string[]
  /** One of them was newer: this is not the best point that was kept. */
  readonly older: boolean
  /** Top-level paths that are still to be restored; empty when everything is there. */
  readonly left: readonly string[]
  /** Store that its machine runs from meanwhile. */
  readonly servedFrom?: string
}

/** Time that a restore spends on other things than moving data. */
export interface Spent {
  /** Finding the newest clean point. */
  examine_s: number
  /** Waiting until data can be read: tape, archive tier. */
  readonly retrieval: RetrievalTime
  /** Rolling the restored state forward. */
  apply_s: number
}

/** The part of a dataset to restore. */
export type Part =
  /** First this share of its bytes, in (0, 1). */
  | { readonly share: number }
  /** First nothing: its machine is started from the backup. */
  | { readonly instant: InstantPlan }
  /** The remainder, from the same point. */
  | { readonly paths: readonly string[]; readonly cut_s: number }
