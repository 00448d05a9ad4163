import { shortDuration } from '../../text/human.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** Round durations that people think in. */
const LANDMARKS_S = [
  0.001,
  0.01,
  0.1,
  1,
  10,
  MINUTE_S,
  10 * MINUTE_S,
  HOUR_S,
  6 * HOUR_S,
  DAY_S,
  7 * DAY_S,
  30 * DAY_S,
  YEAR_S,
  10 * YEAR_S,
]

/** Units of a linear axis: the first that the greatest value reaches, and the steps that divide it well. */
const LINEAR_UNITS = [
  { seconds: DAY_S, symbol: 'd', from_s: 4 * DAY_S, steps: [1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365] },
  { seconds: HOUR_S, symbol: 'h', from_s: 2 * HOUR_S, steps: [0.5, 1, 2, 3, 6, 12, 24] },
  { seconds: MINUTE_S, symbol: 'min', from_s: 2 * MINUTE_S, steps: [0.5, 1, 2, 5, 10, 15, 20, 30] },
  { seconds: 1, symbol: 's', from_s: 0, steps: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30] },
] as const

/** Distances of ticks on an axis of dates, in days. */
const DATE_STEPS_D = [1 / 24, 1 / 8, 1 / 4, 1 / 2, 1, 2, 7, 14]
/** For longer spans, ticks are at the beginnings of months, this many months apart. */
const DATE_STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120]
const MONTH_D = 30.4375

/** Beyond this ratio of the greatest to the least value a linear axis would squeeze the least into its origin. */
const LOG_FROM_RATIO = 40
const MOST_TICKS = 8
/** Below it two recoveries are as good as equal; an axis of less would make much of nothing. */
const LEAST_DIFFERENCE_S = MINUTE_S

export interface TimeAxis {
  readonly scale: { readonly type: 'linear' | 'log'; readonly domain: [number, number]; readonly nice: false }
  readonly axis: { readonly values: number[]; readonly labelExpr: string; readonly title: string }
}

/**
 * Scale and axis for durations in seconds, labelled in units people use: linear from 0, or logarithmic with round times
 * where the values span more than a factor of 40.
 * @param title   without unit; it is added
 * @param options `room`: share of the axis' length to leave free at its end, for labels; `linear`: never logarithmic;
 *                `logarithmic`: always, where all values are positive
 */
export function timeAxis(
  values_s: readonly number[],
  title: string,
  {
    room = 0.05,
    linear = false,
    logarithmic: forced = false,
  }: { readonly room?: number; readonly linear?: boolean; readonly logarithmic?: boolean } = {},
): TimeAxis {
  const positive = values_s.filter((value) => value > 0 && Number.isFinite(value))
  const max = positive.length === 0 ? HOUR_S : Math.max(...positive)
  const min = positive.length === 0 ? HOUR_S : Math.min(...positive)
  // Zero has no place on a logarithmic axis.
  const logarithmic = !linear && (forced || max / min > LOG_FROM_RATIO) && positive.length === values_s.length
  return logarithmic ? logAxis(min, max, title, room) : linearAxis(max, title, room)
}

function logAxis(min: number, max: number, title: string, room: number): TimeAxis {
  const low = min / 1.25
  const high = max * (max / low) ** (room / (1 - room))
  const within = LANDMARKS_S.filter((landmark) => landmark >= low && landmark <= high)
  const every = Math.ceil(within.length / MOST_TICKS)
  const values = within.filter((_, index) => index % every === 0)
  const labels = values.map((value) => `'${value}': '${landmarkName(value)}'`)
  return {
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { values, labelExpr: `({${labels.join(', ')}})[datum.value]`, title: `${title} (log scale)` },
  }
}

function linearAxis(max: number, title: string, room: number): TimeAxis {
  const unit = LINEAR_UNITS.find(({ from_s }) => max >= from_s) ?? LINEAR_UNITS[3]
  const high = max / (1 - room)
  const step = unit.steps.find((size) => high / (size * unit.seconds) <= MOST_TICKS) ?? unit.steps.at(-1) ?? 1
  const values: number[] = []
  for (let tick = 0; tick * step * unit.seconds <= high && tick <= 1000; tick += 1)
    values.push(tick * step * unit.seconds)
  return {
    scale: { type: 'linear', domain: [0, high], nice: false },
    axis: { values, labelExpr: `format(datum.value / ${unit.seconds}, '~g')`, title: `${title} (${unit.symbol})` },
  }
}

function landmarkName(seconds: number): string {
  if (seconds === DAY_S) return '1 d'
  if (seconds === YEAR_S || seconds === 10 * YEAR_S) return `${seconds / YEAR_S} y`
  return shortDuration(seconds)
}

/**
 * Scale and axis for differences of durations in seconds: linear, around zero, labelled with their sign.
 * @param title without unit; it is added
 */
export function differenceAxis(values_s: readonly number[], title: string) {
  const finite = values_s.filter((value) => Number.isFinite(value))
  const widest = Math.max(LEAST_DIFFERENCE_S, ...finite.map(Math.abs))
  const unit = LINEAR_UNITS.find(({ from_s }) => widest >= from_s) ?? LINEAR_UNITS[3]
  const low = Math.min(-0.05 * widest, ...finite) * 1.05
  const high = Math.max(0.05 * widest, ...finite) * 1.05
  const step_s = unit.seconds * (unit.steps.find((size) => (high - low) / (size * unit.seconds) <= 6) ?? 365)
  const values: number[] = []
  for (let tick = Math.ceil(low / step_s); tick * step_s <= high && values.length <= 1000; tick += 1)
    values.push(tick * step_s)
  return {
    scale: { type: 'linear' as const, domain: [low, high] as number[], nice: false as const },
    axis: {
      values,
      labelExpr: `replace(format(datum.value / ${unit.seconds}, '+~g'), '+0', '0')`,
      title: `${title} (${unit.symbol})`,
    },
  }
}

/** Scale and axis for instants in milliseconds since 1970, labelled with dates, and times of day where these matter. */
export function dateAxis(from_ms: number, to_ms: number) {
  const days = (to_ms - from_ms) / (DAY_S * 1000)
  const step_d = DATE_STEPS_D.find((step) => days / step <= MOST_TICKS)
  const { values, format } = step_d === undefined ? monthTicks(from_ms, to_ms) : dayTicks(from_ms, to_ms, step_d)
  return {
    scale: { type: 'linear' as const, domain: [from_ms, to_ms] as number[], nice: false as const },
    axis: { values, labelExpr: `utcFormat(datum.value, '${format}')`, title: 'date (UTC)' },
  }
}

function dayTicks(from_ms: number, to_ms: number, step_d: number): { values: number[]; format: string } {
  const step_ms = step_d * DAY_S * 1000
  const values: number[] = []
  for (let at = Math.ceil(from_ms / step_ms) * step_ms; at <= to_ms && values.length < 100; at += step_ms)
    values.push(at)
  return { values, format: step_d < 1 ? '%-d %b %H:%M' : '%-d %b' }
}

function monthTicks(from_ms: number, to_ms: number): { values: number[]; format: string } {
  const months = (to_ms - from_ms) / (MONTH_D * DAY_S * 1000)
  const step = DATE_STEPS_MONTHS.find((each) => months / each <= MOST_TICKS) ?? 240
  const first = new Date(from_ms)
  const values: number[] = []
  // Starts with the January at or before the beginning, so that years are marked at their beginnings.
  for (let month = 0; values.length < 100; month += step) {
    const at = Date.UTC(first.getUTCFullYear(), month)
    if (at > to_ms) break
    if (at >= from_ms) values.push(at)
  }
  return { values, format: step % 12 === 0 ? '%Y' : '%b %Y' }
}
