import type { Settings } from '../../scenario/document/set-values.ts'
import type { ListAxis } from '../design.ts'
import type { Figures } from '../figures.ts'
import { bindingOf, unmetBy } from './binding.ts'
import type { BindingRequirement, UnmetRequirement } from './binding.ts'
import type { Candidate } from './candidate.ts'
import { cheapestOf, isCostlier, isHopeful, namesOf } from './entrant.ts'
import type { KnownEntrant } from './entrant.ts'
import { Race } from './race.ts'
import type { RaceOptions, RaceStage } from './race.ts'
import { isBetter, searchVariants } from './search.ts'
import type { Score } from './search.ts'

export type { BindingRequirement, Requirement, UnmetRequirement } from './binding.ts'
export type { Candidate, Constraint, ConstraintState } from './candidate.ts'
export { leastDrills } from './race.ts'
export type { RaceProgress, RaceStage } from './race.ts'

export interface OptimiseOptions extends Omit<RaceOptions, 'share' | 'confidence'> {
  /** Share of the incidents of each hazard that has to meet each objective of each service; 90 % by default. */
  readonly share?: number
  /** Confidence at which that must be known; 95 % by default. */
  readonly confidence?: number
}

/** The variants to try: all of a list, or the best that a search finds within a number of looks. */
export type Variants =
  | { readonly points: readonly Settings[] }
  | { readonly axes: readonly ListAxis[]; readonly lookAt: number }

export interface Optimum {
  /**
   * First the finished ones, then those still in the race, then those that were dropped; by drills, and then by cost,
   * within each.
   */
  readonly candidates: readonly Candidate[]
  /** How many cells there were to try. There are fewer candidates if the race ended before something was known of each cell. */
  readonly cells: number
  /** How many drills were staged in all. */
  readonly drills: number
  /** The cheapest candidate that meets all constraints, and does so again with another seed; undefined if there is none. */
  readonly best: Candidate | undefined
  /** Cheaper candidates that met all constraints at first but not with another seed. */
  readonly refuted: readonly Candidate[]
  /**
   * Requirements whose relaxation would save money, the most first; without a best, those without which a candidate
   * meets the rest.
   */
  readonly binding: readonly BindingRequirement[]
  /** Requirements that no candidate meets. */
  readonly unmet: readonly UnmetRequirement[]
  /** The stage during which the race was interrupted or its budget ran out; undefined if it came to its end. */
  readonly stoppedAt?: RaceStage
}

/**
 * Finds the cheapest of all strategies, topologies and variants that meets the objectives, where cost is outlay and penalties in
 * US dollars a year (after Keeton et al., Designing for Disasters, FAST 2004). A few drills, and the exact figures of the
 * undisturbed world, are enough to drop each candidate that certainly misses an objective. The others get more and more drills,
 * the cheapest first, until those are dropped that are certainly dearer than a candidate that meets everything. As the best of
 * many owes something to luck, the cheapest has to meet everything again with another seed.
 * @param text,path of the scenario
 * @throws ScenarioError before anything runs, when one of the variants is not a scenario
 */
export async function optimise(
  text: string,
  path: string,
  variants: Variants,
  { share = 0.9, confidence = 0.95, ...options }: OptimiseOptions,
): Promise<Optimum> {
  const race = new Race(text, path, { share, confidence, ...options })
  if ('points' in variants) race.enter(variants.points)
  else await search(race, variants, { ...options, share })
  const refuted: KnownEntrant[] = []
  let best: KnownEntrant | undefined
  while (best === undefined && race.stoppedAt === undefined) {
    await race.run()
    const cheapest = cheapestOf(race.meeting())
    if (cheapest === undefined || race.stoppedAt !== undefined) break
    const confirmed = await race.confirm(cheapest)
    if (confirmed === true) best = cheapest
    if (confirmed === false) refuted.push(cheapest)
  }
  const binding = race.stoppedAt === undefined ? await bindingOf(race, best) : []
  const known = race.known()
  const candidates = new Map(candidatesOf(race).map((each, k) => [known[k]!, each]))
  return {
    candidates: [...candidates.values()].sort(byStanding),
    cells: race.cells,
    drills: race.drills,
    best: best && candidates.get(best),
    refuted: refuted.map((each) => candidates.get(each)!),
    binding: binding.map((each) => ({ ...each, instead: candidates.get(each.instead)! })),
    unmet: unmetBy(known),
    ...(race.stoppedAt === undefined ? {} : { stoppedAt: race.stoppedAt }),
  }
}

/** Brings in what a search looks at, each judged by a few drills and the best of its strategies and topologies. */
async function search(
  race: Race,
  { axes, lookAt }: Extract<Variants, { readonly lookAt: number }>,
  { seed, share, signal }: Pick<RaceOptions, 'seed' | 'share' | 'signal'>,
): Promise<void> {
  const play = async (points: readonly Settings[]): Promise<Score[]> => {
    const cells = race.enter(points)
    await race.lookAt(cells.flat(), race.looks[Math.min(1, race.looks.length - 1)]!)
    return cells.map((own) => own.map((each) => scoreOf(each, share)).reduce((a, b) => (isBetter(b, a) ? b : a)))
  }
  await searchVariants(axes, {
    seed,
    budget: lookAt,
    play,
    ended: () => signal?.aborted === true || race.stoppedAt !== undefined,
  })
}

function scoreOf({ known }: Partial<KnownEntrant>, share: number): Score {
  // Nothing is known of the variants at which the search ended.
  if (known === undefined) return { missed: Infinity, cost: Infinity }
  const { constraints, rules } = known.judgement
  const short = constraints.map(({ met, n, atMost }) => Math.max(0, share - Math.min(met / n, atMost)))
  const broken = rules.filter(({ met }) => !met).length
  return { missed: short.reduce((sum, each) => sum + each, broken), cost: known.figures.total_usdPerYear }
}

const AXES = ['total_usdPerYear', 'rpoP95_s', 'rtoP95_s', 'loss'] as const

/** In the order of the cells. */
function candidatesOf(race: Race): Candidate[] {
  const known = race.known()
  const meeting = race.meeting()
  const finished = known.filter((each) => race.hasAll(each))
  return known.map((each) => ({
    ...namesOf(each),
    drills: each.known.drills,
    figures: each.known.figures,
    ...each.known.judgement,
    dearer: isHopeful(each) && meeting.some((other) => isCostlier(each, other)),
    standing: race.hasAll(each) ? 'finished' : race.goesOn(each, meeting) ? 'open' : 'out',
    pareto: race.hasAll(each) && !finished.some((other) => dominates(other.known.figures, each.known.figures)),
  }))
}

const STANDINGS: ReadonlyArray<Candidate['standing']> = ['finished', 'open', 'out']

/** Figures from different numbers of drills cannot be compared, so candidates with more drills come first within a standing. */
function byStanding(a: Candidate, b: Candidate): number {
  return (
    STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) ||
    b.drills - a.drills ||
    a.figures.total_usdPerYear - b.figures.total_usdPerYear
  )
}

function dominates(a: Figures, b: Figures): boolean {
  const pairs = AXES.map((axis) => [a[axis], b[axis]].map((value) => (Number.isNaN(value) ? Infinity : value)))
  return pairs.every(([own, other]) => own! <= other!) && pairs.some(([own, other]) => own! < other!)
}
