import type { Distribution, Schedule, StepFunction } from '../world/specification.ts'
import type { DetectorName } from './detectors/index.ts'

/** When a job runs: at instants of the calendar, or each time another job of the strategy has succeeded. */
export type Trigger = { readonly at: Schedule } | { readonly after: string }

/** Which dialect's rules thin out old snapshots, with that tool's own flags: `daily`, `weekly`, `last`, … */
export interface KeepPolicy {
  readonly dialect: 'restic' | 'borg' | 'pbs' | 'gfs'
  readonly counts: Readonly<Record<string, number>>
  /** How far back rules keep that take a span: `within` is 1y6m. */
  readonly within?: Readonly<Record<string, string>>
}

/** As restic does; other programs begin the whole run again, three times after ten minutes each (Veeam's agents). */
export const KEEP_TRYING_S = 900

/** How a job runs, whatever it does. What is absent does not apply. */
export interface JobTerms {
  /** What all its transfers together may take. */
  readonly limit_bytesPerSecond?: number
  /** Seconds from its start in which it should be done. */
  readonly window_s?: number
  /** At the end of the window: 'stop' calls it off, and the next run goes on from what is stored; 'finish' lets it run over. */
  readonly overrun?: 'stop' | 'finish'
  /** How long a run keeps trying what an outage of lines or stores cuts off before it fails. Default: KEEP_TRYING_S. */
  readonly keepTrying_s?: number
  /** How often a failed run is tried again, and how long after each failure. */
  readonly retry?: { readonly times: number; readonly wait_s: number }
  /** Probability that a run fails for a reason of its own: a licence, a full disk, a hung agent. */
  readonly failure?: number
  /** Transfers under way at once. */
  readonly streams?: number
}

export interface JobCommon {
  /** Unique within the strategy: 'backup-1'. */
  readonly name: string
  /** Of the jobs that were written as one, for several datasets. What follows the group follows the last of them. */
  readonly group?: string
  readonly trigger: Trigger
  readonly terms?: JobTerms
}

/** What the jobs that fill a store have in common. */
interface FillingJob extends JobCommon {
  /** Each run makes the locks of all that its snapshot needs last as long as the snapshot's own. Default: not. */
  readonly renewLocks?: boolean
}

export interface BackupJob extends FillingJob {
  readonly kind: 'backup'
  readonly dataset: string
  readonly to: string
  /** 'reverse-incremental': what each run replaces is moved to packs of the older points, so that the newest is a full. */
  readonly type: 'full' | 'incremental' | 'differential' | 'snapshot' | 'reverse-incremental'
  /** Reads the newest state that the array keeps (a snapshot job's), not the data that the application uses. */
  readonly fromSnapshot?: boolean
  /** Makes no point where a restore would give the same as of the newest. */
  readonly skipIfUnchanged?: boolean
  /** After each run: forget by this policy, then prune. */
  readonly keep?: KeepPolicy
}

export interface CopyJob extends FillingJob {
  readonly kind: 'copy'
  readonly from: string
  readonly to: string
  /** How long a point must have been at the source before it is copied; a copy that follows a job runs this long after it. */
  readonly hold_s?: number
  /** Of the points that the target does not have, the newest only. */
  readonly newestOnly?: boolean
  readonly keep?: KeepPolicy
}

export interface VerifyJob extends JobCommon {
  readonly kind: 'verify'
  readonly store: string
  /** Share of the packs that is read back, in (0, 1]. */
  readonly sample: number
  /** What is found damaged is put right from the copies on this store. */
  readonly healFrom?: string
}

/** Makes a full backup of the newest point on a store, out of what the store holds. */
export interface SynthesiseJob extends JobCommon {
  readonly kind: 'synthesise'
  readonly dataset: string
  readonly store: string
  readonly keep?: KeepPolicy
}

/** Forgets by a policy and drops what nothing needs any more, at a time of its own. */
export interface PruneJob extends JobCommon {
  readonly kind: 'prune'
  readonly store: string
  readonly keep: KeepPolicy
  /** Share of the stored bytes that may stay unused rather than be rewritten. */
  readonly maxUnused: number
  readonly grace_s: number
}

/** Restores for real, to a node that is not in use, and reports how long it took and what was wrong. */
export interface DrillJob extends JobCommon {
  readonly kind: 'drill'
  readonly dataset: string
  readonly from: string
  /** A node. */
  readonly to: string
}

/** Ships the log of a database's writes: a restore replays it over a backup, up to any instant that it covers. */
export interface LogJob extends JobCommon {
  readonly kind: 'log'
  readonly dataset: string
  readonly to: string
  /** Size at which a segment is full, and is closed. */
  readonly segment_bytes: number
  /** After this time a segment is closed though it is not full, if something was written to it. */
  readonly timeout_s: number
  /** Bytes of log for each byte written. */
  readonly volume: number
  /** A segment that is closed before it is full is shipped at its full length. */
  readonly padded: boolean
  /** How long to wait with the next attempt when a segment could not be shipped. */
  readonly wait_s: number
  /** Bytes of log a second that a restore applies. */
  readonly replay_bytesPerSecond: number
}

/** Sends every write to another node as it is made, and keeps a journal there that leads back to any of them. */
export interface JournalJob extends JobCommon {
  readonly kind: 'journal'
  readonly dataset: string
  /** A node. */
  readonly to: string
  /** How far back the journal leads at most. */
  readonly reach_s: number
  /** What the journal may hold; once that is full it leads back less far. */
  readonly capacity_bytes: number
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
  /** How long the array lets nobody delete a snapshot; 0: its administrators may at any time. */
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

/** How to come back. */
export interface RecoveryPlan {
  /** From detection to the decision to recover. */
  readonly declare_s: number
  /** To get and set up replacements for what was destroyed. */
  readonly provision_s: number
  /** Of single machines, and of all of a site or another domain; a machine's own comes first, then what is written first. */
  readonly provisionOf: readonly OwnTime[]
  /** How many replacements are set up at once: what the cloud's quota, or the supplier, has. Infinity: all of them. */
  readonly provisionAtOnce: number
  /** Until a machine that an intruder was on may be restored to: examined, and set up anew. Absent: at once. */
  readonly rebuild_s?: number
  /** As `provisionOf` has it. */
  readonly rebuildOf: readonly OwnTime[]
  /** Until a standby that has the data serves: near nothing for a hot one, scaling up for a warm one. */
  readonly startStandby_s: number
  /** What the standby costs while nothing happens: switched off, scaled down, at full size. */
  readonly standby_usdPerMonth: number
  /** What it costs while it serves: until it has led home or, where it does not, what was lost stands again. */
  readonly standbyServing_usdPerMonth: number
  /** Checks by people and programs after the data is back. */
  readonly verify_s: number
  /** To switch over, and to reconnect users. */
  readonly cutOver_s: number
  /** Until users are led to the new place: what resolvers remember of the old one. */
  readonly dns_s: number
  /** How many datasets are restored at once; the others wait in order of urgency. */
  readonly parallel: number
  /** How often a copy that could not be restored is tried again before the next one is. */
  readonly retries: number
  /** Jobs stop, and with them retention, when an incident is detected. */
  readonly freeze: boolean
  /** From the decision until all services are back the links' throttles are off, unless only a part was deleted. */
  readonly liftsThrottles: boolean
  /** What an outage of lines or stores cuts off a restore is tried again for so long, before another copy is taken. */
  readonly keepTrying_s: number
  /** After a logical incident nobody knows which point is clean; absent: somebody does. */
  readonly cleanPoint?: CleanPointSearch
  /** Virtual machines are started from their backups, before their images are back; absent: when they are. */
  readonly instant?: InstantPlan
  /** How services go home from a standby; absent: they stay there. */
  readonly failBack?: FailBackPlan
  /** Who recovers; absent: as many as it takes, at any hour. */
  readonly staff?: StaffPlan
  /** Somebody else has to agree before anything is brought back; absent: nobody. */
  readonly approval?: ApprovalPlan
  /** An outage still there this long after it was noticed is declared a disaster where there is a standby; absent: it is waited out. */
  readonly failOverAfter_s?: number
}

/** How long something takes for a machine, or for all of a site, region or domain. */
export interface OwnTime {
  readonly target: string
  readonly takes_s: number
}

/** When people are there. */
export interface Attendance {
  /** 1 while nobody is at work, 0 while somebody is. Absent: somebody always is. */
  readonly away?: StepFunction
  /** How long somebody who is called outside working hours takes to come; Infinity: nobody is called. */
  readonly onCall_s: number
}

export interface StaffPlan extends Attendance {
  /** At how many things people work at once: checks, cut-overs, and what follows; Infinity: at all of them. */
  readonly people: number
  /** What each restore takes somebody before it goes on by itself, */
  readonly perRestore_s: number
  /** and each machine that is replaced or rebuilt, of the time that this takes. */
  readonly perMachine_s: number
}

export interface ApprovalPlan extends Attendance {
  readonly takes_s: number
}

/** A virtual machine runs from a backup store, and its images follow. */
export interface InstantPlan {
  /** What it reads before it serves. */
  readonly boot_bytes: number
  /** What it would go on reading if it could. */
  readonly load_bytesPerSecond: number
  /** What it writes meanwhile; absent: what its application writes on the mean. */
  readonly writes_bytesPerSecond?: number
}

/** How the newest clean point is found. Each point that is looked at takes a time of its own and the time of a scan. */
export interface CleanPointSearch {
  readonly search: 'newest-first' | 'halving'
  readonly examine_s: number
  /** Of the dataset's size; Infinity: no scan. */
  readonly scan_bytesPerSecond: number
}

export interface FailBackPlan {
  /** How long a service stays on its standby after it is back and home stands again. */
  readonly after_s: number
  readonly cutOver_s: number
}

/** What is done with what a detector finds. */
export interface AlarmPlan {
  /** From the finding until somebody acts on it. */
  readonly delay: Distribution
  /** Probability that nobody does, in [0, 1]. */
  readonly miss: number
  /** What the detector holds against the figures; each detector says what it means. */
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
  /** What the strategy's repositories are cut and packed into. */
  readonly repository: RepositoryParameters
}

export interface RepositoryParameters {
  /** Mean chunk size in bytes, a power of two; min is a quarter, max four times as much. */
  readonly chunk_bytes: number
  readonly pack_bytes: number
  readonly compression: 'zstd' | 'none'
  /** Restores read packs that are needed in part from end to end, as from tape. */
  readonly wholePacks?: boolean
  /** Configuration and keys are kept where no incident reaches them too, on paper in a safe: a restore can put them back. */
  readonly keyCopy?: boolean
}
