import { models, naive, steadyModels } from './forecast-models.ts'
import type { ForecastModel, Measurement } from './forecast-model.ts'

import { lastChange } from './last-change.ts'

export type { Measurement } from './forecast-model.ts'

export interface Forecast {
  /** The model that made it: the one with the least error in the older part of the back-test, or the last value. */
  readonly model: string
  /**
   * What came before has nothing to do with it: since then the history has another level or pace; undefined: all of it
   * counts.
   */
  readonly since?: number
  /** Bytes at a time after the history, seconds since 1970. */
  readonly at: (time: number) => number
  /** Error in bytes that nine of ten forecasts of the back-test, made as far ahead, did not exceed. */
  readonly within_bytes: (time: number) => number
  readonly backTest: BackTest
}

/** How forecasts made at earlier instants compare with what came, as far ahead as a quarter of the history. */
export interface BackTest {
  readonly forecasts: number
  readonly ahead_s: number
  readonly meanAbsoluteError_bytes: number
  readonly naiveError_bytes: number
  /** Below 1: better than the last value. */
  readonly ratio: number
}

/** Share of the back-test's forecasts that `within_bytes` covers. */
const FORECAST_CONFIDENCE = 0.9

/** Fewer do not say which model is right. */
const LEAST_MEASUREMENTS = 12
/** More instants to forecast from, or to look at from each, do not make the errors better known; the work grows with both. */
const MOST_ORIGINS = 250
const MOST_LOOKED_AT = 100
/** Simpler laws come first: another has to make so little of their error. */
const WORTH_IT = 0.98
/** Parts of the time ahead, each with an error of its own. */
const PARTS_AHEAD = 10
const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** A history that nothing can be learnt from; the message says why. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
}

/**
 * Forecasts from a history. Every model makes forecasts from earlier instants with what was known then, as far ahead as
 * a quarter of the history. The older half of these chooses the model; its error is that in the newer half, which had
 * no say. A model that does not beat the last value there is not used. Where level or pace have changed for good, all
 * this is done with what has been measured since: how well a law did before the change says nothing of what comes.
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
  const change = lastChange(history, steadyModels)
  if (change !== undefined) return { since: history[change]!.time, ...forecast(history.slice(change)) }
  const origins = thinned(history.map((_, k) => k).slice(Math.ceil(history.length / 3), -1), MOST_ORIGINS)
  const last = history.at(-1)!.time
  const ahead_s = (last - history[0]!.time) / 4
  const older = origins.slice(0, Math.floor(origins.length / 2))
  const newer = origins.slice(older.length)
  const choice = models.map((model) => ({ model, error: meanError(errorsOf(model, history, older, ahead_s)) }))
  const chosen = choice.reduce((best, each) => (each.error < WORTH_IT * best.error ? each : best)).model
  const naiveError_bytes = meanError(errorsOf(naive, history, newer, ahead_s))
  const error = meanError(errorsOf(chosen, history, newer, ahead_s))
  const model = error < naiveError_bytes ? chosen : naive
  const meanAbsoluteError_bytes = Math.min(error, naiveError_bytes)
  const at = model.fit(history)
  const within_bytes = spread(errorsOf(model, history, origins, ahead_s), ahead_s)
  return {
    model: model.name,
    at: (time) => Math.max(0, at(time)),
    within_bytes: (time) => within_bytes(time - last),
    backTest: {
      forecasts: newer.length,
      ahead_s,
      meanAbsoluteError_bytes,
      naiveError_bytes,
      ratio: naiveError_bytes === 0 ? 1 : meanAbsoluteError_bytes / naiveError_bytes,
    },
  }
}

/** How wrong a forecast was about an instant so far ahead. */
interface ForecastError {
  readonly ahead_s: number
  readonly error_bytes: number
}

/** Absolute errors of what is forecast from these instants, up to so far ahead. */
function errorsOf(
  model: ForecastModel,
  history: readonly Measurement[],
  origins: readonly number[],
  ahead_s: number,
): ForecastError[] {
  return origins.flatMap((origin) => {
    const at = model.fit(history.slice(0, origin + 1))
    const from = history[origin]!.time
    const later = history.slice(origin + 1)
    const beyond = later.findIndex(({ time }) => time > from + ahead_s)
    const known = beyond === -1 ? later : later.slice(0, beyond)
    return thinned(known, MOST_LOOKED_AT).map(({ time, bytes }) => ({
      ahead_s: time - from,
      error_bytes: Math.abs(Math.max(0, at(time)) - bytes),
    }))
  })
}

function meanError(errors: readonly ForecastError[]): number {
  if (errors.length === 0) return Infinity
  return errors.reduce((sum, { error_bytes }) => sum + error_bytes, 0) / errors.length
}

/**
 * What nine of ten errors did not exceed, by how far ahead they were, never less for what is further; beyond the
 * back-test it grows in proportion to the time ahead.
 */
function spread(errors: readonly ForecastError[], ahead_s: number): (ahead_s: number) => number {
  const parts: number[][] = Array.from({ length: PARTS_AHEAD }, () => [])
  for (const each of errors) {
    parts[Math.min(PARTS_AHEAD - 1, Math.floor((each.ahead_s / ahead_s) * PARTS_AHEAD))]!.push(each.error_bytes)
  }
  let most = 0
  const within = parts.map((part) => {
    const sorted = part.toSorted((a, b) => a - b)
    most = Math.max(most, sorted[Math.ceil(sorted.length * FORECAST_CONFIDENCE) - 1] ?? 0)
    return most
  })
  return (ahead) => {
    if (ahead >= ahead_s) return (most * ahead) / ahead_s
    return within[Math.max(0, Math.floor((ahead / ahead_s) * PARTS_AHEAD))]!
  }
}

/** At most this many of them, evenly spread, including the last. */
function thinned<Each>(all: readonly Each[], most: number): readonly Each[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, k) => all[Math.floor(((k + 1) * all.length) / most) - 1]!)
}

/** What a history says about a store. */
export interface StoreForecast extends Pick<Forecast, 'model' | 'since' | 'backTest'> {
  readonly store: string
  /** Instant of the last measurement, seconds since 1970. */
  readonly last: number
  readonly values: readonly {
    readonly ahead_s: number
    readonly bytes: number
    readonly low_bytes: number
    readonly high_bytes: number
  }[]
  /** When it is full, seconds since 1970, each undefined when not within 20 years; undefined for a store without a limit. */
  readonly exhausted?: Record<'earliest' | 'expected' | 'latest', number | undefined>
}

/**
 * A forecast of half a year, a year and two, and of the day on which the store is full.
 * @param capacity_bytes Infinity where there is no limit
 * @throws HistoryError
 */
export function storeForecast(store: string, history: readonly Measurement[], capacity_bytes: number): StoreForecast {
  const { model, since, backTest, at, within_bytes } = forecast(history)
  const last = history.reduce((latest, { time }) => Math.max(latest, time), -Infinity)
  const high = (time: number): number => at(time) + within_bytes(time)
  const low = (time: number): number => Math.max(0, at(time) - within_bytes(time))
  const values = [0.5, 1, 2].map((years) => {
    const ahead_s = years * YEAR_S
    const time = last + ahead_s
    return { ahead_s, bytes: at(time), low_bytes: low(time), high_bytes: high(time) }
  })
  const base = { store, model, ...(since === undefined ? {} : { since }), last, values, backTest }
  if (!Number.isFinite(capacity_bytes)) return base
  const exhausted = {
    earliest: exhaustedAt(high, last, capacity_bytes),
    expected: exhaustedAt(at, last, capacity_bytes),
    latest: exhaustedAt(low, last, capacity_bytes),
  }
  return { ...base, exhausted }
}

/** When a forecast first reaches a capacity, to the day, within a number of years; undefined when it does not. */
export function exhaustedAt(
  at: (time: number) => number,
  from: number,
  capacity_bytes: number,
  years = 20,
): number | undefined {
  for (let day = 0; day < years * 365.25; day += 1) {
    if (at(from + day * DAY_S) >= capacity_bytes) return from + day * DAY_S
  }
  return undefined
}
