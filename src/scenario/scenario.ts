import type { Instant } from '../engine/ports.ts'
import type { Strategy } from '../strategy/strategy.ts'
import type { WorldSpecification } from '../world/specification.ts'
import type { Settings } from './set-values.ts'

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

export interface ExperimentSpecification {
  /** Names of hazards that are staged at random instants. */
  readonly drills: readonly string[]
  /** Names of hazards that strike the world by themselves, at their rate or instant, whatever is staged in it. */
  readonly background: readonly string[]
  /** Drills of each hazard in each strategy × topology; the first ones, where `precision` decides. */
  readonly replications: number
  /** Go on with drills until the half-width of the 95 % intervals of these means is that share of them. */
  readonly precision?: { readonly relative: number; readonly max: number; readonly of: readonly ('rpo' | 'rto')[] }
  /** Worlds, in each strategy × topology, that hazards strike by themselves, at their rates. */
  readonly naturalWorlds: number
  /** Drills strike not before: the world has its first backups by then. Seconds since start. */
  readonly warmUp_s: number
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
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly string[]
  /** The text as read, for the manifest. */
  readonly text: string
  /** Values that stand in the place of the text's own. */
  readonly settings: Settings
  /** Path as given by the user, for messages. */
  readonly path: string
}
