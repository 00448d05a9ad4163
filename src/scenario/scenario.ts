import type { Instant } from '../engine/ports.ts'
import type { Strategy } from '../strategy/strategy.ts'
import type { Distribution, WorldSpecification } from '../world/specification.ts'
import type { Settings } from './document/set-values.ts'

/** One way the world can look in a comparison: the scenario as written, or with some of its values replaced. */
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
  /** How sure it is: read at the source, seen in part, quoted by others, or set by the scenario itself. */
  readonly mark: 'source' | 'excerpt' | 'second-hand' | 'scenario'
  /** ISO 8601, as precise as known. */
  readonly date: string
}

/** What a rule asks of the copies of a dataset, at every instant. What is absent is not asked. */
export interface ComplianceRule {
  readonly name: string
  readonly datasets: readonly string[]
  /** Share of the time in which all of it has to be met, in (0, 1]. */
  readonly share: number
  /** A copy counts while its newest point is no older. Infinity: any. */
  readonly maxAge_s: number
  /** The original counts as one. */
  readonly copies?: number
  /** Different kinds of media, the original's among them. */
  readonly media?: number
  /** Copies at other sites than the original's. */
  readonly offsite?: number
  /** Copies that nobody can change: locked, or not connected. */
  readonly immutable?: number
  /** Every store that holds a copy was checked no longer ago, without an error. */
  readonly verified_s?: number
  /** A point of every period is kept for so long. */
  readonly keepAtLeast?: { readonly for_s: number; readonly every_s: number }
  /** No point is older. */
  readonly keepAtMost_s?: number
}

export interface ExperimentSpecification {
  /** Names of hazards that are staged at random instants. */
  readonly drills: readonly string[]
  /** Names of hazards that strike the world by themselves, at their rate or instant, whatever is staged in it. */
  readonly background: readonly string[]
  /** Drills of each hazard in each strategy × topology; the first ones, where `precision` decides. */
  readonly replications: number
  /** Go on with drills until the half-width of the 95 % intervals of these means is that share of them. */
  readonly precision?: { readonly relative: number; readonly max: number; readonly of: readonly ('rpo' | 'rto')[] }
  /** Strikes once in each drill, so long after its onset: a second failure, in the middle of the recovery. */
  readonly setback?: { readonly hazard: string; readonly after: Distribution }
  /** Worlds, in each strategy × topology, that hazards strike by themselves, at their rates. */
  readonly naturalWorlds: number
  /** Drills strike not before: the world has its first backups by then. Seconds since start. */
  readonly warmUp_s: number
  /** The warm-up is not known yet: it is to be found in the undisturbed worlds before anything else. */
  readonly findsWarmUp?: boolean
}

/** How money is counted. */
export interface MoneySpecification {
  /** In which totals are told besides US dollars. */
  readonly currency?: { readonly code: string; readonly usd: number }
  /** What money a year later is worth less. */
  readonly discount_perYear: number
  /** Over which the present value is taken. */
  readonly period_years: number
  readonly people?: PeopleSpecification
}

/** What people cost who run backups and recover. */
export interface PeopleSpecification {
  readonly usdPerHour: number
  /** How many work on a recovery, from its detection until all services are back. */
  readonly recovering: number
  /** Time that somebody spends on a job that failed, and on a pickup of tapes or disks. */
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
  /** Values that stand in the place of the text's own. */
  readonly settings: Settings
  /** Path as given by the user, for messages. */
  readonly path: string
}
