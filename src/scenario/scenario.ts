import type { Instant } from '../engine/ports.ts'
import type { Strategy } from '../strategy/strategy.ts'
import type { Distribution, WorldSpecification } from '../world/specification.ts'
import type { Settings } from './document/set-values.ts'

/** One version of the world in a comparison: the scenario as written, or with some of its values replaced. */
export interface Topology {
  /** 'base' for the scenario as written. */
  readonly name: string
  readonly world: WorldSpecification
}

/** Where a price, rate or failure rate comes from. */
export interface Assumption {
  /** Path in the scenario or name of the preset: 'stores.s3.prices'. */
  readonly subject: string
  readonly value: string
  readonly source: string
  /** How reliable it is: read at the source, seen in part, quoted by others, or set by the scenario itself. */
  readonly mark: 'source' | 'excerpt' | 'second-hand' | 'scenario'
  /** ISO 8601, as precise as known. */
  readonly date: string
}

/** What a rule requires of the copies of a dataset, at every instant. An absent field requires nothing. */
export interface ComplianceRule {
  readonly name: string
  readonly datasets: readonly string[]
  /** Share of the time in which all requirements have to be met, in (0, 1]. */
  readonly share: number
  /** A copy counts while its newest point is no older than this. Infinity: any age. */
  readonly maxAge_s: number
  /** Number of copies, including the original. */
  readonly copies?: number
  /** Number of different kinds of media, including the original's. */
  readonly media?: number
  /** Number of copies at other sites than the original's. */
  readonly offsite?: number
  /** Number of copies that nobody can change: locked, or not connected. */
  readonly immutable?: number
  /** Every store that holds a copy has been checked without errors within this time. */
  readonly verified_s?: number
  /** One point of every period is kept at least this long. */
  readonly keepAtLeast?: { readonly for_s: number; readonly every_s: number }
  /** No point is older than this. */
  readonly keepAtMost_s?: number
}

export interface ExperimentSpecification {
  /** Names of hazards that are staged at random instants. */
  readonly drills: readonly string[]
  /** Names of hazards that strike the world by themselves, at their rate or instant, in addition to the staged one. */
  readonly background: readonly string[]
  /** Drills of each hazard in each strategy × topology; the number of the first round where `precision` is given. */
  readonly replications: number
  /** Adds drills until the half-width of the 95 % confidence interval of each of these means is this share of the mean. */
  readonly precision?: { readonly relative: number; readonly max: number; readonly of: readonly ('rpo' | 'rto')[] }
  /** In how many histories of the world the drills are staged, in turn. */
  readonly histories: number
  /** Strikes once in each drill, this long after its onset: a second failure during the recovery. */
  readonly setback?: { readonly hazard: string; readonly after: Distribution }
  /** Number of worlds in each strategy × topology that hazards strike by themselves, at their rates. */
  readonly naturalWorlds: number
  /** No drill strikes earlier, so that the first backups exist. Seconds since start. */
  readonly warmUp_s: number
  /** The warm-up has still to be determined from the undisturbed worlds. */
  readonly findsWarmUp?: boolean
}

/** How money is counted. */
export interface MoneySpecification {
  /** Currency in which totals are reported in addition to US dollars. */
  readonly currency?: { readonly code: string; readonly usd: number }
  /** Discount rate: by how much money a year later is worth less. */
  readonly discount_perYear: number
  /** Period over which the present value is taken. */
  readonly period_years: number
  readonly people?: PeopleSpecification
}

/** Costs of the people who run backups and recover. */
export interface PeopleSpecification {
  readonly usdPerHour: number
  /** Number of people working on a recovery, from its detection until all services are back. */
  readonly recovering: number
  /** Working time spent on a failed job, and on a pickup of tapes or disks. */
  readonly failedJob_s: number
  readonly pickup_s: number
}

export interface Scenario {
  /** The file's name without extension: 'smb-321'. */
  readonly id: string
  readonly name: string
  readonly start: Instant
  readonly horizon_s: number
  readonly seed: string
  readonly topologies: readonly Topology[]
  readonly strategies: readonly Strategy[]
  readonly experiment: ExperimentSpecification
  readonly money?: MoneySpecification
  readonly compliance: readonly ComplianceRule[]
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly string[]
  /** The text as read, for the manifest. */
  readonly text: string
  /** Values that replace the text's own. */
  readonly settings: Settings
  /** Path as given by the user, for messages. */
  readonly path: string
}
