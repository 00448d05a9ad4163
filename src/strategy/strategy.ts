import type { Distribution, Schedule, StepFunction } from '../world/specification.ts'
import type { DetectorName } from './detectors/index.ts'

/** When a job runs: at instants of the calendar, or each time another job of the strategy has succeeded. */
export type Trigger = { readonly at: Schedule } | { readonly after: string }

/** The retention policy: a dialect, with that tool's own flags: `daily`, `weekly`, `last`, … */
export interface KeepPolicy {
  readonly dialect: 'restic' | 'borg' | 'pbs' | 'gfs'
  readonly counts: Readonly<Record<string, number>>
  /** Spans for the rules that take one: `within` is 1y6m. */
  readonly within?: Readonly<Record<string, string>>
}

/** As restic does; other programs restart the whole run instead, three times after ten minutes each (Veeam's agents). */
export const KEEP_TRYING_S = 900

/** Terms of a job, independent of its kind. An absent field does not apply. */
export interface JobTerms {
  /** Bandwidth limit for all its transfers together. */
  readonly limit_bytesPerSecond?: number
  /** Seconds from its start within which it should finish. */
  readonly window_s?: number
  /** At the end of the window: 'stop' ends it, and the next run continues from what is stored; 'finish' lets it overrun. */
  readonly overrun?: 'stop' | 'finish'
  /** How long a run retries what an outage of links or stores interrupts before it fails. Default: KEEP_TRYING_S. */
  readonly keepTrying_s?: number
  /** How many times a failed run is retried, and how long after each failure. */
  readonly retry?: { readonly times: number; readonly wait_s: number }
  /** Probability that a run fails for an internal reason: a licence, a full disk, a hung agent. */
  readonly failure?: number
  /** Number of concurrent transfers. */
  readonly streams?: number
}

export interface JobCommon {
  /** Unique within the strategy: 'backup-1'. */
  readonly name: string
  /** Common to the jobs that were written as one, for several datasets. Jobs that follow the group wait for all of them. */
  readonly group?: string
  readonly trigger: Trigger
  readonly terms?: JobTerms
}

/** Fields shared by the jobs that write to a store. */
interface FillingJob extends JobCommon {
  /** Each run extends the locks of everything that its snapshot needs to the snapshot's own. Default: it does not. */
  readonly renewLocks?: boolean
}

export interface BackupJob extends FillingJob {
  readonly kind: 'backup'
  readonly dataset: string
  readonly to: string
  /**
   * 'reverse-incremental': what each run replaces is moved to packs of the older points, so that the newest is always a
   * full.
   */
  readonly type: 'full' | 'incremental' | 'differential' | 'snapshot' | 'reverse-incremental'
  /** Reads the newest state that the array keeps (made by a snapshot job) instead of the live data. */
  readonly fromSnapshot?: boolean
  /** Creates no point whose contents would equal those of the newest one. */
  readonly skipIfUnchanged?: boolean
  /** After each run: forget by this policy, then prune. */
  readonly keep?: KeepPolicy
}

export interface CopyJob extends FillingJob {
  readonly kind: 'copy'
  readonly from: string
  readonly to: string
  /** Time that a point must have been at the source before it is copied. A copy that follows a job runs this long after it. */
  readonly hold_s?: number
  /** Copies only the newest of the points that the target lacks. */
  readonly newestOnly?: boolean
  readonly keep?: KeepPolicy
}

export interface VerifyJob extends JobCommon {
  readonly kind: 'verify'
  readonly store: string
  /** Share of the packs that is read back, in (0, 1]. */
  readonly sample: number
  /** Damage is repaired from the copies on this store. */
  readonly healFrom?: string
}

/** Makes a full backup of the newest point on a store from what the store already holds. */
export interface SynthesiseJob extends JobCommon {
  readonly kind: 'synthesise'
  readonly dataset: string
  readonly store: string
  readonly keep?: KeepPolicy
}

/** Forgets by a policy and removes unneeded data, on a schedule of its own. */
export interface PruneJob extends JobCommon {
  readonly kind: 'prune'
  readonly store: string
  readonly keep: KeepPolicy
  /** Share of the stored bytes that may stay unused instead of being rewritten. */
  readonly maxUnused: number
  readonly grace_s: number
}

/** Restores for real, to a spare node, and reports how long it took and what was wrong. */
export interface DrillJob extends JobCommon {
  readonly kind: 'drill'
  readonly dataset: string
  readonly from: string
  /** A node. */
  readonly to: string
}

/** Ships a database's transaction log: a restore replays it over a backup, up to any instant that it covers. */
export interface LogJob extends JobCommon {
  readonly kind: 'log'
  readonly dataset: string
  readonly to: string
  /** Size at which a segment is full, and is closed. */
  readonly segment_bytes: number
  /** Time after which a segment with writes is closed even if it is not full. */
  readonly timeout_s: number
  /** Bytes of log for each byte written. */
  readonly volume: number
  /** A segment that is closed early is padded to full length. */
  readonly padded: boolean
  /** Delay before the next attempt when a segment could not be shipped. */
  readonly wait_s: number
  /** Bytes of log that a restore replays per second. */
  readonly replay_bytesPerSecond: number
}

/** Sends every write to another node as it is made, and keeps a journal there that can go back to any of them. */
export interface JournalJob extends JobCommon {
  readonly kind: 'journal'
  readonly dataset: string
  /** A node. */
  readonly to: string
  /** Maximum age of the journal's oldest state. */
  readonly reach_s: number
  /** Capacity of the journal; once it is full it goes back less far. */
  readonly capacity_bytes: number
}

/** Keeps a copy of a dataset on another node, ready to serve. */
export interface ReplicateJob extends JobCommon {
  readonly kind: 'replicate'
  readonly dataset: string
  /** A node. */
  readonly to: string
  /** Every write is acknowledged only after it has reached the replica; the job never runs, and there is nothing to ship. */
  readonly synchronous: boolean
  /** How far back a journal of the writes goes; 0 for none. */
  readonly journal_s: number
}

/** Keeps states of a dataset on the array that holds it. */
export interface SnapshotJob extends JobCommon {
  readonly kind: 'snapshot'
  readonly dataset: string
  /** Number of states kept. */
  readonly last: number
  /** A split mirror, which is a whole copy, instead of a copy-on-write snapshot. */
  readonly mirror: boolean
  /** Space for what has changed since the oldest; when it is full, the oldest are dropped. */
  readonly reserve_bytes: number
  /** How long nobody can delete a snapshot; 0: the array's administrators can at any time. */
  readonly lock_s: number
}

export type Job =
  | BackupJob
  | CopyJob
  | DrillJob
  | JournalJob
  | LogJob
  | PruneJob
  | ReplicateJob
  | SnapshotJob
  | SynthesiseJob
  | VerifyJob

/** How a strategy recovers. */
export interface RecoveryPlan {
  /** Time from detection to the decision to recover. */
  readonly declare_s: number
  /** Time to obtain and set up replacements for what was destroyed. */
  readonly provision_s: number
  /**
   * Provisioning times of single machines, or of all machines of a site or another domain. A machine's own takes
   * precedence, then the first one written.
   */
  readonly provisionOf: readonly OwnTime[]
  /** Number of replacements set up at once, limited by the cloud's quota or the supplier. Infinity: all of them. */
  readonly provisionAtOnce: number
  /** Time to examine and reinstall a machine that an intruder accessed, before it may be restored to. Absent: none. */
  readonly rebuild_s?: number
  /** Rebuild times of single machines or domains, in the form of `provisionOf`. */
  readonly rebuildOf: readonly OwnTime[]
  /** Time until a standby that has the data serves: near zero for a hot one, scaling up for a warm one. */
  readonly startStandby_s: number
  /** Cost of the idle standby: switched off, scaled down, or at full size. */
  readonly standby_usdPerMonth: number
  /** Cost while it serves: until failback or, without one, until what was lost is available again. */
  readonly standbyServing_usdPerMonth: number
  /** Time for checks by people and programs after the data are back. */
  readonly verify_s: number
  /** Time to switch over and reconnect users. */
  readonly cutOver_s: number
  /** Time until users are directed to the new place: what resolvers cache of the old one. */
  readonly dns_s: number
  /** Number of datasets restored at once; the others wait in order of urgency. */
  readonly parallel: number
  /** How many times a failed restore of one copy is retried before the next copy is used. */
  readonly retries: number
  /** Jobs, and with them retention, stop when an incident is detected. */
  readonly freeze: boolean
  /** The links' throttles are lifted from the decision until all services are back, unless only a part was deleted. */
  readonly liftsThrottles: boolean
  /** How long a restore retries what an outage of links or stores interrupts before another copy is used. */
  readonly keepTrying_s: number
  /** How people search for a clean point after a logical incident; absent: it is known. */
  readonly cleanPoint?: CleanPointSearch
  /** Virtual machines are started from their backups before their images are back; absent: only afterwards. */
  readonly instant?: InstantPlan
  /** How services fail back from a standby; absent: they stay there. */
  readonly failBack?: FailBackPlan
  /** Who recovers; absent: as many people as needed, at any hour. */
  readonly staff?: StaffPlan
  /** Somebody else has to approve before anything is restored; absent: nobody. */
  readonly approval?: ApprovalPlan
  /** Time after which an outage is declared a disaster, if there is a standby; absent: it is waited out. */
  readonly failOverAfter_s?: number
}

/** A duration for one machine, or for all of a site, region or domain. */
export interface OwnTime {
  readonly target: string
  readonly takes_s: number
}

/** When people are available. */
export interface Attendance {
  /** 1 while nobody is at work, otherwise 0. Absent: somebody always is. */
  readonly away?: StepFunction
  /** Time in which somebody on call arrives outside working hours; Infinity: nobody is on call. */
  readonly onCall_s: number
}

export interface StaffPlan extends Attendance {
  /** Number of tasks people can work on at once (checks, cut-overs and those below); Infinity: all of them. */
  readonly people: number
  /** Manual work for each restore before it continues by itself. */
  readonly perRestore_s: number
  /** Manual work for each machine that is replaced or rebuilt; part of the time that this takes. */
  readonly perMachine_s: number
}

export interface ApprovalPlan extends Attendance {
  readonly takes_s: number
}

/** Instant recovery: a virtual machine runs from a backup store while its images are restored. */
export interface InstantPlan {
  /** Bytes that it reads before it serves. */
  readonly boot_bytes: number
  /** Rate at which it goes on reading, if the store allows. */
  readonly load_bytesPerSecond: number
  /** Rate at which it writes meanwhile; absent: the mean rate of its application. */
  readonly writes_bytesPerSecond?: number
}

/** How the newest clean point is found. Examining a point takes a fixed time plus the time of a scan. */
export interface CleanPointSearch {
  readonly search: 'newest-first' | 'halving'
  readonly examine_s: number
  /** Scan rate, relative to the dataset's whole size; Infinity: no scan. */
  readonly scan_bytesPerSecond: number
}

export interface FailBackPlan {
  /** How long a service stays on its standby once both it and its home are available again. */
  readonly after_s: number
  readonly cutOver_s: number
}

/** How people respond to a detector's findings. */
export interface AlarmPlan {
  /** Time from the finding until somebody acts on it. */
  readonly delay: Distribution
  /** Probability that nobody does, in [0, 1]. */
  readonly miss: number
  /** The detector's threshold; each detector defines its meaning. */
  readonly threshold: number
}

/** Detectors that watch the jobs of a strategy. */
export type MonitoringPlan = { readonly [D in DetectorName]?: AlarmPlan }

export interface Strategy {
  readonly name: string
  readonly jobs: readonly Job[]
  readonly recovery: RecoveryPlan
  /** What watches the jobs; nothing by default. */
  readonly monitoring?: MonitoringPlan
  /** Parameters of the strategy's repositories. */
  readonly repository: RepositoryParameters
}

export interface RepositoryParameters {
  /** Mean chunk size in bytes, a power of two; the minimum is a quarter of it, the maximum four times as much. */
  readonly chunk_bytes: number
  readonly pack_bytes: number
  readonly compression: 'zstd' | 'none'
  /** A restore reads a pack from end to end even when it needs only parts of it, as is best from tape. */
  readonly wholePacks?: boolean
  /** A copy of configuration and keys is kept out of reach of any incident, on paper in a safe: a restore can put them back. */
  readonly keyCopy?: boolean
}
