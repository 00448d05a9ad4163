import { exp, ln } from '../../kernel/index.ts'
import type { RandomStream } from '../../kernel/index.ts'
import { expm1 } from './rare-loss.ts'

/** A hazard that strikes as a Poisson process. Time is in years here. */
export interface RatedHazard {
  readonly name: string
  readonly rate_perYear: number
}

/** Hazards that strike within one window, and how often exactly these do. */
export interface Combination {
  readonly hazards: readonly RatedHazard[]
  readonly rate_perYear: number
}

export interface Combinations {
  readonly combinations: readonly Combination[]
  /** How often more hazards than these coincide. */
  readonly leftOut_perYear: number
}

/**
 * Every combination of up to `most` hazards that can coincide. An incident begins when a hazard strikes an intact world; whatever
 * else strikes within the window belongs to it, and after the window the world is intact again. For independent Poisson processes
 * this is exact.
 */
export function combinationsOf(hazards: readonly RatedHazard[], window_years: number, most: number): Combinations {
  const striking = hazards.filter(({ rate_perYear }) => rate_perYear > 0)
  const sum = striking.reduce((total, { rate_perYear }) => total + rate_perYear, 0)
  // No incident begins within the window of another.
  const atPeace = 1 / (1 + sum * window_years)
  const combinations = subsets(striking, most).map((own): Combination => {
    const others = striking.filter((hazard) => !own.includes(hazard))
    const quiet = others.reduce((product, { rate_perYear }) => product * exp(-rate_perYear * window_years), 1)
    const begun = firstWeights(own, window_years).reduce((total, weight) => total + weight, 0)
    return { hazards: own, rate_perYear: atPeace * begun * quiet }
  })
  const leftOut_perYear = striking.reduce((total, first) => {
    const others = striking.filter((hazard) => hazard !== first)
    return total + atPeace * first.rate_perYear * chanceOfAtLeast(most, others, window_years)
  }, 0)
  return { combinations, leftOut_perYear }
}

function subsets<T>(all: readonly T[], most: number): T[][] {
  let found: T[][] = [[]]
  for (const each of all) found = found.concat(found.flatMap((own) => (own.length < most ? [[...own, each]] : [])))
  return found.filter((own) => own.length > 0).sort((a, b) => a.length - b.length)
}

/** How often each of them is the first and all others follow within the window. */
function firstWeights(own: readonly RatedHazard[], window_years: number): number[] {
  return own.map((first) =>
    own.reduce((product, { rate_perYear }, k) => {
      return product * (own[k] === first ? rate_perYear : -expm1(-rate_perYear * window_years))
    }, 1),
  )
}

/** Probability that at least `count` of these strike within the window. */
function chanceOfAtLeast(count: number, hazards: readonly RatedHazard[], window_years: number): number {
  /** Probability of exactly k, up to count − 1, and of count or more. */
  let chances = [1, ...Array.from({ length: count }, () => 0)]
  for (const { rate_perYear } of hazards) {
    const strikes = -expm1(-rate_perYear * window_years)
    chances = chances.map((chance, k) => {
      const stays = k === count ? chance : chance * (1 - strikes)
      return stays + (k === 0 ? 0 : chances[k - 1]! * strikes)
    })
  }
  return chances[count]!
}

/** The hazards of a combination as they strike in one case: the order, and the time from the first to each, in years. */
export function drawStrikes(
  { hazards }: Pick<Combination, 'hazards'>,
  window_years: number,
  random: RandomStream,
): { readonly name: string; readonly delay_years: number }[] {
  const weights = firstWeights(hazards, window_years)
  let left = random.uniform() * weights.reduce((total, weight) => total + weight, 0)
  const first = Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  )
  const strikes = hazards.map(({ name, rate_perYear }, k) => {
    // Drawn for the first too, so that the others do not depend on which that is.
    const delay_years = delayWithin(window_years, rate_perYear, random.uniform())
    return { name, delay_years: k === first ? 0 : delay_years }
  })
  return strikes.sort((a, b) => a.delay_years - b.delay_years)
}

/** The time of the first strike, given that it is within the window. */
function delayWithin(window_years: number, rate_perYear: number, uniform: number): number {
  const strikes = -expm1(-rate_perYear * window_years)
  // For rare ones it is uniform, to rounding.
  return strikes < 1e-7 ? uniform * window_years : -ln(1 - uniform * strikes) / rate_perYear
}
