import type { TopLevelSpec } from 'vega-lite'
import type { Results, Summary } from '../../experiment/results.ts'
import { shortDuration } from '../text/human.ts'
import { cellLabel, cellLabels, drillCount, hazardLabel, hazardLabels, hazardsOfCells } from './drawing/cells.ts'
import { behindLine } from './drawing/label-places.ts'
import { cellRows, hazardRows, labelsAfter, objectiveRule, strategyColour, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { ROW_HEIGHT } from './drawing/theme.ts'
import { timeAxis } from './drawing/time-axis.ts'

/** RPO and RTO of every strategy and topology after every hazard, beside the objectives. */
export function rpoRtoByStrategy(results: Pick<Results, 'cells'>): TopLevelSpec | undefined {
  const panels = (['RPO', 'RTO'] as const).map((measure) => panel(results, measure))
  const [rpo, rto] = panels
  if (rpo === undefined || rto === undefined) return undefined
  return {
    title: {
      text: 'RPO and RTO achieved, by strategy and hazard',
      subtitle: [
        `Point: mean of the drills that were not lost, with its 95 % confidence interval (bar); ${drillCount(results)} drills a row.`,
        'Thin line: least to greatest. Tick: 95th percentile. Dashed: objective. Lost: nothing could be restored.',
      ],
    },
    description: describe(results),
    hconcat: [rpo, rto],
    spacing: 30,
  }
}

/** Width of a panel, in pixels. */
const WIDTH = 290

interface Row {
  readonly cell: string
  readonly strategy: string
  readonly hazard: string
  readonly objective_s: number | undefined
  readonly mean_s: number
  readonly low_s: number
  readonly high_s: number
  readonly min_s: number
  readonly p95_s: number
  readonly max_s: number
  readonly label: string
  readonly tip: string
}

function rowsOf(results: Pick<Results, 'cells'>, measure: 'RPO' | 'RTO'): Row[] {
  return hazardsOfCells(results).flatMap(({ cell, hazard }) => {
    const summary: Summary | undefined = measure === 'RPO' ? hazard.rpo : hazard.rto
    if (summary === undefined) return []
    const lost = hazard.lost === 0 ? '' : `, ${hazard.lost} of ${hazard.n} lost`
    const objective_s = measure === 'RPO' ? hazard.objectives.rpo_s : hazard.objectives.rto_s
    const [low, high] = summary.ci95
    return {
      cell: cellLabel(cell, results),
      strategy: cell.strategy,
      hazard: hazardLabel(hazard, results),
      objective_s: Number.isFinite(objective_s) ? objective_s : undefined,
      mean_s: summary.mean,
      // The interval of a mean is symmetric; what it covers outside the range of the sample cannot be.
      low_s: Math.max(low, summary.min),
      high_s: Math.min(high, summary.max),
      min_s: summary.min,
      p95_s: summary.p95,
      max_s: summary.max,
      label: `${shortDuration(summary.mean)}${lost}`,
      tip: `${cellLabel(cell, results)} after ${hazardLabel(hazard, results)}: ${measure} mean ${shortDuration(summary.mean)} (95 % interval ${shortDuration(Math.max(0, low))} to ${shortDuration(high)}), p95 ${shortDuration(summary.p95)}, worst ${shortDuration(summary.max)}, n = ${summary.n}${lost}`,
    }
  })
}

/** Rows without a figure, because nothing was left to restore. */
function lostRowsOf(results: Pick<Results, 'cells'>) {
  return hazardsOfCells(results)
    .filter(({ hazard }) => hazard.n > 0 && hazard.lost === hazard.n)
    .map(({ cell, hazard }) => {
      const names = { cell: cellLabel(cell, results), hazard: hazardLabel(hazard, results) }
      const lost = hazard.n === 1 ? 'lost' : `all ${hazard.n} lost`
      return { ...names, lost, tip: `${names.cell} after ${names.hazard}: ${lost}` }
    })
}

function panel(results: Pick<Results, 'cells'>, measure: 'RPO' | 'RTO'): Plot | undefined {
  const rows = rowsOf(results, measure)
  if (rows.length === 0) return undefined
  const values = rows.flatMap((row) => [
    row.min_s,
    row.max_s,
    ...(row.objective_s === undefined ? [] : [row.objective_s]),
  ])
  const room = rows.some(({ label }) => label.includes('lost')) ? 0.3 : 0.2
  const { scale, axis } = timeAxis(values, `${measure} achieved`, { room })
  const rows_y = cellRows(cellLabels(results))
  const y = measure === 'RPO' ? rows_y : { ...rows_y, axis: { labels: false } }
  const x = { type: 'quantitative', scale, axis } as const
  const color = strategyColour(results)
  return {
    data: {
      values: [
        ...rows.map((row) => ({
          ...row,
          label_s: behindLine(row.max_s, row.objective_s, row.label, { scale }, WIDTH),
        })),
        ...lostRowsOf(results),
      ],
    },
    facet: { row: hazardRows(hazardLabels(results)) },
    spec: {
      width: WIDTH,
      height: { step: ROW_HEIGHT },
      layer: [
        ...objectiveRule({ x: { ...x, aggregate: 'max', field: 'objective_s' } }),
        {
          mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.55 },
          encoding: { y, x: { ...x, field: 'min_s' }, x2: { field: 'max_s' }, color, ...tip },
        },
        {
          mark: { type: 'rule', strokeWidth: 6, opacity: 0.45 },
          encoding: { y, x: { ...x, field: 'low_s' }, x2: { field: 'high_s' }, color, ...tip },
        },
        { mark: { type: 'tick', thickness: 2, size: 12 }, encoding: { y, x: { ...x, field: 'p95_s' }, color, ...tip } },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { y, x: { ...x, field: 'mean_s' }, color, ...tip },
        },
        ...labelsAfter({ y, x: { ...x, field: 'label_s' }, text: { field: 'label' }, ...tip }, 'isValid(datum.label)'),
        ...labelsAfter({ y, x: { value: 0 }, text: { field: 'lost' }, ...tip }, 'isValid(datum.lost)'),
      ],
    },
  }
}

function describe(results: Pick<Results, 'cells'>): string {
  const lines = hazardsOfCells(results).map(({ cell, hazard }) => {
    const { rpo, rto } = hazard
    const figures = `mean RPO ${shortDuration(rpo?.mean)}, mean RTO ${shortDuration(rto?.mean)}`
    return `${cellLabel(cell, results)} after ${hazardLabel(hazard, results)}: ${figures}`
  })
  return `Mean RPO and RTO by strategy and hazard. ${lines.join('. ')}.`
}
