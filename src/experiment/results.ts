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
  readonly onset_s: number
  readonly detected_s: number
  /** Instant of the consistent cut of the point restored; undefined when there was none. */
  readonly recoveryPoint_s: number | undefined
  /** Undefined when the outcome is lost. */
  readonly rpo_s: number | undefined
  readonly rto_s: number | undefined
  /** Of the critical path; their sum is the RTO achieved. */
  readonly phases_s: Readonly<Record<RtoPhase, number>>
  /** The steps that made the time until the service was back, each begun when the one before it ended, with their lengths. */
  readonly criticalPath: string
  /** From the onset until all data is back, where a service makes do with a part at first; undefined when lost. */
  readonly complete_s: number | undefined
  /** From a standby home, after the service is back; undefined where it stays, or is at home. */
  readonly failBack_s: number | undefined
  readonly failBack_bytes: number
  /** What the links charge for it. */
  readonly failBack_usd: number
  readonly outcome: Outcome
  /** Why degraded or lost; of a recovered one, which copies failed before. */
  readonly reason: string
  /** Store that the data came from. */
  readonly store: string | undefined
  /** What the incident deleted of the service's data; undefined where it did something else. */
  readonly deleted_bytes: number | undefined
  /** Work that is gone: bytes written after the recovery point; everything when lost. */
  readonly lost_bytes: number
  readonly restored_bytes: number
  /** Bytes (or extents) of the restored tree were compared with the history at the recovery point and are equal. */
  readonly verified: boolean
  /** Transfer and retrieval charges of this recovery, people's time, and a standby while it serves. */
  readonly recovery_usd: number
  /** Penalty of the service: downtime and lost work; the penalty of a lost service is not known and left out. */
  readonly penalty_usd: number
  /** Where what is rare was made to happen more often: how likely this course of things is, over how likely it was made. */
  readonly likelihoodRatio?: number
}

/** A row as it comes from a drill; of its rows the first has the alarms, where something is watched. */
export interface DrilledRow extends IncidentRow {
  readonly alarms?: readonly AlarmRow[]
}

/** One alarm of the monitoring. Times are seconds since the scenario's start. */
export interface AlarmRow {
  readonly strategy: string
  readonly topology: string
  /** That was staged; undefined in the undisturbed world. */
  readonly hazard: string | undefined
  readonly replication: number | undefined
  readonly detector: string
  readonly job: string
  readonly dataset: string | undefined
  readonly store: string | undefined
  /** Of what it speaks: the start of a backup, the time of a job that did not come. */
  readonly evidence_s: number
  readonly raised_s: number
  /** Undefined when nobody heard of it. */
  readonly heard_s: number | undefined
  /** From the onset of the incident that it tells of until it was heard. */
  readonly afterOnset_s: number | undefined
  readonly isFalse: boolean
  /** Incident, or why a job had done nothing, or what a verify found; empty of a false alarm. */
  readonly cause: string
  /** What it says. */
  readonly reason: string
  readonly response: string
}

/** How often one detector is right. */
export interface AlarmSummary {
  readonly detector: string
  /** In the undisturbed world. */
  readonly raised_perYear: number
  readonly false_perYear: number
  /** Share of all its alarms that nobody heard of. */
  readonly unheard: number
  /** Drills that it made known, of so many; and how long after the onset, on the mean. */
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
  /** From 0; the last day may be shorter. */
  readonly day: number
  readonly mean_bytesPerSecond: number
  /** Of the day's five-minute means, the greatest. */
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
  /** From when it was durable there. */
  readonly durable_s: number
  /** When it was forgotten; undefined while it is kept. */
  readonly forgotten_s: number | undefined
  /** Why the retention policy keeps it at the horizon, in the words of its dialect; empty when forgotten. */
  readonly reason: string
}

/**
 * Exposure of a dataset to a hazard: the RPO achieved if it struck, or was noticed where it works unnoticed, at an instant that is
 * uniform in the time from the warm-up to the horizon. Worked out, without sampling.
 */
export interface ExposureRow extends ExposureStatistics {
  readonly strategy: string
  readonly topology: string
  readonly hazard: string
  readonly service: string
  readonly dataset: string
  readonly objective_s: number
}

/** How long a rule of compliance was met for one dataset in the undisturbed world, exactly; or one of its requirements. */
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

/** Statistic of a sample in seconds. `undefined` when the sample is empty. */
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

/** What one hazard does to one service in one cell. */
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
  /** Share of the incidents that met the objective, with its 95 % Wilson interval; a lost one does not meet it. */
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

/** What is to be expected of a hazard in a year. */
export interface YearlyHarm {
  /** Incidents after which nothing could be restored. */
  readonly losses: Estimate
  readonly lost_bytes: Estimate
  /** Of incidents that were not lost. */
  readonly downtime_s: Estimate
  readonly workLost_s: Estimate
  /** Of incidents that were not lost: their penalty, and the charges of recovery. */
  readonly penalty_usd: Estimate
}

/** The annual risk from one hazard to one service, found in two ways that must agree. */
export interface AnnualRisk {
  readonly hazard: string
  readonly service: string
  readonly rate_perYear: number
  /** Rate times what a drill does on average. */
  readonly drills: YearlyHarm
  /** What happened in worlds that the hazard struck by itself. */
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
  /** Where there were natural runs. */
  readonly risk?: readonly AnnualRisk[]
  /** Where something is watched: each detector that raised an alarm. */
  readonly alarms?: readonly AlarmSummary[]
  /** Where replicas are synchronous: how much longer each write takes. */
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
    /** The total over a period, later years discounted; where the scenario says how money is counted. */
    readonly presentValue?: PresentValue
  }
}

export interface PresentValue {
  readonly years: number
  readonly discount_perYear: number
  readonly usd: number
  /** In the scenario's currency, and how many US dollars one unit is worth. */
  readonly currency: string
  readonly usdPerUnit: number
  readonly amount: number
}

/** How precise the least precise mean is. */
export interface PrecisionReached {
  /** Half-width of a 95 % confidence interval over the mean. */
  readonly goal: number
  readonly relative: number
  /** Which mean that is; empty where nothing varies. */
  readonly where: string
  readonly reached: boolean
}

export interface Results {
  readonly scenario: { readonly id: string; readonly name: string; readonly start: number; readonly horizon_s: number }
  readonly seed: string
  /** Drills of each hazard in each cell. */
  readonly replications: number
  /** Where the run was interrupted: what there would have been. What is here is a fair sample of it, see docs/experiments.md. */
  readonly interrupted?: { readonly replications: number; readonly naturalWorlds: number }
  /** Where drills went on until a precision was reached. */
  readonly precision?: PrecisionReached
  readonly cells: readonly Cell[]
  readonly incidents: readonly IncidentRow[]
  /** Where there were natural runs: all that struck, numbered by their world. */
  readonly naturalIncidents?: readonly IncidentRow[]
  readonly jobs: readonly JobRow[]
  readonly links: readonly LinkRow[]
  readonly traffic: readonly TrafficRow[]
  readonly stores: readonly StoreRow[]
  readonly points: readonly PointRow[]
  /** Where something is watched: those of the undisturbed world, then those of the drills. */
  readonly alarms?: readonly AlarmRow[]
  readonly exposures: readonly ExposureRow[]
  /** Empty where the scenario has no rules. */
  readonly compliance: readonly ComplianceRow[]
  readonly costs: readonly CostRow[]
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly string[]
  /** SHA-256 (hex) over everything above in canonical form. */
  readonly digest: string
  /** SHA-256 (hex) over the full traces of all simulations, where the run was traced. */
  readonly traceDigest?: string
}
