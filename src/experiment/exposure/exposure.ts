import { countBelow } from '../../kernel/index.ts'

/** A recovery point while it can be used: times are seconds since start. */
export interface UsablePoint {
  /** Instant of the consistent cut. */
  readonly cut_s: number
  readonly since_s: number
  readonly until_s: number
}

/** What would be lost if the hazard struck, over a span of time. */
export interface ExposureStatistics {
  /** Share of the time in which there is no recovery point at all; the statistics are of the rest. */
  readonly unprotected: number
  readonly mean_s: number
  readonly sd_s: number
  readonly min_s: number
  readonly p50_s: number
  readonly p90_s: number
  readonly p95_s: number
  readonly p99_s: number
  readonly max_s: number
  /** Share of all time in which the exposure is at most the objective. */
  readonly objectiveMet: number
}

/** Where no write is ever lost. */
export const NO_EXPOSURE: ExposureStatistics = {
  unprotected: 0,
  mean_s: 0,
  sd_s: 0,
  min_s: 0,
  p50_s: 0,
  p90_s: 0,
  p95_s: 0,
  p99_s: 0,
  max_s: 0,
  objectiveMet: 1,
}

/** While the newest usable point stays the same, exposure grows by a second each second. */
interface Ramp {
  readonly low_s: number
  readonly high_s: number
}

/**
 * The distribution of exposure, the age of the newest usable recovery point, over time: exact, without sampling. It is
 * the distribution of the RPO achieved if the hazard strikes at an instant that is uniform in the span.
 */
export function exposureOver(
  points: readonly UsablePoint[],
  span: { readonly from_s: number; readonly to_s: number },
  objective_s: number,
): ExposureStatistics {
  const { from_s, to_s } = span
  const ramps = rampsOf(points, from_s, to_s)
  let covered_s = 0
  let first = 0
  let second = 0
  for (const { low_s, high_s } of ramps) {
    covered_s += high_s - low_s
    first += (high_s * high_s - low_s * low_s) / 2
    second += (high_s * high_s * high_s - low_s * low_s * low_s) / 3
  }
  const mean_s = first / covered_s
  const distribution = new Distribution(ramps)
  return {
    unprotected: 1 - covered_s / (to_s - from_s),
    mean_s,
    sd_s: Math.sqrt(Math.max(0, second / covered_s - mean_s * mean_s)),
    min_s: distribution.quantile(0),
    p50_s: distribution.quantile(0.5),
    p90_s: distribution.quantile(0.9),
    p95_s: distribution.quantile(0.95),
    p99_s: distribution.quantile(0.99),
    max_s: distribution.quantile(1),
    objectiveMet: distribution.time_s(objective_s) / (to_s - from_s),
  }
}

/** Walks through the instants at which a point comes or goes. */
function rampsOf(points: readonly UsablePoint[], from_s: number, to_s: number): Ramp[] {
  const changes = points
    .filter(({ since_s, until_s }) => since_s < until_s && since_s < to_s && until_s > from_s)
    .flatMap(({ cut_s, since_s, until_s }) => [
      { time_s: Math.max(since_s, from_s), cut_s, comes: true },
      { time_s: Math.min(until_s, to_s), cut_s, comes: false },
    ])
    .toSorted((a, b) => a.time_s - b.time_s)
  /** Cuts of the points that are there, oldest first: points come and go at the ends, as a rule. */
  const cuts: number[] = []
  const ramps: Ramp[] = []
  let now_s = from_s
  for (const { time_s, cut_s, comes } of changes) {
    const newest_s = cuts.at(-1)
    if (newest_s !== undefined && time_s > now_s) ramps.push({ low_s: now_s - newest_s, high_s: time_s - newest_s })
    now_s = time_s
    const at = countBelow(cuts, cut_s)
    if (comes) cuts.splice(at, 0, cut_s)
    else cuts.splice(at, 1)
  }
  return ramps
}

/** Time spent at or below each exposure: piecewise linear, as each ramp spends a second at each of its exposures. */
class Distribution {
  readonly #exposures_s: number[] = []
  readonly #times_s: number[] = []

  constructor(ramps: readonly Ramp[]) {
    const ends = ramps
      .flatMap(({ low_s, high_s }) => [
        { exposure_s: low_s, ramps: 1 },
        { exposure_s: high_s, ramps: -1 },
      ])
      .toSorted((a, b) => a.exposure_s - b.exposure_s)
    let time_s = 0
    let under = 0
    let before_s = ends[0]?.exposure_s ?? 0
    for (const { exposure_s, ramps: change } of ends) {
      time_s += under * (exposure_s - before_s)
      under += change
      before_s = exposure_s
      this.#exposures_s.push(exposure_s)
      this.#times_s.push(time_s)
    }
  }

  /** Time with an exposure of at most this. */
  time_s(exposure_s: number): number {
    return interpolate(this.#exposures_s, this.#times_s, exposure_s, 0)
  }

  /** The least exposure that is not exceeded for this share of the time; NaN when there is no time. */
  quantile(share: number): number {
    const total_s = this.#times_s.at(-1)
    if (total_s === undefined) return Number.NaN
    if (share === 1) return this.#exposures_s.at(-1)!
    return interpolate(this.#times_s, this.#exposures_s, share * total_s, this.#exposures_s[0]!)
  }
}

/** Linear between neighbours, `below` before the first, the last value behind the last. */
function interpolate(from: readonly number[], to: readonly number[], at: number, below: number): number {
  const upper = countBelow(from, at)
  if (upper === from.length) return to.at(-1) ?? below
  if (upper === 0) return from[0] === at ? to[0]! : below
  const share = (at - from[upper - 1]!) / (from[upper]! - from[upper - 1]!)
  return to[upper - 1]! + share * (to[upper]! - to[upper - 1]!)
}
