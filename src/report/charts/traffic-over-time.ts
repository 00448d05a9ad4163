import type { TopLevelSpec } from 'vega-lite'
import type { LinkRow, Results, TrafficRow } from '../../experiment/results.ts'
import { bitRate } from '../text/human.ts'
import { utilisation } from '../text/link-use.ts'
import { cellLabel } from './drawing/cells.ts'
import { foremostPlots } from './drawing/foremost.ts'
import { plotTitle, tip } from './drawing/marks.ts'
import type { Layer, Plot } from './drawing/marks.ts'
import { INK, LINE_COLOURS, MUTED, PLOT_WIDTH } from './drawing/theme.ts'
import { dateAxis } from './drawing/time-axis.ts'

const [MEAN_COLOUR = INK, BILLED_COLOUR = INK] = LINE_COLOURS
/** Columns of a plot; of more days each stretch shows its busiest. */
const MOST_DAYS = 180
const MOST_PLOTS = 8
const RATE_UNITS = [
  { divisor: 1e9, symbol: 'Gbit/s' },
  { divisor: 1e6, symbol: 'Mbit/s' },
  { divisor: 1e3, symbol: 'kbit/s' },
]
const DAY_S = 86_400

/**
 * The traffic of each day: its mean, and its busiest five minutes, beside the 95th percentile that carriers bill and the
 * capacity. One plot a cell and link, the busiest links only.
 */
export function trafficOverTime(
  results: Pick<Results, 'cells' | 'links' | 'traffic' | 'scenario'>,
): TopLevelSpec | undefined {
  const used = results.links.filter((row) => row.total_bytes > 0)
  const { shown, note } = foremostPlots(busiestOfCells(used), results, MOST_PLOTS)
  if (shown.length === 0 || results.traffic.length === 0) return undefined
  const rowsOf = Map.groupBy(results.traffic, (row) => JSON.stringify([row.strategy, row.topology, row.link]))
  const sums = shown.map(
    (row) =>
      `${cellLabel(row, results)}, ${row.link}: 95th percentile ${bitRate(row.p95_bytesPerSecond)}, peak ${bitRate(row.peak_bytesPerSecond)}, capacity ${bitRate(row.capacity_bytesPerSecond)}`,
  )
  return {
    title: {
      text: 'Traffic from day to day',
      subtitle: [
        'Bars: mean of each day. Line: the busiest five minutes of each day. Without incidents; for each cell its busiest link and direction.',
        'Dashed: 95th percentile of all five-minute means, as carriers bill. Dark line: capacity, where it is on the scale.',
        ...note,
      ],
    },
    description: `Traffic from day to day. ${sums.join('. ')}.`,
    vconcat: shown.map((link, index) =>
      plot(
        results,
        link,
        rowsOf.get(JSON.stringify([link.strategy, link.topology, link.link])) ?? [],
        index === shown.length - 1,
      ),
    ),
    spacing: 12,
  }
}

function busiestOfCells(links: readonly LinkRow[]): LinkRow[] {
  const cells = Map.groupBy(links, (row) => JSON.stringify([row.strategy, row.topology]))
  return [...cells.values()].flatMap((rows) =>
    rows.toSorted((a, b) => utilisation(b) - utilisation(a) || b.total_bytes - a.total_bytes).slice(0, 1),
  )
}

function plot(
  results: Pick<Results, 'cells' | 'scenario'>,
  link: LinkRow,
  days: readonly TrafficRow[],
  last: boolean,
): Plot {
  const cell = cellLabel(link, results)
  const { start } = results.scenario
  const ms = (day: number): number => (start + day * DAY_S) * 1000
  const capacity = link.capacity_bytesPerSecond * 8
  const limit = Number.isFinite(capacity) ? `, capacity ${bitRate(link.capacity_bytesPerSecond)}` : ''
  const words = `${cell}: ${link.link}, 95th percentile ${bitRate(link.p95_bytesPerSecond)}${limit}`
  const values = thinned(days).map((row) => ({
    middle: ms(row.day + 0.5),
    mean: row.mean_bytesPerSecond * 8,
    busiest: row.busiest_bytesPerSecond * 8,
    tip: words,
  }))
  const most = Math.max(1, link.p95_bytesPerSecond * 8, ...values.map((row) => row.busiest))
  const top = most * 1.08
  const { divisor, symbol } = RATE_UNITS.find((unit) => top >= unit.divisor) ?? { divisor: 1, symbol: 'bit/s' }
  const rates = [
    { at: link.p95_bytesPerSecond * 8, dash: [5, 3], colour: BILLED_COLOUR },
    ...(capacity <= top ? [{ at: capacity, dash: [1, 0], colour: INK }] : []),
  ]
  const { scale, axis } = dateAxis(start * 1000, ms((days.at(-1)?.day ?? 0) + 1))
  const x = {
    type: 'quantitative',
    scale,
    axis: last ? { ...axis, grid: false } : { ...axis, grid: false, labels: false, ticks: false, title: null },
  } as const
  const y = {
    type: 'quantitative',
    scale: { domain: [0, top] as number[], nice: false },
    axis: { title: null, tickCount: 3, labelExpr: `format(datum.value / ${divisor}, '~g') + ' ${symbol}'` },
  } as const
  const rules: Layer[] = rates.map(({ at, dash, colour }) => ({
    data: { values: [{ at }] },
    mark: { type: 'rule', color: colour, strokeDash: dash, strokeWidth: 1.5 },
    encoding: { y: { ...y, field: 'at' } },
  }))
  return {
    title: plotTitle(words),
    width: PLOT_WIDTH + 100,
    height: 70,
    data: { values },
    layer: [
      {
        mark: { type: 'area', color: MEAN_COLOUR, opacity: 0.55, interpolate: 'step' },
        encoding: { x: { ...x, field: 'middle' }, y: { ...y, field: 'mean', stack: null }, ...tip },
      },
      {
        mark: { type: 'line', color: MUTED, strokeWidth: 1.25 },
        encoding: { x: { ...x, field: 'middle' }, y: { ...y, field: 'busiest' } },
      },
      ...rules,
    ],
  }
}

/** The busiest day of each stretch of days, so that no peak is lost. */
function thinned(days: readonly TrafficRow[]): readonly TrafficRow[] {
  const stretch = Math.ceil(days.length / MOST_DAYS)
  if (stretch <= 1) return days
  const kept: TrafficRow[] = []
  for (let at = 0; at < days.length; at += stretch) {
    const own = days.slice(at, at + stretch)
    kept.push(own.reduce((most, row) => (row.busiest_bytesPerSecond > most.busiest_bytesPerSecond ? row : most)))
  }
  return kept
}
