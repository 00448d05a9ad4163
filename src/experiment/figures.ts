import type { Cell } from './results.ts'

/** A cell in single numbers, which sweeps tabulate, sensitivity analysis explains and optimisation weighs. */
export interface Figures {
  /** Means and percentiles over the incidents that were not lost; NaN where all were. */
  readonly rpo_s: number
  readonly rpoP95_s: number
  readonly rto_s: number
  readonly rtoP95_s: number
  /** Share of incidents after which nothing could be restored. */
  readonly loss: number
  readonly outlay_usdPerYear: number
  readonly penalty_usdPerYear: number
  readonly total_usdPerYear: number
}

export type FigureName = keyof Figures

export function figuresOf({ rpo, rto, loss, cost }: Cell): Figures {
  return {
    rpo_s: rpo?.mean ?? Number.NaN,
    rpoP95_s: rpo?.p95 ?? Number.NaN,
    rto_s: rto?.mean ?? Number.NaN,
    rtoP95_s: rto?.p95 ?? Number.NaN,
    loss: loss.probability,
    outlay_usdPerYear: cost.outlay_usdPerYear,
    penalty_usdPerYear: cost.penalty_usdPerYear,
    total_usdPerYear: cost.total_usdPerYear,
  }
}
