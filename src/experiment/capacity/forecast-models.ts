import { exp, ln } from '../../kernel/index.ts'
import { quantile } from '../statistics/statistics.ts'
import { saturating, yearly, yearlyGrowth } from './curved-models.ts'
import type { ForecastModel, Measurement } from './forecast-model.ts'
import { straightLine } from './least-squares.ts'

const DAY_S = 86_400
const DAYS_A_WEEK = 7

/** The last value stays: what every forecast has to beat. */
export const naive: ForecastModel = {
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
    fit: (history) => throughAll(newest(history, part), ({ bytes }) => bytes),
  }
}

/**
 * The median pace between measurements that lie half of the newest part apart, through the medians: what was once deleted or
 * migrated does not turn it.
 * Source: Theil, Indagationes Mathematicae 12 (1950), incomplete method.
 */
function medianLine(name: string, part: number): ForecastModel {
  return {
    name,
    fit(history) {
      const recent = newest(history, part)
      const half = Math.ceil(recent.length / 2)
      const paces = recent
        .slice(half)
        .map(({ time, bytes }, k) => (bytes - recent[k]!.bytes) / (time - recent[k]!.time))
      const pace = median(paces)
      const level = median(recent.map(({ time, bytes }) => bytes - pace * time))
      return (time) => level + pace * time
    },
  }
}

/** A straight line, and by how much each day of the week lies above or below it: fulls at weekends, prunes on Mondays. */
const weekly: ForecastModel = {
  name: 'straight line and day of the week',
  fit(history) {
    const trend = throughAll(history, ({ bytes }) => bytes)
    const sums = new Float64Array(DAYS_A_WEEK)
    const counts = new Float64Array(DAYS_A_WEEK)
    for (const { time, bytes } of history) {
      sums[dayOfWeek(time)]! += bytes - trend(time)
      counts[dayOfWeek(time)]! += 1
    }
    return (time) => {
      const day = dayOfWeek(time)
      return trend(time) + (counts[day] === 0 ? 0 : sums[day]! / counts[day]!)
    }
  },
}

/** A fixed growth per year, by least squares of logarithms. */
const exponential: ForecastModel = {
  name: 'exponential growth',
  fit(history) {
    const level = throughAll(history, ({ bytes }) => ln(Math.max(1, bytes)))
    return (time) => exp(level(time))
  },
}

/** Laws without seasons. A change for good has to stand out from these: waves of a year bend to many a change of pace. */
export const steadyModels: readonly ForecastModel[] = [
  drift,
  line('straight line', 1),
  line('straight line through the newest third', 1 / 3),
  medianLine('median growth', 1),
  medianLine('median growth of the newest third', 1 / 3),
  weekly,
  exponential,
  saturating,
]

/** What has to beat the last value; of two that are about as good as one another, the first is taken. */
export const models: readonly ForecastModel[] = [...steadyModels, yearly, yearlyGrowth]

function newest(history: readonly Measurement[], part: number): readonly Measurement[] {
  return history.slice(Math.min(history.length - 2, Math.floor(history.length * (1 - part))))
}

function throughAll(
  history: readonly Measurement[],
  value: (measurement: Measurement) => number,
): (time: number) => number {
  return straightLine(history.map((each) => ({ x: each.time, y: value(each) }))).at
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).toSorted(), 0.5)
}

function dayOfWeek(time: number): number {
  return Math.floor(time / DAY_S) % DAYS_A_WEEK
}
