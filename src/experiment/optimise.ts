import type { Settings } from '../scenario/set-values.ts'
import type { Figures } from './figures.ts'
import { leastProportion } from './intervals.ts'
import { isBetter } from './search.ts'
import type { Score } from './search.ts'
import { sweep } from './sweep.ts'
import type { SweepOptions, SweepProgress, SweepRow } from './sweep.ts'

export interface OptimiseOptions extends Omit<SweepOptions, 'precision' | 'onProgress'> {
  readonly seed: string
  readonly replications: number
  /** Share of the incidents of each hazard that has to meet each objective of each service; 90 % by default. */
  readonly share?: number
  /** With which that must be known; 95 % by default. */
  readonly confidence?: number
  readonly onProgress?: (stage: OptimiseStage, progress: SweepProgress) => void
}

export type OptimiseStage = 'search' | 'screening' | 'all drills' | 'other dice'

/** One objective of one service under one hazard. */
export interface Constraint {
  readonly hazard: string
  readonly service: string
  readonly objective: 'rpo' | 'rto'
}

/** What is known of a constraint: 'met' and 'missed' with the confidence asked for. */
export interface ConstraintState extends Constraint {
  readonly state: 'met' | 'missed' | 'undecided'
  readonly met: number
  readonly n: number
  /** The objective that all of these incidents would have met; infinite where something was lost. */
  readonly worst_s: number
}

/** A strategy on a topology in a variant of the scenario. */
export interface Candidate {
  readonly strategy: string
  readonly topology: string
  readonly settings: Settings
  readonly figures: Figures
  readonly constraints: readonly ConstraintState[]
  /** All constraints are met, one is missed, or neither is known. */
  readonly verdict: 'meets' | 'fails' | 'undecided'
  /** No other candidate is as good in cost, RPO, RTO and loss, and better in one of them. */
  readonly pareto: boolean
}

/** A constraint that makes the optimum dearer. */
export interface BindingConstraint extends Constraint {
  /** The cheapest candidate that meets all others. */
  readonly instead: Candidate
  readonly saving_usdPerYear: number
  /** An objective so much longer would do: that candidate met it in all incidents. Infinite where it lost something. */
  readonly relaxedTo_s: number
}

export interface Optimum {
  /** Cheapest first. */
  readonly candidates: readonly Candidate[]
  /** The cheapest that meets all constraints, again with other dice; undefined when none does. */
  readonly best: Candidate | undefined
  /** Cheaper ones that met them at first, and not with other dice. */
  readonly refuted: readonly Candidate[]
  /** Those whose relaxation saves most, first. */
  readonly binding: readonly BindingConstraint[]
  /** The signal was aborted on the way: candidates are those known by then, and the best of them is not confirmed. */
  readonly interrupted?: { readonly during: OptimiseStage; readonly complete: number; readonly variants: number }
}

/** Drills of each hazard that are enough to drop what is far from meeting its objectives. */
const SCREENING = 10

/**
 * The cheapest of all strategies, topologies and variants that meets the objectives, by outlay and penalties a year (after
 * Keeton et al., Designing for Disasters, FAST 2004). Few drills drop what misses an objective beyond doubt; the rest goes
 * through all of them; the cheapest that meets everything has to do so again with other dice, as the best of many owes
 * something to luck.
 * @param points variants; the scenario as it is, where there is but one without settings
 */
export async function optimise(
  text: string,
  path: string,
  points: readonly Settings[],
  { share = 0.9, confidence = 0.95, onProgress = () => {}, ...options }: OptimiseOptions,
): Promise<Optimum> {
  const judge = (row: SweepRow): Judged => judged(row, share, confidence)
  let interrupted: Optimum['interrupted']
  const play = async (stage: OptimiseStage, some: readonly Settings[], seed: string, replications: number) => {
    const tell = (progress: SweepProgress): void => onProgress(stage, progress)
    const found = (await sweep(text, path, some, { ...options, seed, replications, onProgress: tell })).map(judge)
    const complete = new Set(found.map(({ settings }) => settings)).size
    if (complete < some.length) interrupted ??= { during: stage, complete, variants: some.length }
    return found
  }
  const screened = await play('screening', points, options.seed, Math.min(SCREENING, options.replications))
  const hopeful = points.filter((settings) =>
    screened.some((each) => each.settings === settings && each.verdict !== 'fails'),
  )
  const played = await play('all drills', hopeful, options.seed, options.replications)
  const dropped = screened.filter(({ settings }) => !played.some((each) => each.settings === settings))
  const candidates = withFront([...played, ...dropped]).sort(
    (a, b) => a.figures.total_usdPerYear - b.figures.total_usdPerYear,
  )
  const refuted: Candidate[] = []
  let best: Candidate | undefined
  for (const candidate of candidates.filter(({ verdict }) => verdict === 'meets')) {
    if (interrupted !== undefined) break
    const again = await play('other dice', [candidate.settings], `${options.seed} again`, options.replications)
    const same = again.find(({ strategy, topology }) => {
      return strategy === candidate.strategy && topology === candidate.topology
    })
    if (same?.verdict === 'meets') {
      best = candidate
      break
    }
    if (same !== undefined) refuted.push(candidate)
  }
  const binding = best === undefined ? [] : bindingOf(best, candidates)
  return { candidates, best, refuted, binding, ...(interrupted === undefined ? {} : { interrupted }) }
}

/** How good each variant is by a few drills, with the best of its strategies and topologies: for a search among many. */
export async function scoresOf(
  text: string,
  path: string,
  points: readonly Settings[],
  { share = 0.9, onProgress = () => {}, replications, ...options }: OptimiseOptions,
): Promise<Score[]> {
  const few = Math.min(SCREENING, replications)
  const rows = await sweep(text, path, points, {
    ...options,
    replications: few,
    onProgress: (progress) => onProgress('search', progress),
  })
  // Nothing is known of variants at which it was interrupted.
  const unknown: Score = { missed: Infinity, cost: Infinity }
  return points.map((settings) => {
    const scores = rows.flatMap((row): Score[] => {
      if (row.settings !== settings) return []
      const short = judged(row, share, 0.95).constraints.map(({ met, n }) => Math.max(0, share - met / n))
      return [{ missed: short.reduce((sum, each) => sum + each, 0), cost: row.figures.total_usdPerYear }]
    })
    return scores.reduce((best, each) => (isBetter(each, best) ? each : best), unknown)
  })
}

type Judged = Omit<Candidate, 'pareto'>

function judged({ strategy, topology, settings, figures, cell }: SweepRow, share: number, confidence: number): Judged {
  const constraints = cell.hazards.flatMap((row) =>
    (['rpo', 'rto'] as const).map((objective) => {
      const { hazard, service, n, lost } = row
      const met = Math.round((objective === 'rpo' ? row.rpoMet : row.rtoMet).share * n)
      const worst_s = lost > 0 ? Infinity : (row[objective]?.max ?? Infinity)
      return { hazard, service, objective, met, n, worst_s, state: stateOf(met, n, share, confidence) }
    }),
  )
  // To say that all are met each has to be, at the full confidence: no correction for their number is due.
  const all = constraints.every(({ state }) => state === 'met')
  const verdict = all ? 'meets' : constraints.some(({ state }) => state === 'missed') ? 'fails' : 'undecided'
  return { strategy, topology, settings, figures, constraints, verdict }
}

function stateOf(met: number, n: number, share: number, confidence: number): ConstraintState['state'] {
  if (leastProportion(met, n, confidence) >= share) return 'met'
  return 1 - leastProportion(n - met, n, confidence) < share ? 'missed' : 'undecided'
}

const AXES = ['total_usdPerYear', 'rpoP95_s', 'rtoP95_s', 'loss'] as const

function withFront(candidates: readonly Judged[]): Candidate[] {
  const value = ({ figures }: Judged, axis: (typeof AXES)[number]): number =>
    Number.isNaN(figures[axis]) ? Infinity : figures[axis]
  const dominates = (a: Judged, b: Judged): boolean =>
    AXES.every((axis) => value(a, axis) <= value(b, axis)) && AXES.some((axis) => value(a, axis) < value(b, axis))
  return candidates.map((each) => ({ ...each, pareto: !candidates.some((other) => dominates(other, each)) }))
}

/** A constraint binds when a cheaper candidate meets all others. */
function bindingOf(best: Candidate, candidates: readonly Candidate[]): BindingConstraint[] {
  const binding: BindingConstraint[] = []
  for (const [k, { hazard, service, objective }] of best.constraints.entries()) {
    // Candidates come cheapest first.
    const instead = candidates.find(({ constraints }) =>
      constraints.every(({ state }, at) => at === k || state === 'met'),
    )
    if (instead === undefined) continue
    const saving_usdPerYear = best.figures.total_usdPerYear - instead.figures.total_usdPerYear
    if (saving_usdPerYear <= 0) continue
    const relaxedTo_s = instead.constraints[k]!.worst_s
    binding.push({ hazard, service, objective, instead, saving_usdPerYear, relaxedTo_s })
  }
  return binding.sort((a, b) => b.saving_usdPerYear - a.saving_usdPerYear)
}
