import { cos, exp, ln, sin } from '../../kernel/index.ts'
import type { ForecastModel, Measurement } from './forecast-model.ts'
import { leastSquares, straightLine } from './least-squares.ts'

const YEAR_S = 365.25 * 86_400
/**
 * A history is reduced to the means of this many parts, eighteen days each for three years: they show a curve as well
 * as all of it, in less time.
 */
const PARTS = 60

/** Less of a history than this does not tell a season from a trend. */
const LEAST_YEARS = 1.5
/** Waves a year: the season itself, and its being sharper on one side than on the other. */
const WAVES = [1, 2] as const

/**
 * A straight line, and by how much each time of the year lies above or below it: the year's end of a shop, a
 * university's terms.
 */
export const yearly: ForecastModel = {
  name: 'straight line and time of the year',
  fit: (history) => trendAndSeason(history, (bytes) => bytes),
}

/** A fixed growth per year, and the share by which each time of the year lies above or below that. */
export const yearlyGrowth: ForecastModel = {
  name: 'exponential growth and time of the year',
  fit(history) {
    const level = trendAndSeason(history, (bytes) => ln(Math.max(1, bytes)))
    return (time) => exp(level(time))
  },
}

function trendAndSeason(history: readonly Measurement[], value: (bytes: number) => number): (time: number) => number {
  const from = history[0]!.time
  const points = inParts(history).map(({ time, bytes }) => ({ x: (time - from) / YEAR_S, y: value(bytes) }))
  const weights = points.at(-1)!.x < LEAST_YEARS ? undefined : leastSquares(points, termsOfYear)
  if (weights === undefined) {
    const line = straightLine(points)
    return (time) => line.at((time - from) / YEAR_S)
  }
  return (time) => termsOfYear((time - from) / YEAR_S).reduce((sum, term, k) => sum + term * weights[k]!, 0)
}

function termsOfYear(years: number): number[] {
  const waves = WAVES.flatMap((wave) => [cos(2 * Math.PI * wave * years), sin(2 * Math.PI * wave * years)])
  return [1, years, ...waves]
}

/** Ceilings that are tried: from just above the greatest measurement to ten times as much, where nothing shows of one yet. */
const LEAST_CEILING = 1.002
const MOST_CEILING = 10
const CEILINGS = 14
/** Each step looks for the best of them in a smaller part, by thirds. */
const STEPS = 8

/**
 * Growth that slows down as it nears a ceiling, the logistic curve: data of customers whose number is finite. For each
 * ceiling the logarithm of full to free is a straight line; the ceiling is taken whose curve is nearest to the
 * measurements.
 */
export const saturating: ForecastModel = {
  name: 'growth up to a ceiling',
  fit(history) {
    const parts = inParts(history)
    const most = parts.reduce((greatest, { bytes }) => Math.max(greatest, bytes), 1)
    /** Small steps near the greatest measurement, where a little more makes another curve. */
    const curve = (k: number): Curve => {
      return curveTo(most * (LEAST_CEILING + (MOST_CEILING - LEAST_CEILING) * (k / (CEILINGS - 1)) ** 3), parts)
    }
    const tried = Array.from({ length: CEILINGS }, (_, k) => curve(k).left)
    const best = tried.indexOf(Math.min(...tried))
    let [low, high] = [Math.max(0, best - 1), Math.min(CEILINGS - 1, best + 1)]
    for (let step = 0; step < STEPS; step += 1) {
      const third = (high - low) / 3
      if (curve(low + third).left <= curve(high - third).left) high -= third
      else low += third
    }
    return curve((low + high) / 2).at
  },
}

interface Curve {
  /** Squared errors, of the measurements. */
  readonly left: number
  readonly at: (time: number) => number
}

function curveTo(ceiling: number, history: readonly Measurement[]): Curve {
  const from = history[0]!.time
  const line = straightLine(
    history.map(({ time, bytes }) => {
      const share = Math.max(1, bytes) / ceiling
      return { x: (time - from) / YEAR_S, y: ln(share / (1 - share)) }
    }),
  )
  const at = (time: number): number => ceiling / (1 + exp(-line.at((time - from) / YEAR_S)))
  return { at, left: history.reduce((sum, { time, bytes }) => sum + (at(time) - bytes) ** 2, 0) }
}

/** Means of parts with as many measurements each. */
function inParts(history: readonly Measurement[]): readonly Measurement[] {
  if (history.length <= PARTS) return history
  return Array.from({ length: PARTS }, (_, k) => {
    const part = history.slice(Math.floor((k * history.length) / PARTS), Math.floor(((k + 1) * history.length) / PARTS))
    const sum = part.reduce(({ time, bytes }, each) => ({ time: time + each.time, bytes: bytes + each.bytes }))
    return { time: sum.time / part.length, bytes: sum.bytes / part.length }
  })
}
