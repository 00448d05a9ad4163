import type { Settings } from '../../scenario/document/set-values.ts'
import type { CellRun } from '../cell-run.ts'
import type { Figures } from '../figures.ts'
import { effectiveSize, historiesOf } from '../statistics/histories.ts'
import { leastProportion } from '../statistics/intervals.ts'
import type { Cell, IncidentRow } from '../results.ts'

/** What is asked for, and how surely it has to be known. */
export interface Standard {
  /** Share of the incidents of each hazard that has to meet each objective of each service. */
  readonly share: number
  /** Confidence at which an objective must be known to be met. */
  readonly confidence: number
  /** Confidence, at each look, at which an objective must be known to be missed. */
  readonly confidenceToDrop: number
  /** After these hazards no objective has to be met. */
  readonly except: readonly string[]
}

/** One objective of one service after one hazard. */
export interface Constraint {
  readonly hazard: string
  readonly service: string
  readonly objective: 'rpo' | 'rto'
}

export interface ConstraintState extends Constraint {
  /** 'met' and 'missed' with the confidence asked for. */
  readonly state: 'met' | 'missed' | 'undecided'
  /** Number of incidents that met it. */
  readonly met: number
  readonly n: number
  /** No greater share can meet it, as the exposure of the undisturbed world says exactly; 1 where that says nothing. */
  readonly atMost: number
  /** The objective with which it would be met, as far as these incidents tell; infinite where too much was lost. */
  readonly enough_s: number
}

/** A rule of compliance for one dataset, of which the undisturbed world tells exactly. */
export interface RuleState {
  readonly rule: string
  readonly dataset: string
  readonly met: boolean
}

/** A strategy on a topology in a variant of the scenario. */
export interface Candidate {
  readonly strategy: string
  readonly topology: string
  /** What was varied, as far as it makes a difference to this strategy on this topology. */
  readonly settings: Settings
  /** Drills of each hazard. */
  readonly drills: number
  readonly figures: Figures
  readonly constraints: readonly ConstraintState[]
  readonly rules: readonly RuleState[]
  /** All constraints are met, one is missed, or neither is known. */
  readonly verdict: 'meets' | 'fails' | 'undecided'
  /** Dearer beyond doubt than one that meets all constraints: it is not looked at any more. */
  readonly dearer: boolean
  /** 'finished': it had all drills; 'out': it was dropped before; 'open': the race ended before its time. */
  readonly standing: 'finished' | 'out' | 'open'
  /** It has had all drills, and no other that has is as good in cost, RPO, RTO and loss, and better in one of them. */
  readonly pareto: boolean
}

export type Judgement = Pick<Candidate, 'constraints' | 'rules' | 'verdict'>

/** Shares of time are differences of sums, which round. */
const ROUNDING = 1e-9

/** What is known of a cell's constraints. */
export function judge({ incidents, undisturbed }: CellRun, cell: Cell, standard: Standard): Judgement {
  const exposures = undisturbed?.exposures ?? []
  const asked = cell.hazards.filter(({ hazard }) => !standard.except.includes(hazard))
  const constraints = asked.flatMap(({ hazard, service, objectives }) => {
    const rows = incidents.filter((row) => row.hazard === hazard && row.service === service)
    const histories = historiesOf(rows)
    // A service is as far behind as the worst of its datasets. One history of several is not all there is.
    const known = exposures.filter((row) => row.hazard === hazard && row.service === service)
    const atMost = histories === undefined ? Math.min(1, ...known.map((row) => row.objectiveMet)) : 1
    return (['rpo', 'rto'] as const).map((objective): ConstraintState => {
      const values = achieved(rows, objective)
      const hits = rows.map((row) => (row[`${objective}_s`] ?? Infinity) <= objectives[`${objective}_s`])
      const tally = { met: hits.filter(Boolean).length, n: values.length, atMost: objective === 'rpo' ? atMost : 1 }
      const weight = values.length === 0 ? 1 : effectiveSize(hits, histories) / values.length
      const enough_s = enoughFor(values, weight, standard)
      return { hazard, service, objective, ...tally, enough_s, state: stateOf(tally, weight, standard) }
    })
  })
  const rules = cell.compliance.map(({ rule, dataset, met, share }) => {
    return { rule, dataset, met: met >= share - ROUNDING }
  })
  // To say that all are met each has to be, at the full confidence: no correction for their number is due.
  const meets = constraints.every(({ state }) => state === 'met') && rules.every(({ met }) => met)
  const fails = constraints.some(({ state }) => state === 'missed') || rules.some(({ met }) => !met)
  return { constraints, rules, verdict: meets ? 'meets' : fails ? 'fails' : 'undecided' }
}

/** In ascending order; a loss meets nothing. */
function achieved(rows: readonly IncidentRow[], objective: 'rpo' | 'rto'): Float64Array {
  return Float64Array.from(rows, (row) => row[`${objective}_s`] ?? Infinity).sort()
}

/** @param weight how many independent incidents one counts as */
function stateOf(
  { met, n, atMost }: Pick<ConstraintState, 'met' | 'n' | 'atMost'>,
  weight: number,
  { share, confidence, confidenceToDrop }: Standard,
): ConstraintState['state'] {
  if (atMost < share - ROUNDING) return 'missed'
  if (leastProportion(met * weight, n * weight, confidence) >= share) return 'met'
  return 1 - leastProportion((n - met) * weight, n * weight, confidenceToDrop) < share ? 'missed' : 'undecided'
}

/** The least objective that as many of the values meet as have to meet it; the greatest value where even all are too few. */
function enoughFor(sorted: Float64Array, weight: number, { share, confidence }: Standard): number {
  const n = sorted.length
  let needed = n
  while (needed > 1 && leastProportion((needed - 1) * weight, n * weight, confidence) >= share) needed -= 1
  return sorted[needed - 1] ?? Infinity
}
