import type { TopLevelSpec } from 'vega-lite'
import type { PointRow, Results } from '../../experiment/results.ts'
import { count, instant } from '../text/human.ts'
import { cellLabel, cellLabels } from './drawing/cells.ts'
import { cellRows, plotTitle, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { AREA_COLOURS, CONSEQUENCE_COLOUR, GRID, PAPER, PLOT_WIDTH } from './drawing/theme.ts'
import { dateAxis } from './drawing/time-axis.ts'

const DAY_S = 86_400
/** With more columns a day would be thinner than it can be seen. */
const MOST_DAYS = 366
const ROW_HEIGHT = 18
/** Others lean on it, or a lock holds it, or the next run will forget it. */
const BEYOND_POLICY = 'no rule'
/** The rules of all dialects, from short to long retention. */
const RULES = ['newest', 'last', 'within', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly']

interface Day {
  readonly cell: string
  readonly from: number
  readonly to: number
  readonly rule: string
  readonly tip: string
}

/**
 * Which days can still be restored at the horizon, and which rule of the retention policy keeps them. One plot a dataset and
 * store, one row a cell; the last year.
 */
export function retentionCalendar(results: Pick<Results, 'cells' | 'points' | 'scenario'>): TopLevelSpec | undefined {
  if (results.points.length === 0) return undefined
  const groups = [...Map.groupBy(results.points, ({ dataset, store }) => `${dataset} at ${store}`)]
  const firstDay = Math.max(0, Math.ceil(results.scenario.horizon_s / DAY_S) - MOST_DAYS)
  const plots = groups.map(([name, rows], index) => plot(results, name, rows, firstDay, index === groups.length - 1))
  const rules = [...new Set(plots.flatMap(({ days }) => days.map((day) => day.rule)))]
  rules.sort((a, b) => orderOf(a) - orderOf(b))
  const sums = groups.flatMap(([name, rows]) =>
    [...Map.groupBy(rows, (row) => cellLabel(row, results))].map(([cell, own]) => {
      const kept = own.filter((row) => row.forgotten_s === undefined).length
      return `${cell}, ${name}: ${count(kept)} of ${count(own.length)} points are kept`
    }),
  )
  return {
    title: {
      text: 'Which days can still be restored at the end, and why',
      subtitle: [
        'Coloured: a day with a recovery point that is kept; the colour is the longest-lived rule that keeps it. Pale: the points of that day were forgotten.',
        'No rule: other points need it, it is locked, or the next run will forget it. At the end of the simulated time, without incidents.',
        `At the right: points kept of points made.${firstDay > 0 ? ' The last year of the time simulated.' : ''}`,
      ],
    },
    description: `Recovery points kept. ${sums.join('. ')}.`,
    vconcat: plots.map(({ spec }) => spec(rules)),
    spacing: 12,
  }
}

function plot(
  results: Pick<Results, 'cells' | 'scenario'>,
  name: string,
  rows: readonly PointRow[],
  firstDay: number,
  last: boolean,
): { days: Day[]; spec: (rules: readonly string[]) => Plot } {
  const { start, horizon_s } = results.scenario
  const ms = (day: number): number => (start + day * DAY_S) * 1000
  const days: Day[] = []
  const forgotten: Day[] = []
  const totals: { cell: string; text: string }[] = []
  for (const [cell, own] of Map.groupBy(rows, (row) => cellLabel(row, results))) {
    const kept = own.filter((row) => row.forgotten_s === undefined)
    totals.push({ cell, text: `${count(kept.length)} of ${count(own.length)}` })
    for (const [day, points] of Map.groupBy(own, (row) => Math.floor(row.cut_s / DAY_S))) {
      if (day < firstDay) continue
      const here = points.filter((row) => row.forgotten_s === undefined)
      const place = { cell, from: ms(day), to: ms(day + 1) }
      const date = instant(start + day * DAY_S).slice(0, 10)
      if (here.length === 0)
        forgotten.push({ ...place, rule: '', tip: `${cell}: the points of these days are forgotten` })
      else {
        const reasons = [...new Set(here.map((row) => row.reason))].join('; ')
        days.push({ ...place, rule: longestRule(reasons), tip: `${cell}: ${date} is kept: ${reasons}` })
      }
    }
  }
  const labels = cellLabels(results).filter((label) => totals.some(({ cell }) => cell === label))
  const { scale, axis } = dateAxis(ms(firstDay), ms(horizon_s / DAY_S))
  const x = {
    type: 'quantitative',
    scale,
    axis: last ? { ...axis, grid: false } : { ...axis, grid: false, labels: false, ticks: false, title: null },
  } as const
  const y = cellRows(labels)
  const spans = { x: { ...x, field: 'from' }, x2: { field: 'to' } }
  return {
    days,
    spec: (rules) => ({
      title: plotTitle(name),
      width: PLOT_WIDTH,
      height: labels.length * ROW_HEIGHT,
      layer: [
        {
          data: { values: joined(forgotten) },
          mark: { type: 'bar', height: ROW_HEIGHT - 5, color: GRID },
          encoding: { y, ...spans, ...tip },
        },
        {
          data: { values: days },
          mark: { type: 'bar', height: ROW_HEIGHT - 5, stroke: PAPER, strokeWidth: 0.5 },
          encoding: {
            y,
            ...spans,
            color: {
              field: 'rule',
              type: 'nominal',
              scale: { domain: [...rules], range: rules.map(colourOf) },
              legend: { orient: 'top', title: 'kept by', columns: 8, symbolType: 'square' },
            },
            ...tip,
          },
        },
        {
          data: { values: totals },
          mark: { type: 'text', align: 'left', dx: 8 },
          encoding: { y, x: { value: 'width' }, text: { field: 'text' } },
        },
      ],
    }),
  }
}

/** Days of one cell that follow one another, as one. */
function joined(days: readonly Day[]): Day[] {
  const spans: Day[] = []
  for (const day of days.toSorted((a, b) => (a.cell === b.cell ? a.from - b.from : a.cell < b.cell ? -1 : 1))) {
    const last = spans.at(-1)
    if (last !== undefined && last.cell === day.cell && last.to === day.from)
      spans[spans.length - 1] = { ...last, to: day.to }
    else spans.push(day)
  }
  return spans
}

/** 'daily snapshot #3' of Proxmox and '1y weekly' of others name the rule in their own words: the rule is found within. */
function longestRule(reasons: string): string {
  return RULES.findLast((rule) => reasons.includes(rule)) ?? BEYOND_POLICY
}

function orderOf(rule: string): number {
  const index = RULES.indexOf(rule)
  return index === -1 ? RULES.length : index
}

function colourOf(rule: string): string {
  return RULES.includes(rule) ? (AREA_COLOURS[orderOf(rule)] ?? CONSEQUENCE_COLOUR) : CONSEQUENCE_COLOUR
}
