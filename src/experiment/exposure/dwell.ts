import { countBelow } from '../../kernel/index.ts'
import type { Law } from '../../kernel/index.ts'

/** The law of how long something stays unnoticed, D, together with a condition that holds in some of the cases. */
export interface Dwell {
  /** Probability of the condition. */
  readonly share: number
  /** P(D ≤ x and the condition holds). */
  cdf(x: number): number
  /** The integral of `cdf` from 0 to y, which is the expectation of (y − D)⁺ over the cases in which the condition holds. */
  integral(y: number): number
}

/** Pieces into which a law is cut, each with the same probability: within one its distribution function hardly bends. */
const PIECES = 64
/**
 * The pieces at the ends, where laws have their tails, are halved this many times; the law is taken as constant beyond
 * the last.
 */
const HALVINGS = 24
/** Gauss-Legendre quadrature, three nodes on [0, 1]. */
const NODES = [
  { at: 0.5 - Math.sqrt(0.15), weight: 5 / 18 },
  { at: 0.5, weight: 8 / 18 },
  { at: 0.5 + Math.sqrt(0.15), weight: 5 / 18 },
] as const

/** Ascending, from 0 to nearly 1. */
const KNOTS = [
  0,
  ...Array.from({ length: HALVINGS }, (_, k) => 2 ** (k - HALVINGS) / PIECES),
  ...Array.from({ length: PIECES - 1 }, (_, k) => (k + 1) / PIECES),
  ...Array.from({ length: HALVINGS }, (_, k) => 1 - 2 ** (-k - 1) / PIECES),
]

/** The law without a condition. */
export function wholeDwell(law: Law): Dwell {
  return dwellWith(law, (x) => law.cdf(x))
}

/** A dwell that is always the same, with a condition of this probability. */
export function constantDwell(value_s: number, share: number): Dwell {
  return {
    share,
    cdf: (x) => (x < value_s ? 0 : share),
    integral: (y) => share * Math.max(0, y - value_s),
  }
}

/** The law with a condition that holds with this probability after each dwell. */
export function partOfDwell(law: Law, probability: (dwell_s: number) => number): Dwell {
  const shares = partialShares(law, probability)
  const cdf = (x: number): number => {
    const at = law.cdf(x) * PIECES
    const piece = Math.min(PIECES - 1, Math.floor(at))
    return shares[piece]! + (at - piece) * (shares[piece + 1]! - shares[piece]!)
  }
  return dwellWith(law, cdf)
}

/** P(condition holds and D ≤ x) for x at each of the quantiles between pieces. */
export function partialShares(law: Law, probability: (dwell_s: number) => number): number[] {
  const shares = [0]
  for (let piece = 0; piece < PIECES; piece += 1) {
    const mean = NODES.reduce(
      (sum, { at, weight }) => sum + weight * probability(law.quantile((piece + at) / PIECES)),
      0,
    )
    shares.push(shares[piece]! + mean / PIECES)
  }
  return shares
}

function dwellWith(law: Law, cdf: (x: number) => number): Dwell {
  const knots = KNOTS.map((p) => law.quantile(p))
  const last = knots.length - 1
  const share = cdf(Infinity)
  const over = (from: number, to: number): number => {
    const width = to - from
    if (width === 0) return 0
    let mean = 0
    for (const { at, weight } of NODES) mean += weight * cdf(from + at * width)
    return width * mean
  }
  const integrals = [0]
  for (let k = 0; k < last; k += 1) integrals.push(integrals[k]! + over(knots[k]!, knots[k + 1]!))
  return {
    share,
    cdf,
    integral(y) {
      if (y <= knots[0]!) return 0
      if (y >= knots[last]!) return integrals[last]! + share * (y - knots[last]!)
      let low = 0
      let high = last
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (knots[middle]! <= y) low = middle
        else high = middle
      }
      return integrals[low]! + over(knots[low]!, y)
    },
  }
}

/**
 * P(X₁ + … + Xₙ ≤ d) for n independent quantities of a law, by convolution.
 * @param dwell the law at whose nodes the result will be evaluated; between these it is interpolated linearly
 */
export function sumsWithin(law: Law, dwell: Law): (n: number) => (d: number) => number {
  const grid = nodesOf(dwell).map(({ x }) => x)
  const draws = nodesOf(law)
  const known: Array<(d: number) => number> = [() => 1, (d) => law.cdf(d)]
  const sum = (n: number): ((d: number) => number) => {
    if (law.variance === 0) return (d) => (d >= n * law.mean ? 1 : 0)
    const before = known[n]
    if (before !== undefined) return before
    const rest = sum(n - 1)
    return (known[n] = straight(
      grid,
      grid.map((d) => draws.reduce((total, { x, weight }) => (x > d ? total : total + weight * rest(d - x)), 0)),
    ))
  }
  return sum
}

function nodesOf(law: Law): Array<{ readonly x: number; readonly weight: number }> {
  return Array.from({ length: PIECES }, (_, piece) =>
    NODES.map(({ at, weight }) => ({ x: law.quantile((piece + at) / PIECES), weight: weight / PIECES })),
  ).flat()
}

/** Linear interpolation, from 0 at 0 through these values. */
function straight(grid: readonly number[], values: readonly number[]): (at: number) => number {
  return (at) => {
    const upper = countBelow(grid, at)
    if (upper === grid.length) return values.at(-1)!
    const [x0, y0] = upper === 0 ? [0, 0] : [grid[upper - 1]!, values[upper - 1]!]
    const [x1, y1] = [grid[upper]!, values[upper]!]
    return x1 === x0 ? y1 : y0 + ((at - x0) / (x1 - x0)) * (y1 - y0)
  }
}
