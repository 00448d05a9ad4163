import type { Combination } from './combinations.ts'

/** What was staged of a combination, and in how many cases a service was lost. */
export interface CombinationTally {
  readonly combination: Combination
  readonly n: number
  readonly lost: number
}

/** How often a service is lost. */
export interface LossEstimate {
  readonly losses_perYear: number
  readonly ci95: readonly [low: number, high: number]
  /** Standard error over the estimate: what the cases staged do not tell. */
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
    readonly lost: number
    readonly n: number
    readonly losses_perYear: number
  }[]
}

const NORMAL_975 = 1.959963984540054

/**
 * Sums over combinations the rate of each times the share of its cases in which a service was lost. Rates are worked out,
 * shares are sampled, so that however rare a combination is, it costs no more: forcing, stratified by what strikes.
 */
export function estimateLosses(tallies: readonly CombinationTally[]): LossEstimate {
  let losses_perYear = 0
  let variance = 0
  let notExcluded_perYear = 0
  for (const { combination, n, lost } of tallies) {
    const { rate_perYear } = combination
    const share = lost / n
    losses_perYear += rate_perYear * share
    variance += (rate_perYear * rate_perYear * share * (1 - share)) / n
    if (lost === 0) notExcluded_perYear += rate_perYear * (1 - 0.05 ** (1 / n))
  }
  const error = Math.sqrt(variance)
  const causes = tallies.flatMap(({ combination: { hazards, rate_perYear }, n, lost }) => {
    if (lost === 0) return []
    return {
      hazards: hazards.map(({ name }) => name),
      rate_perYear,
      lost,
      n,
      losses_perYear: (rate_perYear * lost) / n,
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
  const scores = tallies.map(({ combination, n, lost }) => {
    const share = (lost + 0.5) / (n + 1)
    return combination.rate_perYear * Math.sqrt(share * (1 - share))
  })
  const sum = scores.reduce((all, score) => all + score, 0)
  return tallies.map(({ n }, k) => Math.max(n, Math.ceil((total * scores[k]!) / sum)))
}
