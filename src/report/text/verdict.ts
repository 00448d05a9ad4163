import type { Cell, HazardSummary, Results } from '../../experiment/results.ts'

/** An objective of a service, as one hazard tries it in one cell. */
export interface Trial {
  readonly hazard: string
  readonly service: string
  readonly measure: 'RPO' | 'RTO'
  readonly objective_s: number
  readonly n: number
  readonly met: number
  /** Share that met it, with its 95 % Wilson interval. */
  readonly share: number
  readonly ci95: readonly [number, number]
  readonly p95_s: number | undefined
  readonly max_s: number | undefined
  /** Part of the objective left over by the worst incident: 0.25 is a quarter to spare, −1 twice the objective. */
  readonly margin: number
}

export interface CellVerdict {
  readonly cell: Cell
  /** All incidents met all objectives and none was lost. */
  readonly met: boolean
  /** Incidents of all hazards and services together. */
  readonly n: number
  readonly trials: readonly Trial[]
  /** The trial with the least margin: of the failed ones, the one met least often. */
  readonly tightest: Trial | undefined
  readonly lost: number
}

export interface Verdict {
  readonly cells: readonly CellVerdict[]
  /** The cheapest of the cells that meet everything; undefined when none does. */
  readonly best: CellVerdict | undefined
  /** When none does: the one that loses all least often, then meets objectives most often on average, then the cheapest. */
  readonly nearest: CellVerdict | undefined
}

/** Which cells meet the objectives, by how much and how surely. Cost is outlay plus expected penalty, a year. */
export function verdictOf(results: Pick<Results, 'cells'>): Verdict {
  const cells = results.cells.map(verdictOfCell)
  const first = ranked(cells).at(0)
  return first?.met === true ? { cells, best: first, nearest: undefined } : { cells, best: undefined, nearest: first }
}

/** All cells, the best first: those that meet everything by their cost, then the others by how near they come. */
export function rankedVerdicts(results: Pick<Results, 'cells'>): CellVerdict[] {
  return ranked(results.cells.map(verdictOfCell))
}

function ranked(verdicts: readonly CellVerdict[]): CellVerdict[] {
  const cheapest = verdicts.toSorted((a, b) => a.cell.cost.total_usdPerYear - b.cell.cost.total_usdPerYear)
  const missing = cheapest.filter((verdict) => !verdict.met)
  return [
    ...cheapest.filter((verdict) => verdict.met),
    ...missing.toSorted((a, b) => a.lost / a.n - b.lost / b.n || meanShare(b) - meanShare(a)),
  ]
}

function verdictOfCell(cell: Cell): CellVerdict {
  const trials = cell.hazards
    .flatMap((hazard) => [trial(hazard, 'RPO'), trial(hazard, 'RTO')])
    .filter((each) => each.objective_s < Infinity)
  const tightest = trials.toSorted((a, b) => a.share - b.share || a.margin - b.margin).at(0)
  const lost = cell.hazards.reduce((sum, hazard) => sum + hazard.lost, 0)
  const n = cell.hazards.reduce((sum, hazard) => sum + hazard.n, 0)
  return { cell, met: cell.objectiveMet, n, trials, tightest, lost }
}

function trial(summary: HazardSummary, measure: 'RPO' | 'RTO'): Trial {
  const { hazard, service, n, lost, objectives } = summary
  const [objective_s, met, statistics] =
    measure === 'RPO'
      ? [objectives.rpo_s, summary.rpoMet, summary.rpo]
      : [objectives.rto_s, summary.rtoMet, summary.rto]
  const max_s = statistics?.max
  return {
    hazard,
    service,
    measure,
    objective_s,
    n,
    met: Math.round(met.share * n),
    share: met.share,
    ci95: met.ci95,
    p95_s: statistics?.p95,
    max_s,
    // A lost incident overshoots any objective.
    margin: lost > 0 || max_s === undefined ? -Infinity : 1 - max_s / objective_s,
  }
}

function meanShare({ trials }: CellVerdict): number {
  return trials.length === 0 ? 1 : trials.reduce((sum, { share }) => sum + share, 0) / trials.length
}
