import type { JobRow } from '../results.ts'

/** With fewer observations one cannot see where a transient ends. */
const LEAST_OBSERVATIONS = 8

/**
 * How many of the first observations are a transient: those whose removal makes the standard error of the mean of the rest
 * smallest. Of short series only the first half is considered: what has not settled by then has not been seen settled.
 * Source: White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69 (1997) 323-334
 * (MSER), as evaluated by Franklin and White, Winter Simulation Conference 2008.
 * @returns undefined when there are too few, or when the best place is the last that is considered
 */
export function transientOf(observations: readonly number[]): number | undefined {
  const n = observations.length
  if (n < LEAST_OBSERVATIONS) return undefined
  let sum = 0
  let squares = 0
  let best = { removed: 0, error: Infinity }
  const most = Math.floor(n / 2)
  // Counted from the end, so that the sums over the remaining observations are at hand.
  for (let removed = n - 1; removed >= 0; removed -= 1) {
    sum += observations[removed]!
    squares += observations[removed]! ** 2
    const left = n - removed
    const error = Math.max(0, squares - (sum * sum) / left) / (left * left)
    // Among places that are equal up to rounding, the earliest is taken.
    if (removed <= most && error <= best.error * (1 + 1e-9) + 1e-12 * (squares / left)) best = { removed, error }
  }
  return best.removed === most ? undefined : best.removed
}

/** When the durations of a job's runs have settled: the first run is a full copy of everything, as a rule. */
export interface Settling {
  readonly strategy: string
  readonly topology: string
  readonly job: string
  /** Seconds since the start; undefined when it has not settled in the first half of its runs, or has too few. */
  readonly settled_s: number | undefined
}

/** The settling times of each job in each undisturbed world. */
export function settlingOf(jobs: readonly JobRow[]): Settling[] {
  const groups = Map.groupBy(jobs, ({ strategy, topology, job }) => JSON.stringify([strategy, topology, job]))
  return [...groups.values()].map((runs) => {
    const { strategy, topology, job } = runs[0]!
    const done = runs.filter(({ outcome }) => outcome === 'succeeded')
    // Instants are rounded, and differences below a second do not matter.
    const removed = transientOf(done.map(({ started_s, ended_s }) => Math.round(ended_s! - started_s!)))
    // A run that is under way may last until the first run that counts begins.
    const settled_s = removed === undefined ? undefined : removed === 0 ? done[0]!.ended_s : done[removed]!.started_s
    return { strategy, topology, job, settled_s }
  })
}
