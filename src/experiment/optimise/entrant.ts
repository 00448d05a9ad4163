import type { Settings } from '../../scenario/document/set-values.ts'
import { cellOf } from '../cell-run.ts'
import type { CellRun } from '../cell-run.ts'
import { digestOf } from '../digest.ts'
import type { CellDefinition } from '../cell/operated-world.ts'
import { figuresOf } from '../figures.ts'
import type { Figures } from '../figures.ts'
import { judge } from './candidate.ts'
import type { Candidate, Judgement, Standard } from './candidate.ts'
import { costDifference, leastDifference_usdPerYear } from './cost-comparison.ts'
import type { CostDifference, KnownCost } from './cost-comparison.ts'

/** A cell of one variant, or of several that do not differ in it, and what is known of it. */
export interface Entrant {
  readonly definition: CellDefinition
  readonly variants: Settings[]
  known?: Knowledge
}

export interface Knowledge {
  readonly run: CellRun
  /** Number of drills of each hazard. */
  readonly drills: number
  readonly figures: Figures
  readonly judgement: Judgement
}

export type KnownEntrant = Entrant & Required<Pick<Entrant, 'known'>>

/** Confidence at which one must be known to be dearer than another to be dropped. */
const CONFIDENCE_OF_DEARER = 0.99

/** All that a cell's world, its drills and their figures depend on: cells that have it in common are one. */
export function identityOf({ scenario, strategy, topology, seed }: CellDefinition): string {
  const { start, horizon_s, experiment, money, compliance } = scenario
  return digestOf([strategy, topology, seed, { start, horizon_s, experiment, money, compliance }])
}

export function knowledgeOf(run: CellRun, drills: number, standard: Standard): Knowledge {
  const cell = cellOf(run)
  return { run, drills, figures: figuresOf(cell), judgement: judge(run, cell, standard) }
}

export function isKnown(entrant: Entrant): entrant is KnownEntrant {
  return entrant.known !== undefined
}

/** Number of drills of each hazard. */
export function drillsOf({ known }: Entrant): number {
  return known?.drills ?? 0
}

/** Not known to miss anything. */
export function isHopeful({ known }: Entrant): boolean {
  return known?.judgement.verdict !== 'fails'
}

export function meetsAll({ known }: Entrant): boolean {
  return known?.judgement.verdict === 'meets'
}

export function byCost(a: Entrant, b: Entrant): number {
  return (a.known?.figures.total_usdPerYear ?? 0) - (b.known?.figures.total_usdPerYear ?? 0)
}

/** Whether the drills that both have had show that one is dearer than the other. */
export function isCostlier(one: KnownEntrant, other: KnownEntrant): boolean {
  return one !== other && leastDifference_usdPerYear(differenceOf(one, other), CONFIDENCE_OF_DEARER) > 0
}

/** By how much one costs more than another, by the drills that both have had. */
export function extraCost_usdPerYear(one: KnownEntrant, other: KnownEntrant): number {
  return differenceOf(one, other).mean_usdPerYear
}

/** The cheapest by the drills that all of them have. */
export function cheapestOf(some: readonly KnownEntrant[]): KnownEntrant | undefined {
  return some.reduce<KnownEntrant | undefined>((cheapest, each) => {
    return cheapest === undefined || extraCost_usdPerYear(each, cheapest) < 0 ? each : cheapest
  }, undefined)
}

function differenceOf(one: KnownEntrant, other: KnownEntrant): CostDifference {
  return costDifference(costOf(one), costOf(other))
}

function costOf({ definition, known }: KnownEntrant): KnownCost {
  const { hazards } = definition.topology.world
  return {
    outlay_usdPerYear: known.figures.outlay_usdPerYear,
    incidents: known.run.incidents,
    rateOf_perYear: (hazard: string) => hazards.get(hazard)?.rate_perYear ?? 0,
  }
}

/** What an entrant is called: of what was varied, only what all variants that have its cell have in common. */
export function namesOf({ definition, variants }: Entrant): Pick<Candidate, 'strategy' | 'topology' | 'settings'> {
  const [first = {}, ...others] = variants
  const common = Object.entries(first).filter(([path, value]) =>
    others.every((other) => JSON.stringify(other[path]) === JSON.stringify(value)),
  )
  const { strategy, topology } = definition
  return { strategy: strategy.name, topology: topology.name, settings: Object.fromEntries(common) }
}
