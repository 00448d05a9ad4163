import type { Cell, Summary } from '../../experiment/results.ts'

/**
 * Of the hazard and service for which the mean is largest: what one has to be ready for. A mean over a deletion a month and a fire in
 * five hundred years would be that of neither; what each is likely to cost a year is in the money, weighed by its rate.
 */
export function worstOf({ hazards }: Pick<Cell, 'hazards'>, measure: 'rpo' | 'rto'): Summary | undefined {
  const known = hazards.flatMap(({ [measure]: summary }) => summary ?? [])
  return known.toSorted((a, b) => b.mean - a.mean)[0]
}

/** Share of incidents after which nothing could be restored, of the hazard and service where it is largest. */
export function worstLoss({ hazards }: Pick<Cell, 'hazards'>): number {
  return hazards.reduce((worst, { lossProbability }) => Math.max(worst, lossProbability.share), 0)
}
