import type { HazardCommon } from '../estate.ts'

/** Data that an incident took, tainted, or put out of reach. */
export interface Damage {
  readonly dataset: string
  /** Paths that are gone or changed, when not the whole dataset is. */
  readonly only?: readonly string[]
  /** What these held; absent where nobody has counted it. */
  readonly bytes?: number
  /** Since when, seconds since start; absent: since the onset of the incident. */
  readonly since_s?: number
  /** The data are unharmed, and in use again at this time, seconds since start. */
  readonly backAt_s?: number
  /** A crash took what was not yet on the disk: since when, seconds since start, and how many bytes of the application's work. */
  readonly unsynced?: { readonly since_s: number; readonly bytes: number }
  /** The data are unharmed on this node; what is gone is the machine that used them. */
  readonly intactOn?: string
}

/** What has happened, as the world knows it; people know it from `detected_s` on. */
export interface Incident {
  readonly hazard: HazardCommon
  readonly onset_s: number
  /** When it shows by itself; an alarm may bring it forward. */
  detected_s: number
  /** Deletion, corruption, ransomware: points made after the onset are tainted, and work done after it is lost. */
  readonly logical: boolean
  readonly damage: readonly Damage[]
  readonly destroyedNodes: readonly string[]
  readonly destroyedStores: readonly string[]
  /** Nodes that stand, and that an intruder was on. */
  readonly invadedNodes?: readonly string[]
  /** When the last part of a burst strikes, seconds since start: before, nobody can say what has happened. */
  readonly strikesUntil_s?: number
  /** Stops what the incident would still do, now that people know of it. */
  contain?(): void
}
