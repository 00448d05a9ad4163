import type { Combination } from './combinations.ts'

/** The cases of a combination that were staged, and in which of them a service was lost. */
export interface CombinationTally {
  readonly combination: Combination
  readonly n: number
  /** The weight of each case in which it was lost: 1, unless rare events were forced in it. */
  readonly weights: readonly number[]
}

/** How often a service is lost. */
export interface LossEstimate {
  readonly losses_perYear: number
  readonly ci95: readonly [low: number, high: number]
  /** Standard error relative to the estimate, which comes from the limited number of cases. */
  readonly relativeError: number
  /**
   * What no case showed and that many cases cannot exclude: of each combination in which nothing was lost, what 95 in 100
   * such samples would have shown.
   */
  readonly notExcluded_perYear: number
  /** Which combinations it comes from, the worst first. */
  readonly causes: readonly {
    readonly hazards: readonly string[]
    readonly rate_perYear: number
    /** Cases in which it was lost, of those that were staged. */
    readonly lost: number
    readonly n: number
    /** Share of such incidents in which it is: of the cases, unless what is rare was made to happen in them. */
    readonly share: number
    readonly losses_perYear: number
  }[]
}

const NORMAL_975 = 1.959963984540054
/** A case of at least this weight came about without anything rare being forced. */
const PLAIN = 0.1

/**
 * Sums over combinations the rate of each times the share of its cases in which a service was lost. Rates are worked out,
 * shares are sampled, so that however rare a combination is, it costs no more: forcing, stratified by what strikes.
 */
export function estimateLosses(tallies: readonly CombinationTally[]): LossEstimate {
  let losses_perYear = 0
  let variance = 0
  let notExcluded_perYear = 0
  for (const tally of tallies) {
    const { combination, n, weights } = tally
    const { rate_perYear } = combination
    losses_perYear += rate_perYear * shareOf(tally)
    variance += (rate_perYear * rate_perYear * varianceOf(tally)) / n
    // A service that was lost only in cases with a forced rare event may also be lost without it.
    if (!weights.some((weight) => weight >= PLAIN)) notExcluded_perYear += rate_perYear * (1 - 0.05 ** (1 / n))
  }
  const error = Math.sqrt(variance)
  const causes = tallies.flatMap((tally) => {
    const { combination, n, weights } = tally
    const { hazards, rate_perYear } = combination
    if (weights.length === 0) return []
    const share = shareOf(tally)
    return {
      hazards: hazards.map(({ name }) => name),
      rate_perYear,
      lost: weights.length,
      n,
      share,
      losses_perYear: rate_perYear * share,
    }
  })
  return {
    losses_perYear,
    ci95: [Math.max(0, losses_perYear - NORMAL_975 * error), losses_perYear + NORMAL_975 * error],
    relativeError: losses_perYear === 0 ? 0 : error / losses_perYear,
    notExcluded_perYear,
    causes: causes.sort((a, b) => b.losses_perYear - a.losses_perYear),
  }
}

/**
 * Shares out more cases so that they tell most (Neyman): in proportion to the rate of a combination and the spread of its
 * outcomes, which is never taken for none.
 * @returns for each combination, how many there should be by now; never fewer than there are
 */
export function shareOut(tallies: readonly CombinationTally[], total: number): number[] {
  const scores = tallies.map((tally) => {
    const { combination, n, weights } = tally
    const share = (weights.length + 0.5) / (n + 1)
    // As if one more case and a half loss of the usual weight had been seen.
    const usual = weights.length === 0 ? 1 : (shareOf(tally) * n) / weights.length
    const spread = Math.max(Math.sqrt(varianceOf(tally)), usual * Math.sqrt(share * (1 - share)))
    return combination.rate_perYear * spread
  })
  const sum = scores.reduce((all, score) => all + score, 0)
  return tallies.map(({ n }, k) => Math.max(n, Math.ceil((total * scores[k]!) / sum)))
}

/** The share of a combination's incidents that is lost. */
function shareOf({ n, weights }: CombinationTally): number {
  return weights.reduce((sum, weight) => sum + weight, 0) / n
}

/** Variance that one case contributes to that. */
function varianceOf(tally: CombinationTally): number {
  const share = shareOf(tally)
  const squares = tally.weights.reduce((sum, weight) => sum + weight * weight, 0) / tally.n
  return Math.max(0, squares - share * share)
}
