import type { Settings } from '../../scenario/document/set-values.ts'
import type { ListAxis } from '../design.ts'
import type { Figures } from '../figures.ts'
import { bindingOf, unmetBy } from './binding.ts'
import type { BindingRequirement, UnmetRequirement } from './binding.ts'
import type { Candidate } from './candidate.ts'
import { cheapestOf, isDearer, isHopeful, namesOf } from './entrant.ts'
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

/** Variants to try: all of these, or the best of so many that a search looks at. */
export type Variants =
  | { readonly points: readonly Settings[] }
  | { readonly axes: readonly ListAxis[]; readonly lookAt: number }

export interface Optimum {
  /** Those that have had all drills, then those still in the race, then those out of it; of equally many drills the cheapest first. */
  readonly candidates: readonly Candidate[]
  /** Cells that were to be tried; fewer candidates where it ended before something was known of all. */
  readonly cells: number
  /** Drills that were staged in all. */
  readonly drills: number
  /** The cheapest that meets all constraints, again with another seed; undefined when none does. */
  readonly best: Candidate | undefined
  /** Cheaper ones that met them at first, and not with another seed. */
  readonly refuted: readonly Candidate[]
  /** Those whose relaxation saves most, first; where there is no best, those without which something meets the rest. */
  readonly binding: readonly BindingRequirement[]
  /** What no candidate meets. */
  readonly unmet: readonly UnmetRequirement[]
  /** Where it was interrupted or its budget was spent before it came to its end: during this. */
  readonly stoppedAt?: RaceStage
}

/**
 * The cheapest of all strategies, topologies and variants that meets the objectives, by outlay and penalties a year (after
 * Keeton et al., Designing for Disasters, FAST 2004). Few drills, and what the undisturbed world tells exactly, drop what
 * misses an objective beyond doubt; the others get more and more, the cheapest first, until those are dropped that are dearer
 * beyond doubt than one that meets everything. The cheapest has to do so again with another seed, as the best of many owes
 * something to luck.
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
  // Nothing is known of those at which it ended.
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
    dearer: isHopeful(each) && meeting.some((other) => isDearer(each, other)),
    standing: race.hasAll(each) ? 'finished' : race.goesOn(each, meeting) ? 'open' : 'out',
    pareto: race.hasAll(each) && !finished.some((other) => dominates(other.known.figures, each.known.figures)),
  }))
}

const STANDINGS: ReadonlyArray<Candidate['standing']> = ['finished', 'open', 'out']

/** Figures of different numbers of drills are not set side by side: within a standing, those of most drills come first. */
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
