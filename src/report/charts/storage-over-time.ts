import type { TopLevelSpec } from 'vega-lite'
import type { Results, StoreRow } from '../../experiment/results.ts'
import { storeGrowth } from '../../experiment/capacity/store-growth.ts'
import type { StoreGrowth } from '../../experiment/capacity/store-growth.ts'
import { bytes } from '../text/human.ts'
import { decimalUnit } from './bandwidth-by-purpose.ts'
import { cellLabel } from './drawing/cells.ts'
import { curveLayers, MOST_CURVES } from './drawing/curves.ts'
import { foremostCells } from './drawing/foremost.ts'
import { plotTitle } from './drawing/marks.ts'
import type { Layer, Plot } from './drawing/marks.ts'
import { INK, MUTED, PLOT_WIDTH } from './drawing/theme.ts'
import { dateAxis } from './drawing/time-axis.ts'

const DAY_S = 86_400
/** Points of a curve; with more of them the drawing only grows. */
const MOST_POINTS = 160
/** Cells that a heading names; of more it says how many they are. */
const MOST_NAMES = 3
/** The axis extends to the day on which a store is full, up to this many times the simulated time. */
const FURTHEST = 2

type Shown = Pick<Results, 'cells' | 'jobs' | 'stores' | 'scenario'>

/** How much each store holds at the end of each day, its capacity, and the day on which it is full. One plot a store. */
export function storageOverTime(all: Shown): TopLevelSpec | undefined {
  const { shown: results, note } = foremostCells(all, MOST_CURVES)
  const stores = [...new Set(results.stores.filter((row) => row.stored_bytes > 0).map((row) => row.store))]
  if (stores.length === 0) return undefined
  const growth = storeGrowth(results)
  const used = new Set(
    results.stores.filter((row) => row.stored_bytes > 0).map((row) => JSON.stringify([cellKey(row), row.store])),
  )
  const words = growth.map(
    (each) => `${each.store}, ${cellLabel(each, results)}: ${bytes(each.end_bytes)} at the end, ${outlookOf(each)}`,
  )
  return {
    title: {
      text: 'Storage held over time',
      subtitle: [
        'Bytes held by each store, day by day, without incidents. Where curves coincide, the thinner one lies on top.',
        'Dark line: capacity, where it is on the scale. Full on: as simulated or, dashed, extrapolated from the second half.',
        ...note,
      ],
    },
    description: `Storage held. ${words.join('. ')}.`,
    vconcat: stores.map((store) =>
      plot(
        results,
        results.stores.filter((row) => row.store === store),
        growth.filter((each) => each.store === store && used.has(JSON.stringify([cellKey(each), store]))),
      ),
    ),
    spacing: 14,
  }
}

function plot(results: Shown, rows: readonly StoreRow[], growth: readonly StoreGrowth[]): Plot {
  const { start, horizon_s } = results.scenario
  const ms = (day: number): number => (start + day * DAY_S) * 1000
  const cells = new Set(growth.map(cellKey))
  const curves = Map.groupBy(
    rows.filter((row) => cells.has(cellKey(row))),
    cellKey,
  )
  const values = [...curves.values()].flatMap((curve) => {
    const [first] = curve
    const words =
      first === undefined ? '' : `${cellLabel(first, results)}: ${bytes(curve.at(-1)?.stored_bytes)} at the end`
    return thinned(curve).map(({ strategy, topology, day, stored_bytes }) => ({
      strategy,
      topology,
      at: ms(day),
      stored_bytes,
      tip: words,
    }))
  })
  const held = Math.max(...values.map((row) => row.stored_bytes))
  const capacity = Math.min(...growth.map((each) => each.capacity_bytes))
  const end = Math.max(...values.map((row) => row.at))
  const forecasts = growth.flatMap((each) => forecastOf(each, end, start * 1000 + FURTHEST * horizon_s * 1000))
  // A capacity far above the curves would press them to the ground.
  const most = capacity <= 4 * held || forecasts.length > 0 ? Math.max(held, capacity) : held
  const { divisor, symbol } = decimalUnit(most)
  const { scale, axis } = dateAxis(start * 1000, Math.max(end, ...forecasts.map(({ at }) => at)))
  const y = {
    field: 'stored_bytes',
    type: 'quantitative',
    scale: { domain: [0, most * 1.05 || 1] as number[], nice: false },
    axis: { title: `${symbol} held`, labelExpr: `format(datum.value / ${divisor}, '~g')`, tickCount: 5 },
  } as const
  const x = { field: 'at', type: 'quantitative', scale, axis: { ...axis, grid: false } } as const
  return {
    title: plotTitle(titleOf(growth, results)),
    data: { values },
    width: PLOT_WIDTH + 130,
    height: 130,
    layer: [
      ...(capacity <= most ? [capacityLine(capacity, y)] : []),
      ...(forecasts.length === 0 ? [] : [forecastLines(forecasts, x, y)]),
      ...curveLayers(results, { x, y }, 'linear'),
    ],
  }
}

function capacityLine(capacity: number, y: object): Layer {
  return {
    data: { values: [{ stored_bytes: capacity }] },
    mark: { type: 'rule', color: INK, strokeWidth: 1.5 },
    encoding: { y },
  }
}

interface ForecastPoint {
  readonly cell: string
  readonly at: number
  readonly stored_bytes: number
}

/** From the end of the curve to the day on which the store is full, where that is not far beyond. */
function forecastOf(growth: StoreGrowth, end_ms: number, furthest_ms: number): ForecastPoint[] {
  const full_ms = (growth.exhausted ?? Infinity) * 1000
  if (full_ms <= end_ms || full_ms > furthest_ms) return []
  const cell = cellKey(growth)
  return [
    { cell, at: end_ms, stored_bytes: growth.end_bytes },
    { cell, at: full_ms, stored_bytes: growth.capacity_bytes },
  ]
}

function forecastLines(forecasts: readonly ForecastPoint[], x: object, y: object): Layer {
  return {
    data: { values: [...forecasts] },
    mark: { type: 'line', color: MUTED, strokeWidth: 1.25, strokeDash: [4, 3] },
    encoding: { x, y, detail: { field: 'cell' } },
  }
}

function outlookOf({ capacity_bytes, exhausted, growth_bytesPerYear }: StoreGrowth): string {
  if (!Number.isFinite(capacity_bytes)) return 'no limit'
  if (exhausted !== undefined) return `full on ${new Date(exhausted * 1000).toISOString().slice(0, 10)}`
  return growth_bytesPerYear > 0 ? 'not full within 20 years' : 'not growing'
}

/** The store with its capacity, then a line for each outlook with the cells that share it. */
function titleOf(growth: readonly StoreGrowth[], results: Shown): string[] {
  const [first] = growth
  if (first === undefined) return ['']
  if (!Number.isFinite(first.capacity_bytes)) return [`${first.store}, no limit`]
  const outlooks = [...Map.groupBy(growth, outlookOf)]
  const lines = outlooks.map(([text, own]) => {
    if (outlooks.length === 1) return text
    const names = own.slice(0, MOST_NAMES).map((each) => cellLabel(each, results))
    return `${text}: ${names.join('; ')}${own.length > MOST_NAMES ? ` and ${own.length - MOST_NAMES} more` : ''}`
  })
  return [`${first.store}, capacity ${bytes(first.capacity_bytes)}`, ...lines]
}

function cellKey({ strategy, topology }: { readonly strategy: string; readonly topology: string }): string {
  return JSON.stringify([strategy, topology])
}

/** Evenly spaced days; of each stretch its greatest day, so that peaks stay. The last day stays too. */
function thinned(curve: readonly StoreRow[]): readonly StoreRow[] {
  if (curve.length <= MOST_POINTS) return curve
  const stretch = curve.length / MOST_POINTS
  const kept: StoreRow[] = []
  for (let index = 0; index < MOST_POINTS; index += 1) {
    const days = curve.slice(Math.floor(index * stretch), Math.floor((index + 1) * stretch))
    kept.push(days.reduce((most, row) => (row.stored_bytes > most.stored_bytes ? row : most)))
  }
  const last = curve.at(-1)
  return last === undefined || kept.at(-1) === last ? kept : [...kept, last]
}
