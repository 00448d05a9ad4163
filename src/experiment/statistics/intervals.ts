import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import gammaQuantile from '@stdlib/stats-base-dists-gamma-quantile'

/** A confidence interval, [low, high], in the unit of what it is of. */
export type Interval = readonly [low: number, high: number]

/**
 * Confidence interval of a quantile from order statistics; makes no assumption about the distribution.
 * @param sorted observations in ascending order, any unit
 * @param q      quantile in (0, 1)
 * @param size   how many independent observations tell as much (`effectiveSize`)
 * @returns      [low, high] in the same unit; infinite where the sample is too small for the level
 * Source: Conover, Practical Nonparametric Statistics, section 3.2.
 */
export function quantileInterval(sorted: Float64Array, q: number, level = 0.95, size = sorted.length): Interval {
  const n = Math.max(1, Math.floor(size))
  const ratio = sorted.length / n
  const tail = (1 - level) / 2
  // The k-th smallest is above the quantile with the probability that fewer than k observations are below it.
  const least = smallest(n + 1, (k) => binomialCdf(k - 1, n, q) > tail) - 1
  const greatest = smallest(n + 1, (k) => binomialCdf(k - 1, n, q) >= 1 - tail)
  return [
    least >= 1 ? sorted[Math.floor(least * ratio) - 1]! : -Infinity,
    greatest <= n ? sorted[Math.ceil(greatest * ratio) - 1]! : Infinity,
  ]
}

/** The smallest whole number from 1 to `limit` from which on a condition holds; `limit` where it never does. */
function smallest(limit: number, holds: (k: number) => boolean): number {
  let low = 1
  let high = limit
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Exact confidence interval of a probability: never covers less often than its level, and so is wider than Wilson's.
 * @param successes of `n` trials
 * Source: Clopper and Pearson, Biometrika 26 (1934) 404-413.
 */
export function exactProportionInterval(successes: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  ]
}

/**
 * The probability for which this many successes are at least evidence: with this confidence the true one is no smaller.
 * @param confidence one-sided
 * Source: Clopper and Pearson, as above.
 */
export function leastProportion(successes: number, n: number, confidence = 0.95): number {
  return exactProportionInterval(successes, n, 1 - 2 * (1 - confidence))[0]
}

/**
 * Exact confidence interval of the rate of a Poisson process.
 * @param events seen in `exposure` units of time
 * @returns events per unit of time
 * Source: Garwood, Biometrika 28 (1936) 437-442.
 */
export function rateInterval(events: number, exposure: number, level = 0.95): Interval {
  const tail = (1 - level) / 2
  const low = events === 0 ? 0 : gammaQuantile(tail, events, 1)
  return [low / exposure, gammaQuantile(1 - tail, events + 1, 1) / exposure]
}
