import { exp, ln } from '../../kernel/index.ts'

/** What was measured when: seconds since 1970, bytes. */
export interface Measurement {
  readonly time: number
  readonly bytes: number
}

/** Goes on from a history. */
interface ForecastModel {
  readonly name: string
  /** @returns the value at a time after the history */
  fit(history: readonly Measurement[]): (time: number) => number
}

/** The last value stays: what every forecast has to beat. */
const naive: ForecastModel = {
  name: 'last value',
  fit: (history) => () => history.at(-1)!.bytes,
}

/** The last value goes on at the mean pace of the history. */
const drift: ForecastModel = {
  name: 'last value and mean growth',
  fit(history) {
    const [first, last] = [history[0]!, history.at(-1)!]
    const pace = (last.bytes - first.bytes) / (last.time - first.time)
    return (time) => last.bytes + pace * (time - last.time)
  },
}

/** A straight line by least squares through all, or through the newest part. */
function line(name: string, part: number): ForecastModel {
  return {
    name,
    fit(history) {
      const recent = history.slice(Math.min(history.length - 2, Math.floor(history.length * (1 - part))))
      const { level, slope } = leastSquares(recent, ({ bytes }) => bytes)
      return (time) => level(time, slope)
    },
  }
}

/** So many percent a year, by least squares of logarithms. */
const exponential: ForecastModel = {
  name: 'exponential growth',
  fit(history) {
    const { level, slope } = leastSquares(history, ({ bytes }) => ln(Math.max(1, bytes)))
    return (time) => exp(level(time, slope))
  },
}

const MODELS = [drift, line('straight line', 1), line('straight line through the newest third', 1 / 3), exponential]

function leastSquares(
  history: readonly Measurement[],
  value: (measurement: Measurement) => number,
): { slope: number; level: (time: number, slope: number) => number } {
  const n = history.length
  const meanTime = history.reduce((sum, { time }) => sum + time, 0) / n
  const mean = history.reduce((sum, each) => sum + value(each), 0) / n
  let products = 0
  let squares = 0
  for (const each of history) {
    products += (each.time - meanTime) * (value(each) - mean)
    squares += (each.time - meanTime) ** 2
  }
  return { slope: products / squares, level: (time, slope) => mean + slope * (time - meanTime) }
}

export interface Forecast {
  /** By which it was made: the one with the least error in the older part of the back-test, or the last value. */
  readonly model: string
  /** Bytes at a time after the history, seconds since 1970. */
  readonly at: (time: number) => number
  readonly backTest: BackTest
}

/** How forecasts made at earlier instants compare with what came, as far ahead as the newest quarter of the history. */
export interface BackTest {
  readonly forecasts: number
  readonly ahead_s: number
  readonly meanAbsoluteError_bytes: number
  readonly naiveError_bytes: number
  /** Below 1: better than the last value. */
  readonly ratio: number
}

/** Fewer do not say which model is right. */
const LEAST_MEASUREMENTS = 12

/** A history that nothing can be learnt from; the message says why. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
}

/**
 * Forecasts from a history. Every model makes forecasts from earlier instants with what was known then, as far ahead as a
 * quarter of the history. The older half of these chooses the model; its error is that in the newer half, which had no say.
 * A model that does not beat the last value there is not used.
 * Source of the rolling origin: Tashman, International Journal of Forecasting 16 (2000) 437-450.
 * @throws HistoryError
 */
export function forecast(measurements: readonly Measurement[]): Forecast {
  const history = measurements.toSorted((a, b) => a.time - b.time)
  if (history.length < LEAST_MEASUREMENTS) {
    throw new HistoryError(`a forecast needs ${LEAST_MEASUREMENTS} measurements at least; there are ${history.length}`)
  }
  const repeated = history.find(({ time }, k) => time === history[k - 1]?.time)
  if (repeated !== undefined) {
    throw new HistoryError(`there are two measurements at ${new Date(repeated.time * 1000).toISOString()}`)
  }
  const origins = Array.from({ length: history.length }, (_, k) => k).slice(Math.ceil(history.length / 3), -1)
  const ahead_s = (history.at(-1)!.time - history[0]!.time) / 4
  const older = origins.slice(0, Math.floor(origins.length / 2))
  const newer = origins.slice(older.length)
  const choice = MODELS.map((model) => ({ model, error: errorOf(model, history, older, ahead_s) }))
  const chosen = choice.reduce((best, each) => (each.error < best.error ? each : best)).model
  const naiveError_bytes = errorOf(naive, history, newer, ahead_s)
  const error = errorOf(chosen, history, newer, ahead_s)
  const model = error < naiveError_bytes ? chosen : naive
  const meanAbsoluteError_bytes = Math.min(error, naiveError_bytes)
  return {
    model: model.name,
    at: model.fit(history),
    backTest: {
      forecasts: newer.length,
      ahead_s,
      meanAbsoluteError_bytes,
      naiveError_bytes,
      ratio: naiveError_bytes === 0 ? 1 : meanAbsoluteError_bytes / naiveError_bytes,
    },
  }
}

/** Mean absolute error of all that is forecast from these instants, up to so far ahead. */
function errorOf(
  model: ForecastModel,
  history: readonly Measurement[],
  origins: readonly number[],
  ahead_s: number,
): number {
  let sum = 0
  let count = 0
  for (const origin of origins) {
    const at = model.fit(history.slice(0, origin + 1))
    for (const { time, bytes } of history.slice(origin + 1)) {
      if (time > history[origin]!.time + ahead_s) break
      sum += Math.abs(at(time) - bytes)
      count += 1
    }
  }
  return count === 0 ? Infinity : sum / count
}

/** When a forecast first reaches a capacity, to the day, within so many years; undefined when it does not. */
export function exhaustedAt(
  at: (time: number) => number,
  from: number,
  capacity_bytes: number,
  years = 20,
): number | undefined {
  const DAY_S = 86_400
  for (let day = 0; day < years * 365.25; day += 1) {
    if (at(from + day * DAY_S) >= capacity_bytes) return from + day * DAY_S
  }
  return undefined
}
