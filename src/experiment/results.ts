/** The results of an experiment: what the report is made of and what the files of results/ hold. Plain data. */

import type { Assumption } from '../scenario/scenario.ts'
import type { RtoPhase } from '../strategy/index.ts'
import type { ComplianceFinding } from './compliance/compliance.ts'
import type { ExposureStatistics } from './exposure/exposure.ts'

export { RTO_PHASES } from '../strategy/index.ts'
export type { RtoPhase } from '../strategy/index.ts'

export type Outcome = 'recovered' | 'degraded' | 'lost'

/** One incident. Times are seconds since the scenario's start. */
export interface IncidentRow {
  readonly strategy: string
  readonly topology: string
  readonly hazard: string
  readonly service: string
  readonly replication: number
  /** Number of the history of the world that it is from, from 0; only if the experiment has several. */
  readonly history?: number
  readonly onset_s: number
  readonly detected_s: number
  /** Instant of the consistent cut of the point restored; undefined when there was none. */
  readonly recoveryPoint_s: number | undefined
  /** Undefined when the outcome is lost. */
  readonly rpo_s: number | undefined
  readonly rto_s: number | undefined
  /** Durations of the phases along the critical path. They sum to the RTO achieved. */
  readonly phases_s: Readonly<Record<RtoPhase, number>>
  /** The steps that determined when the service was back, with their lengths: each began when the one before it ended. */
  readonly criticalPath: string
  /** From the onset until all data is back, if the service runs on a part of it at first; undefined when lost. */
  readonly complete_s: number | undefined
  /** How long the way home from a standby takes after the service is back; undefined if it stays there or never left. */
  readonly failBack_s: number | undefined
  readonly failBack_bytes: number
  /** What the links charge for the way home. */
  readonly failBack_usd: number
  readonly outcome: Outcome
  /** Why the outcome is degraded or lost; for a recovered service, which copies failed before one was good. */
  readonly reason: string
  /** The store that the data came from. */
  readonly store: string | undefined
  /** How much of the service's data the incident deleted; undefined if it did something else. */
  readonly deleted_bytes: number | undefined
  /** Work that is gone: bytes written after the recovery point; everything when lost. */
  readonly lost_bytes: number
  readonly restored_bytes: number
  /** Whether the bytes (or extents) of the restored tree were compared with the history at the recovery point and are equal. */
  readonly verified: boolean
  /** Costs of this recovery: charges for transfers and retrieval, people's time, and a standby while it serves. */
  readonly recovery_usd: number
  /** Penalty for downtime and lost work. It leaves out what the loss of a whole service would cost, which nobody knows. */
  readonly penalty_usd: number
  /** If rare events were made to happen more often: the probability of this course of events over that in the simulation. */
  readonly likelihoodRatio?: number
}

/** A row as it comes from a drill. If anything is monitored, the first row of a drill carries its alarms. */
export interface DrilledRow extends IncidentRow {
  readonly alarms?: readonly AlarmRow[]
}

/** One alarm of the monitoring. Times are seconds since the scenario's start. */
export interface AlarmRow {
  readonly strategy: string
  readonly topology: string
  /** The hazard that was staged; undefined in the undisturbed world. */
  readonly hazard: string | undefined
  readonly replication: number | undefined
  readonly detector: string
  readonly job: string
  readonly dataset: string | undefined
  readonly store: string | undefined
  /** The instant that the alarm is about: the start of a backup, or the time at which a job should have run. */
  readonly evidence_s: number
  readonly raised_s: number
  /** When somebody learned of it; undefined if nobody did. */
  readonly heard_s: number | undefined
  /** From the onset of the incident that caused it until somebody learned of it. */
  readonly afterOnset_s: number | undefined
  readonly isFalse: boolean
  /** The cause: an incident, the reason why a job had done nothing, or what a verify found; empty for a false alarm. */
  readonly cause: string
  /** The text of the alarm. */
  readonly reason: string
  readonly response: string
}

/** How often one detector is right. */
export interface AlarmSummary {
  readonly detector: string
  /** Alarms in the undisturbed world. */
  readonly raised_perYear: number
  readonly false_perYear: number
  /** Share of all its alarms that nobody learned of. */
  readonly unheard: number
  /** In how many drills, out of how many, it was the first to reveal the incident, and how long after the onset on average. */
  readonly found: number
  readonly drills: number
  readonly afterOnset_s: number | undefined
}

/** One run of a job in the undisturbed world. */
export interface JobRow {
  readonly strategy: string
  readonly topology: string
  readonly job: string
  readonly kind: string
  readonly scheduled_s: number
  readonly started_s: number | undefined
  readonly ended_s: number | undefined
  readonly outcome: 'succeeded' | 'failed' | 'skipped' | 'running'
  readonly reason: string
  /** The store that had no room for what the run was to put there; absent where that is not why it failed. */
  readonly fullStore?: string
  readonly read_bytes: number
  readonly written_bytes: number
}

export interface LinkRow {
  readonly strategy: string
  readonly topology: string
  readonly link: string
  readonly capacity_bytesPerSecond: number
  readonly mean_bytesPerSecond: number
  /** 95th percentile of five-minute means, as carriers bill. */
  readonly p95_bytesPerSecond: number
  readonly peak_bytesPerSecond: number
  readonly total_bytes: number
  readonly byPurpose_bytes: Readonly<Record<string, number>>
}

/** Traffic of a link, in one direction, on one day of the undisturbed world. */
export interface TrafficRow {
  readonly strategy: string
  readonly topology: string
  readonly link: string
  /** Number of the day, from 0. The last day may be shorter. */
  readonly day: number
  readonly mean_bytesPerSecond: number
  /** The greatest of the day's five-minute means. */
  readonly busiest_bytesPerSecond: number
}

/** One recovery point at one store in the undisturbed world. Times are seconds since the scenario's start. */
export interface PointRow {
  readonly strategy: string
  readonly topology: string
  readonly dataset: string
  readonly store: string
  /** Instant of the consistent cut. */
  readonly cut_s: number
  /** The instant from which it was durable there. */
  readonly durable_s: number
  /** When it was forgotten; undefined while it is kept. */
  readonly forgotten_s: number | undefined
  /** Why the retention policy keeps it at the horizon, in the words of the policy's dialect; empty if it was forgotten. */
  readonly reason: string
}

/**
 * Exposure of a dataset to a hazard: the distribution of the RPO that would be achieved if the hazard struck at an instant drawn
 * uniformly from the time between warm-up and horizon; for a hazard that works unnoticed, if it was noticed at such an instant.
 * It is calculated, not sampled.
 */
export interface ExposureRow extends ExposureStatistics {
  readonly strategy: string
  readonly topology: string
  readonly hazard: string
  readonly service: string
  readonly dataset: string
  readonly objective_s: number
}

/** How long a rule of compliance, or one of its requirements, was met for one dataset in the undisturbed world; exact. */
export interface ComplianceRow extends ComplianceFinding {
  readonly strategy: string
  readonly topology: string
  readonly rule: string
  readonly dataset: string
  /** Share of the time in which the rule as a whole has to be met. */
  readonly share: number
}

export interface StoreRow {
  readonly strategy: string
  readonly topology: string
  readonly store: string
  readonly day: number
  readonly stored_bytes: number
  readonly objects: number
  readonly snapshots: number
}

/** One item of cost, with the inputs of its formula. */
export interface CostRow {
  readonly strategy: string
  readonly topology: string
  readonly category: 'storage' | 'requests' | 'egress' | 'retrieval' | 'links' | 'equipment' | 'people' | 'penalty'
  readonly item: string
  readonly quantity: number
  readonly unit: string
  readonly usdPerUnit: number
  readonly usdPerYear: number
}

/** Statistics of a sample of durations in seconds. */
export interface Summary {
  readonly n: number
  readonly mean: number
  readonly sd: number
  readonly min: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** 95 % confidence interval of the mean. */
  readonly ci95: readonly [low: number, high: number]
}

/** The effect of one hazard on one service in one cell. */
export interface HazardSummary {
  readonly hazard: string
  readonly service: string
  readonly n: number
  readonly recovered: number
  readonly degraded: number
  readonly lost: number
  readonly rate_perYear: number
  readonly rpo: Summary | undefined
  readonly rto: Summary | undefined
  readonly objectives: { readonly rpo_s: number; readonly rto_s: number }
  /** Share of the incidents that met the objective, with its 95 % Wilson interval. A lost service does not meet it. */
  readonly rpoMet: { readonly share: number; readonly ci95: readonly [number, number] }
  readonly rtoMet: { readonly share: number; readonly ci95: readonly [number, number] }
  readonly lossProbability: { readonly share: number; readonly ci95: readonly [number, number] }
  readonly expectedLost_bytes: number
  readonly meanPenalty_usd: number
}

/** A figure with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number
  readonly ci95: readonly [low: number, high: number]
}

/** What to expect from a hazard in a year. */
export interface YearlyHarm {
  /** Number of incidents after which nothing could be restored. */
  readonly losses: Estimate
  readonly lost_bytes: Estimate
  /** Over the incidents that were not lost. */
  readonly downtime_s: Estimate
  readonly workLost_s: Estimate
  /** Over the incidents that were not lost: penalties, and the costs of recovery. */
  readonly penalty_usd: Estimate
}

/** The annual risk from one hazard to one service, estimated in two ways that must agree. */
export interface AnnualRisk {
  readonly hazard: string
  readonly service: string
  readonly rate_perYear: number
  /** The rate of the hazard times the mean effect of a drill. */
  readonly drills: YearlyHarm
  /** What happened in natural worlds, which the hazard struck at its own rate. */
  readonly natural: YearlyHarm & { readonly years: number; readonly incidents: number }
}

export interface Cell {
  readonly strategy: string
  readonly topology: string
  /** Over the incidents of all hazards that were not lost. */
  readonly rpo: Summary | undefined
  readonly rto: Summary | undefined
  readonly objectiveMet: boolean
  readonly loss: {
    readonly probability: number
    readonly ci95: readonly [number, number]
    readonly expected_bytes: number
  }
  readonly hazards: readonly HazardSummary[]
  /** Each rule as a whole, for each dataset. */
  readonly compliance: ReadonlyArray<{
    readonly rule: string
    readonly dataset: string
    readonly met: number
    readonly share: number
  }>
  /** Only after natural runs. */
  readonly risk?: readonly AnnualRisk[]
  /** Only if something is monitored: each detector that raised an alarm. */
  readonly alarms?: readonly AlarmSummary[]
  /** Only with synchronous replicas: how much longer each write takes. */
  readonly writeDelays?: ReadonlyArray<{ readonly dataset: string; readonly to: string; readonly added_s: number }>
  readonly bandwidth: readonly LinkRow[]
  /** `capacity_bytes` is infinite where a store has no limit. */
  readonly storage: ReadonlyArray<{
    readonly store: string
    readonly end_bytes: number
    readonly peak_bytes: number
    readonly capacity_bytes: number
  }>
  readonly cost: {
    readonly outlay_usdPerYear: number
    /** Σ over hazards of rate × mean penalty. */
    readonly penalty_usdPerYear: number
    readonly total_usdPerYear: number
    readonly byCategory_usdPerYear: Readonly<Record<string, number>>
    /** The total over a period, with later years discounted; only if the scenario says how to discount. */
    readonly presentValue?: PresentValue
  }
}

export interface PresentValue {
  readonly years: number
  readonly discount_perYear: number
  readonly usd: number
  /** The currency of the scenario, and how many US dollars one unit of it is worth. */
  readonly currency: string
  readonly usdPerUnit: number
  readonly amount: number
}

/** How precise the least precise mean is. */
export interface PrecisionReached {
  /** Half-width of the 95 % confidence interval, relative to the mean. */
  readonly goal: number
  readonly relative: number
  /** The name of that mean; empty if nothing varies. */
  readonly where: string
  readonly reached: boolean
}

export interface Results {
  readonly scenario: { readonly id: string; readonly name: string; readonly start: number; readonly horizon_s: number }
  readonly seed: string
  /** Number of drills of each hazard in each cell. */
  readonly replications: number
  /** Only if the run was interrupted: what was planned. What is here is a fair sample of that, see docs/experiments.md. */
  readonly interrupted?: { readonly replications: number; readonly naturalWorlds: number }
  /** Only if drills went on until a precision was reached. */
  readonly precision?: PrecisionReached
  readonly cells: readonly Cell[]
  readonly incidents: readonly IncidentRow[]
  /** Only after natural runs: every incident, numbered by its world. */
  readonly naturalIncidents?: readonly IncidentRow[]
  readonly jobs: readonly JobRow[]
  readonly links: readonly LinkRow[]
  readonly traffic: readonly TrafficRow[]
  readonly stores: readonly StoreRow[]
  readonly points: readonly PointRow[]
  /** Only if something is monitored: the alarms of the undisturbed world, then those of the drills. */
  readonly alarms?: readonly AlarmRow[]
  /**
   * Only if something is monitored, after natural runs: alarms from the onset of each incident until it was over,
   * numbered by its world.
   */
  readonly naturalAlarms?: readonly AlarmRow[]
  readonly exposures: readonly ExposureRow[]
  /** Empty if the scenario has no rules. */
  readonly compliance: readonly ComplianceRow[]
  readonly costs: readonly CostRow[]
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly string[]
  /** SHA-256 (hex) over everything above in canonical form. */
  readonly digest: string
  /** SHA-256 (hex) over the full traces of all simulations; only if the run was traced. */
  readonly traceDigest?: string
  /**
   * What `check` says of the plans before any drill, such as copies that go with the original; not observed, so not in
   * the digest.
   */
  readonly weakSpots: readonly string[]
}
