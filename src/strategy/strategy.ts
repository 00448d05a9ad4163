import type { Schedule } from '../world/specification.ts'
import type { MonitoringPlan } from './monitoring.ts'

/** When a job runs: at instants of the calendar, or each time another job of the strategy has succeeded. */
export type Trigger = { readonly at: Schedule } | { readonly after: string }

/** Which dialect's rules thin out old snapshots, with that tool's own flags: `daily`, `weekly`, `last`, … */
export interface KeepPolicy {
  readonly dialect: 'restic' | 'borg' | 'pbs' | 'gfs'
  readonly counts: Readonly<Record<string, number>>
}

interface JobCommon {
  /** Unique within the strategy: 'backup-1'. */
  readonly name: string
  readonly trigger: Trigger
}

/** What jobs have that fill a store. */
interface FillingJob extends JobCommon {
  /** Each run makes the locks of all that its snapshot needs last as long as the snapshot's own. Default: not. */
  readonly renewLocks?: boolean
}

export interface BackupJob extends FillingJob {
  readonly kind: 'backup'
  readonly dataset: string
  readonly to: string
  readonly type: 'full' | 'incremental' | 'differential' | 'snapshot'
  /** After each run: forget by this policy, then prune. */
  readonly keep?: KeepPolicy
}

export interface CopyJob extends FillingJob {
  readonly kind: 'copy'
  readonly from: string
  readonly to: string
  readonly keep?: KeepPolicy
}

export interface VerifyJob extends JobCommon {
  readonly kind: 'verify'
  readonly store: string
  /** Share of the packs that is read back, in (0, 1]. */
  readonly sample: number
}

/** Keeps a copy of a dataset on another node, ready to serve. */
export interface ReplicateJob extends JobCommon {
  readonly kind: 'replicate'
  readonly dataset: string
  /** A node. */
  readonly to: string
  /** Every write is acknowledged only once it is there; the job never runs, and there is nothing to ship. */
  readonly synchronous: boolean
  /** How far back a journal of the writes leads; 0 for none. */
  readonly journal_s: number
}

/** Keeps states of a dataset on the array that it lives on. */
export interface SnapshotJob extends JobCommon {
  readonly kind: 'snapshot'
  readonly dataset: string
  /** How many are kept. */
  readonly last: number
  /** A whole copy that is split off, instead of one that shares what has not changed. */
  readonly mirror: boolean
  /** What has changed since the oldest may fill so much; then the oldest are dropped. */
  readonly reserve_bytes: number
}

export type Job = BackupJob | CopyJob | VerifyJob | ReplicateJob | SnapshotJob

/** How to come back. */
export interface RecoveryPlan {
  /** From detection to the decision to recover. */
  readonly declare_s: number
  /** To get and set up replacements for what was destroyed. */
  readonly provision_s: number
  /** Until a standby that has the data serves: near nothing for a hot one, scaling up for a warm one. */
  readonly startStandby_s: number
  /** What the standby costs while nothing happens: switched off, scaled down, at full size. */
  readonly standby_usdPerMonth: number
  /** Checks by people and programs after the data is back. */
  readonly verify_s: number
  /** DNS, reconnecting users. */
  readonly cutOver_s: number
}

export interface Strategy {
  readonly name: string
  readonly jobs: readonly Job[]
  readonly recovery: RecoveryPlan
  /** What watches the jobs; nothing by default. */
  readonly monitoring?: MonitoringPlan
  /** What the strategy's repositories are cut and packed into. */
  readonly repository: RepositoryParameters
}

export interface RepositoryParameters {
  /** Mean chunk size in bytes, a power of two; min is a quarter, max four times as much. */
  readonly chunk_bytes: number
  readonly pack_bytes: number
  readonly compression: 'zstd' | 'none'
}
