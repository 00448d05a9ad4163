import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { money, percent, shortDuration } from '../human.ts'
import { cellLabel, strategiesOf } from './cells.ts'
import { labelsAfter } from './marks.ts'
import { LINE_COLOURS, PAPER, PLOT_WIDTH } from './theme.ts'
import { timeAxis } from './time-axis.ts'

const HEIGHT = 280
/** Least distance of two labels that would otherwise lie on each other, in pixels. */
const LABEL_HEIGHT = 15

/** What a shorter recovery costs: outlay a year against the mean RTO over all hazards, with its confidence interval. */
export function costAgainstRto(results: Pick<Results, 'cells'>): TopLevelSpec | undefined {
  const points = results.cells.flatMap((cell) => {
    if (cell.rto === undefined) return []
    const [low, high] = cell.rto.ci95
    return {
      cell: cellLabel(cell, results),
      strategy: cell.strategy,
      mean_s: cell.rto.mean,
      low_s: Math.max(low, cell.rto.min),
      high_s: Math.min(high, cell.rto.max),
      outlay_usdPerYear: cell.cost.outlay_usdPerYear,
      loses: cell.loss.probability > 0,
      n: cell.rto.n,
    }
  })
  if (points.length === 0) return undefined
  const most = Math.max(...points.map((point) => point.outlay_usdPerYear)) * 1.15 || 1
  const { scale, axis } = timeAxis(
    points.flatMap((point) => [point.low_s, point.high_s]),
    'mean RTO over all hazards',
    { room: 0.35 },
  )
  const labels = dodge(points, most)
  const ns = points.map((point) => point.n)
  const x = { type: 'quantitative', scale, axis } as const
  const y = {
    type: 'quantitative',
    scale: { domain: [0, most] as number[], nice: false },
    axis: { title: 'outlay, US dollars a year', labelExpr: "'$' + format(datum.value, '~s')", tickCount: 6 },
  } as const
  const color = {
    field: 'strategy',
    type: 'nominal',
    scale: { domain: strategiesOf(results), range: LINE_COLOURS },
    legend: null,
  } as const
  return {
    title: {
      text: 'What a shorter recovery costs',
      subtitle: [
        `Point: mean RTO of the drills of all hazards that were not lost (n = ${Math.min(...ns)} to ${Math.max(...ns)}), with its 95 % confidence interval.`,
        'Hollow: some drills lost everything. Better is down and to the left. Penalties are not in the outlay.',
      ],
    },
    description: `Outlay against mean RTO. ${results.cells
      .map(
        (cell) =>
          `${cellLabel(cell, results)}: ${money(cell.cost.outlay_usdPerYear)} a year, mean RTO ${shortDuration(cell.rto?.mean)}, lost ${percent(cell.loss.probability)}`,
      )
      .join('. ')}.`,
    data: { values: labels },
    width: PLOT_WIDTH + 130,
    height: HEIGHT,
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.5 },
        encoding: {
          x: { ...x, field: 'low_s' },
          x2: { field: 'high_s' },
          y: { ...y, field: 'outlay_usdPerYear' },
          color,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { x: { ...x, field: 'mean_s' }, y: { ...y, field: 'outlay_usdPerYear' }, color },
      },
      {
        transform: [{ filter: 'datum.loses' }],
        mark: { type: 'point', filled: true, size: 30, opacity: 1, color: PAPER },
        encoding: { x: { ...x, field: 'mean_s' }, y: { ...y, field: 'outlay_usdPerYear' } },
      },
      ...labelsAfter({
        x: { ...x, field: 'label_s' },
        y: { ...y, field: 'label_usdPerYear' },
        text: { field: 'cell' },
      }),
    ],
  }
}

interface Labelled {
  readonly high_s: number
  readonly outlay_usdPerYear: number
}

/**
 * Moves labels apart that would overlap, upwards from the lowest, and lines them up at the right end of their group;
 * Vega-Lite does neither. Positions are in data units.
 */
function dodge<Point extends Labelled>(
  points: readonly Point[],
  most: number,
): (Point & { label_usdPerYear: number; label_s: number })[] {
  const step = (LABEL_HEIGHT / HEIGHT) * most
  const groups: { point: Point; label_usdPerYear: number }[][] = []
  let below = -Infinity
  for (const point of points.toSorted((a, b) => a.outlay_usdPerYear - b.outlay_usdPerYear)) {
    const crowded = point.outlay_usdPerYear < below + step
    below = crowded ? below + step : point.outlay_usdPerYear
    const label = { point, label_usdPerYear: below }
    if (crowded) groups.at(-1)?.push(label)
    else groups.push([label])
  }
  return groups.flatMap((group) => {
    const label_s = Math.max(...group.map(({ point }) => point.high_s))
    return group.map(({ point, label_usdPerYear }) => ({ ...point, label_usdPerYear, label_s }))
  })
}
