import type { Cell } from './results.ts'
import { worstLoss, worstOf } from './summary/worst-hazard.ts'

/** A cell in single numbers, which sweeps tabulate, sensitivity analysis explains and optimisation weighs. */
export interface Figures {
  /**
   * Means and percentiles over the incidents that were not lost, of the hazard and service for which the mean is largest; NaN
   * where all were lost.
   */
  readonly rpo_s: number
  readonly rpoP95_s: number
  readonly rto_s: number
  readonly rtoP95_s: number
  /** Share of incidents after which nothing could be restored, of the hazard and service for which it is largest. */
  readonly loss: number
  readonly outlay_usdPerYear: number
  readonly penalty_usdPerYear: number
  readonly total_usdPerYear: number
}

export type FigureName = keyof Figures

export function figuresOf(cell: Cell): Figures {
  const [rpo, rto] = [worstOf(cell, 'rpo'), worstOf(cell, 'rto')]
  return {
    rpo_s: rpo?.mean ?? Number.NaN,
    rpoP95_s: rpo?.p95 ?? Number.NaN,
    rto_s: rto?.mean ?? Number.NaN,
    rtoP95_s: rto?.p95 ?? Number.NaN,
    loss: worstLoss(cell),
    outlay_usdPerYear: cell.cost.outlay_usdPerYear,
    penalty_usdPerYear: cell.cost.penalty_usdPerYear,
    total_usdPerYear: cell.cost.total_usdPerYear,
  }
}
