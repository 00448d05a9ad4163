import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Summary } from '../results.ts'
import { errorOfMean } from './histories.ts'
import type { HistoriesOf } from './histories.ts'
import { Z95 } from './z95.ts'

/**
 * Moments, quantiles and the 95 % confidence interval of the mean (Student's t; an approximation where the sample is small
 * and far from normal). Quantiles are order statistics by linear interpolation (Hyndman and Fan's type 7).
 * @param values    observations of any unit; left as they are
 * @param histories which history each is from, where they are from several: then these are what is independent
 * @returns undefined for an empty sample
 */
export function summarise(values: readonly number[], histories?: HistoriesOf): Summary | undefined {
  const n = values.length
  if (n === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  let sum = 0
  for (const value of sorted) sum += value
  const mean = sum / n
  let squares = 0
  for (const value of sorted) squares += (value - mean) ** 2
  const sd = n > 1 ? Math.sqrt(squares / (n - 1)) : 0
  const half = histories === undefined ? halfWidth(n, sd) : halfWidthOver(values, mean, histories)
  return {
    n,
    mean,
    sd,
    min: sorted[0]!,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted[n - 1]!,
    ci95: [mean - half, mean + half],
  }
}

function halfWidth(n: number, sd: number): number {
  return n > 1 ? (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n) : Infinity
}

function halfWidthOver(values: readonly number[], mean: number, histories: HistoriesOf): number {
  const { standardError, freedom } = errorOfMean(values, mean, histories)
  return Number.isNaN(freedom) ? Infinity : tQuantile(0.975, freedom) * standardError
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 * @param sorted ascending, at least one
 * @param q      in [0, 1]
 */
export function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (position - below) * (high - low)
}

/**
 * A share with its 95 % Wilson score interval, which stays in [0, 1] and is right also near 0 and 1.
 * Source: Wilson, JASA 22 (1927) 209-212.
 * @param successes of `trials`; of none the share is NaN and the interval [0, 1]
 * @param n         how many independent trials tell as much (`effectiveSize`)
 */
export function proportion(
  successes: number,
  trials: number,
  n = trials,
): { share: number; ci95: readonly [number, number] } {
  if (trials === 0) return { share: Number.NaN, ci95: [0, 1] }
  const share = successes / trials
  const z2 = Z95 * Z95
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  // At the ends the formula gives 0 and 1 up to rounding.
  return { share, ci95: [successes === 0 ? 0 : centre - half, successes === trials ? 1 : centre + half] }
}
