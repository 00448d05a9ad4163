import type { HazardCommon } from '../estate.ts'

/** Data that an incident destroyed, tainted or put out of reach. */
export interface Damage {
  readonly dataset: string
  /** Paths that are gone or changed, when it is not the whole dataset. */
  readonly only?: readonly string[]
  /** Their size; absent where it was not counted. */
  readonly bytes?: number
  /** Since when, seconds since start; absent: since the onset of the incident. */
  readonly since_s?: number
  /** The data are unharmed and in use again at this time, seconds since start. */
  readonly backAt_s?: number
  /**
   * Writes that a crash lost before they reached the disk: since when, seconds since start, and how many bytes of the
   * application's work.
   */
  readonly unsynced?: { readonly since_s: number; readonly bytes: number }
  /** The data are unharmed on this node; only the machine that used them is gone. */
  readonly intactOn?: string
}

/** What has happened. People learn of it at `detected_s`. */
export interface Incident {
  readonly hazard: HazardCommon
  readonly onset_s: number
  /** When it becomes known without an alarm; an alarm may bring this forward. */
  detected_s: number
  /** Deletion, corruption or ransomware: recovery points made after the onset are tainted, and work done after it is lost. */
  readonly logical: boolean
  readonly damage: readonly Damage[]
  readonly destroyedNodes: readonly string[]
  readonly destroyedStores: readonly string[]
  /** Nodes that still run but that an intruder has accessed. */
  readonly invadedNodes?: readonly string[]
  /** When the last part of a burst strikes, seconds since start; the damage is not known before. */
  readonly strikesUntil_s?: number
  /** Stops what the incident would still do, now that people know of it. */
  contain?(): void
}
