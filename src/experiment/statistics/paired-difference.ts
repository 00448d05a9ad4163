import padjust from '@stdlib/stats-padjust'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import type { Interval } from './intervals.ts'
import { effectiveSize, errorOfMean } from './histories.ts'
import type { HistoriesOf } from './histories.ts'
import { proportion, summarise } from './statistics.ts'

/** The difference between two samples whose k-th observations were made under the same circumstances. */
export interface PairedDifference {
  /** Number of pairs in which both have a value. */
  readonly n: number
  /** Mean of A − B over those pairs, in the unit of the observations. */
  readonly mean: number
  readonly ci95: Interval
  /** p-value of the hypothesis that the mean difference is zero (Student's t, two-sided). */
  readonly p: number
  /**
   * Probability that A is the smaller one of a pair, where a tie counts half, over all pairs; a missing value counts as
   * the worst.
   */
  readonly beats: { readonly share: number; readonly ci95: Interval }
  /** How many times as many unpaired observations would be needed for an interval as narrow; NaN where nothing varies. */
  readonly varianceRatio: number
}

/**
 * Compares two samples pair by pair, as common random numbers allow: what both have in common falls out of the difference.
 * Smaller is better.
 * @param a,b       of equal length; undefined where there is no value, because all was lost
 * @param histories which history each pair is from, where they are from several
 */
export function pairedDifference(
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
  histories?: HistoriesOf,
): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`${a.length} observations cannot be paired with ${b.length}`)
  const own: number[] = []
  const other: number[] = []
  const from: number[] = []
  let wins = 0
  const ahead: boolean[] = []
  for (const [k, left] of a.entries()) {
    const right = b[k]
    const [x, y] = [left ?? Infinity, right ?? Infinity]
    wins += x < y ? 1 : x === y ? 0.5 : 0
    ahead.push(x < y)
    if (left === undefined || right === undefined) continue
    own.push(left)
    other.push(right)
    if (histories !== undefined) from.push(histories[k]!)
  }
  const beats = proportion(wins, a.length, effectiveSize(ahead, histories))
  const values = own.map((value, k) => value - other[k]!)
  const paired = histories === undefined ? undefined : from
  const differences = summarise(values, paired)
  if (differences === undefined) {
    return { n: 0, mean: Number.NaN, ci95: [-Infinity, Infinity], p: 1, beats, varianceRatio: Number.NaN }
  }
  const { n, mean, sd, ci95 } = differences
  const unpaired = summarise(own)!.sd ** 2 + summarise(other)!.sd ** 2
  return { n, mean, ci95, p: pOfZeroMean(values, mean, paired), beats, varianceRatio: unpaired / sd ** 2 }
}

function pOfZeroMean(values: readonly number[], mean: number, histories: HistoriesOf): number {
  const { standardError, freedom } = errorOfMean(values, mean, histories)
  if (Number.isNaN(freedom)) return 1
  if (standardError === 0) return mean === 0 ? 1 : 0
  return 2 * tCdf(-Math.abs(mean) / standardError, freedom)
}

/**
 * Corrects p-values for the number of comparisons: if there are no differences at all, at most one in twenty *families* of
 * comparisons then has any p-value below 0.05.
 * Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
 */
export function correctedForComparisons(p: readonly number[]): number[] {
  return p.length === 0 ? [] : Array.from(padjust([...p], 'holm'))
}
