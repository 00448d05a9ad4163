import type { Cell, HazardSummary, Summary } from '../results.ts'

/**
 * The hazard and service for which the mean is largest: what one has to be ready for. A mean over a deletion a month
 * and a fire in five hundred years would be that of neither; what each is likely to cost a year is in the money,
 * weighed by its rate.
 */
export function worstCase({ hazards }: Pick<Cell, 'hazards'>, measure: 'rpo' | 'rto'): HazardSummary | undefined {
  const known = hazards.filter(({ [measure]: summary }) => summary !== undefined)
  return known.toSorted((a, b) => b[measure]!.mean - a[measure]!.mean)[0]
}

/** Its statistics. */
export function worstOf(cell: Pick<Cell, 'hazards'>, measure: 'rpo' | 'rto'): Summary | undefined {
  return worstCase(cell, measure)?.[measure]
}

/** Share of incidents after which nothing could be restored, of the hazard and service where it is largest. */
export function worstLoss({ hazards }: Pick<Cell, 'hazards'>): number {
  return hazards.reduce((worst, { lossProbability }) => Math.max(worst, lossProbability.share), 0)
}
