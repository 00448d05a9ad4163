import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { Z95 } from './z95.ts'

/** For each observation, which history of the world it is from; undefined where there is only one. */
export type HistoriesOf = readonly number[] | undefined

/** Of rows of incidents. */
export function historiesOf(rows: readonly { readonly history?: number }[]): HistoriesOf {
  const histories = rows.flatMap(({ history }) => history ?? [])
  return histories.length === rows.length && new Set(histories).size > 1 ? histories : undefined
}

export interface ErrorOfMean {
  readonly standardError: number
  /** Degrees of freedom of Student's t. */
  readonly freedom: number
}

/**
 * Standard error of a mean whose observations are independent between histories, and whatever they are within one: what a
 * history has in common, such as a night without a backup, does not average out however many drills are staged in it.
 * Source: Cochran, Sampling Techniques (1977), section 9A (cluster sampling, ratio to size).
 */
export function errorOfMean(values: readonly number[], mean: number, histories: HistoriesOf): ErrorOfMean {
  const n = values.length
  const deviations = new Map<number, number>()
  for (const [k, value] of values.entries()) {
    const history = histories === undefined ? k : histories[k]!
    deviations.set(history, (deviations.get(history) ?? 0) + value - mean)
  }
  const clusters = deviations.size
  if (clusters < 2) return { standardError: Infinity, freedom: Number.NaN }
  let squares = 0
  for (const deviation of deviations.values()) squares += deviation ** 2
  return { standardError: Math.sqrt((clusters / (clusters - 1)) * squares) / n, freedom: clusters - 1 }
}

/**
 * How many independent observations would tell as much about a share as these do.
 * Source: Korn and Graubard, Survey Methodology 24 (1998) 193-201. Where all or none are hits nothing says how alike the drills
 * of a history are, and they count in full.
 */
export function effectiveSize(hits: readonly boolean[], histories: HistoriesOf): number {
  const n = hits.length
  const share = hits.filter(Boolean).length / n
  if (histories === undefined || share === 0 || share === 1) return n
  const { standardError, freedom } = errorOfMean(hits.map(Number), share, histories)
  if (!(standardError > 0)) return n
  const plain = (share * (1 - share)) / standardError ** 2
  return Math.min(n, plain * (Z95 / tQuantile(0.975, freedom)) ** 2)
}
