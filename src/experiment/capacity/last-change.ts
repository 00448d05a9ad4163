import type { ForecastModel, Measurement } from './forecast-model.ts'

/** Fewer measurements after a change do not say how things go on. */
const LEAST_ON_A_SIDE = 12
/**
 * Two lines, one before and one after, leave so little of what the best law for the whole history leaves unexplained. A
 * random walk does not.
 */
const LEFT_OVER = 0.15
/** A law that is never wrong by more than this share of the mean, on the average, needs no change to explain anything. */
const RIGHT_ENOUGH = 2e-3

/**
 * Where a history has changed its level or its pace for good, a migration or a new customer: the number of the first measurement
 * after it; undefined where one of the laws explains all of it as well.
 * @param history in order of time
 * @param laws what else could explain it
 */
export function lastChange(history: readonly Measurement[], laws: readonly ForecastModel[]): number | undefined {
  if (history.length < 2 * LEAST_ON_A_SIDE) return undefined
  const unexplained = Math.min(...laws.map((law) => squaredErrors(history, law.fit(history))))
  const mean = history.reduce((sum, { bytes }) => sum + bytes, 0) / history.length
  if (unexplained <= history.length * (RIGHT_ENOUGH * mean) ** 2) return undefined
  const lines = new Lines(history)
  let best = { first: 0, left: Infinity }
  for (let first = LEAST_ON_A_SIDE; first <= history.length - LEAST_ON_A_SIDE; first += 1) {
    const left = lines.squaredErrors(0, first) + lines.squaredErrors(first, history.length)
    if (left < best.left) best = { first, left }
  }
  return best.left < LEFT_OVER * unexplained ? best.first : undefined
}

function squaredErrors(history: readonly Measurement[], at: (time: number) => number): number {
  return history.reduce((sum, { time, bytes }) => sum + (at(time) - bytes) ** 2, 0)
}

/** Straight lines by least squares through any part of a history, each in constant time. */
class Lines {
  /** Sums up to each measurement, of times and values from the first on, in units that keep them near one. */
  readonly #sums: ReadonlyArray<Float64Array>
  readonly #unit_bytes: number

  constructor(history: readonly Measurement[]) {
    const [first, last] = [history[0]!, history.at(-1)!]
    const span = last.time - first.time
    this.#unit_bytes = Math.max(...history.map(({ bytes }) => bytes)) || 1
    const sums = Array.from({ length: 5 }, () => new Float64Array(history.length + 1))
    for (const [at, { time, bytes }] of history.entries()) {
      const [x, y] = [(time - first.time) / span, (bytes - first.bytes) / this.#unit_bytes]
      for (const [which, term] of [x, y, x * x, x * y, y * y].entries()) sums[which]![at + 1] = sums[which]![at]! + term
    }
    this.#sums = sums
  }

  /** What the best line through [from, to) leaves. */
  squaredErrors(from: number, to: number): number {
    const [x, y, xx, xy, yy] = this.#sums.map((sum) => sum[to]! - sum[from]!)
    const n = to - from
    const [varX, covXY, varY] = [xx! - (x! * x!) / n, xy! - (x! * y!) / n, yy! - (y! * y!) / n]
    return Math.max(0, varY - (covXY * covXY) / varX) * this.#unit_bytes ** 2
  }
}
