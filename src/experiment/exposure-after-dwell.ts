import type { Law } from '../kernel/index.ts'
import type { ExposureStatistics } from './exposure.ts'

/** States that can be gone back to while it lasts: those of all instants after one and up to another, seconds since start. */
export interface CleanSpan {
  readonly after_s: number
  /** Equal to `after_s` for a recovery point, which has one instant. */
  readonly upTo_s: number
  readonly since_s: number
  readonly until_s: number
}

/**
 * The distribution of exposure to what is noticed only after a dwell: detected − newest state from before the onset. Detection is
 * uniform in the span and the dwell follows its law; what is there at the detection counts, and of it what is older than the onset.
 *
 * Nothing is sampled. At an instant u the exposure is at most x where the oldest state of [u − x, u] is older than the dwell, which
 * has the probability F(its age). Integrated over u, that is F's integral G at the ages at which states come and go.
 */
export function exposureAfterDwell(
  spans: readonly CleanSpan[],
  span: { readonly from_s: number; readonly to_s: number },
  dwell: Law,
  objective_s: number,
): ExposureStatistics {
  const stretches = stretchesOf(spans, span.from_s, span.to_s)
  const cdf = new AccumulatedCdf(dwell)
  const total_s = span.to_s - span.from_s
  const within = (x: number): number =>
    stretches.reduce((sum, stretch) => sum + timeWithin(stretch, x, cdf, dwell), 0) / total_s
  const most_s = Math.max(0, ...stretches.map(({ to_s, states }) => to_s - states[0]!.after_s))
  const protectedShare = within(most_s)
  const quantile = (share: number): number =>
    protectedShare > 0 ? leastReaching(within, share * protectedShare, most_s) : Number.NaN
  const min_s = quantile(1e-9)
  const p50_s = quantile(0.5)
  const p90_s = quantile(0.9)
  const p99_s = quantile(0.99)
  const max_s = quantile(1 - 1e-9)
  // E[X] = ∫ P(X > x) dx and E[X²] = ∫ 2 x P(X > x) dx, cut where much and where little lies.
  const cuts = [0, min_s, p50_s, p90_s, p99_s, max_s]
  const survival = (x: number): number => protectedShare - within(x)
  const mean_s = simpson(survival, cuts) / protectedShare
  const square = simpson((x) => 2 * x * survival(x), cuts) / protectedShare
  return {
    unprotected: 1 - protectedShare,
    mean_s,
    sd_s: Math.sqrt(Math.max(0, square - mean_s * mean_s)),
    min_s,
    p50_s,
    p90_s,
    p95_s: quantile(0.95),
    p99_s,
    max_s,
    objectiveMet: within(objective_s),
  }
}

/** States that are there, oldest first and apart from one another. */
type States = ReadonlyArray<{ readonly after_s: number; readonly upTo_s: number }>

/** A time in which nothing comes or goes. */
interface Stretch {
  readonly from_s: number
  readonly to_s: number
  readonly states: States
}

function stretchesOf(spans: readonly CleanSpan[], from_s: number, to_s: number): Stretch[] {
  const changes = spans
    .filter(({ since_s, until_s }) => since_s < until_s && since_s < to_s && until_s > from_s)
    .flatMap((span) => [
      { time_s: Math.max(span.since_s, from_s), span, comes: true },
      { time_s: Math.min(span.until_s, to_s), span, comes: false },
    ])
    .toSorted((a, b) => a.time_s - b.time_s)
  const present = new Set<CleanSpan>()
  const stretches: Stretch[] = []
  let now_s = from_s
  for (const { time_s, span, comes } of changes) {
    if (time_s > now_s && present.size > 0) stretches.push({ from_s: now_s, to_s: time_s, states: apart(present) })
    now_s = time_s
    if (comes) present.add(span)
    else present.delete(span)
  }
  return stretches
}

/** Where spans overlap, they are one. */
function apart(present: ReadonlySet<CleanSpan>): States {
  const states: Array<{ after_s: number; upTo_s: number }> = []
  for (const { after_s, upTo_s } of [...present].sort((a, b) => a.after_s - b.after_s || a.upTo_s - b.upTo_s)) {
    const last = states.at(-1)
    if (last !== undefined && after_s <= last.upTo_s) last.upTo_s = Math.max(last.upTo_s, upTo_s)
    else states.push({ after_s, upTo_s })
  }
  return states
}

/** Of a stretch, the expected time in which the exposure is at most x. */
function timeWithin({ from_s, to_s, states }: Stretch, x: number, cdf: AccumulatedCdf, dwell: Law): number {
  let time_s = 0
  let before_s = -Infinity
  for (const { after_s, upTo_s } of states) {
    // While u − x lies in the gap before these states, their oldest is the oldest that is young enough.
    const first_s = Math.max(from_s, before_s + x)
    const last_s = Math.min(to_s, after_s + x)
    if (last_s > first_s) time_s += cdf.integral(last_s - after_s) - cdf.integral(first_s - after_s)
    // While it lies among them, the state of u − x itself is: its age is x.
    const among_s = Math.min(to_s, upTo_s + x) - Math.max(from_s, after_s + x)
    if (among_s > 0) time_s += among_s * dwell.cdf(x)
    if (upTo_s + x >= to_s) break
    before_s = upTo_s
  }
  return time_s
}

/** Pieces into which the law is cut, each with the same probability: within one the distribution function hardly bends. */
const PIECES = 64
/** What lies beyond this quantile is taken as at it. */
const LAST = 1 - 1e-9
/** Gauss and Legendre, three nodes on [0, 1]. */
const NODES = [
  { at: 0.5 - Math.sqrt(0.15), weight: 5 / 18 },
  { at: 0.5, weight: 8 / 18 },
  { at: 0.5 + Math.sqrt(0.15), weight: 5 / 18 },
] as const

/** G(y), the integral of a law's distribution function from 0 to y: the expectation of (y − X)⁺. */
class AccumulatedCdf {
  readonly #law: Law
  readonly #knots: number[]
  readonly #integrals: number[] = [0]

  constructor(law: Law) {
    this.#law = law
    this.#knots = Array.from({ length: PIECES + 1 }, (_, k) => law.quantile(Math.min(LAST, k / PIECES)))
    for (let k = 0; k < PIECES; k += 1) {
      this.#integrals.push(this.#integrals[k]! + this.#piece(this.#knots[k]!, this.#knots[k + 1]!))
    }
  }

  integral(y: number): number {
    const knots = this.#knots
    if (y <= knots[0]!) return 0
    if (y >= knots[PIECES]!) return this.#integrals[PIECES]! + y - knots[PIECES]!
    let low = 0
    let high = PIECES
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (knots[middle]! <= y) low = middle
      else high = middle
    }
    return this.#integrals[low]! + this.#piece(knots[low]!, y)
  }

  #piece(from: number, to: number): number {
    const width = to - from
    if (width === 0) return 0
    return width * NODES.reduce((sum, { at, weight }) => sum + weight * this.#law.cdf(from + at * width), 0)
  }
}

/** The least x, to a hundredth of a second, at which an increasing function reaches a value. */
function leastReaching(rising: (x: number) => number, value: number, most: number): number {
  let [low, high] = [0, most]
  while (high - low > 0.01) {
    const middle = (low + high) / 2
    if (rising(middle) >= value) high = middle
    else low = middle
  }
  return high
}

/** By Simpson's rule between each two cuts. */
function simpson(f: (x: number) => number, cuts: readonly number[], panels = 64): number {
  let integral = 0
  for (const [k, to] of cuts.entries()) {
    const from = cuts[k - 1] ?? to
    const h = (to - from) / (2 * panels)
    let sum = f(from) + f(to)
    for (let at = 1; at < 2 * panels; at += 1) sum += (at % 2 === 1 ? 4 : 2) * f(from + at * h)
    integral += (sum * h) / 3
  }
  return integral
}
