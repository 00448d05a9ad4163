import type { TopLevelSpec } from 'vega-lite'
import type { Cell, Results } from '../../experiment/results.ts'
import { currencyOf } from '../text/currency.ts'
import { money, percent, shortDuration } from '../text/human.ts'
import { cellLabel } from './drawing/cells.ts'
import { labelsBeside, moneyAYear, moneyLabels, strategyColour, tip } from './drawing/marks.ts'
import type { Layer } from './drawing/marks.ts'
import { labelPlaces } from './drawing/label-places.ts'
import { rankedVerdicts } from '../text/verdict.ts'
import { paretoFront } from './drawing/pareto-front.ts'
import { GRID, MUTED, PAPER, PLOT_WIDTH } from './drawing/theme.ts'
import { timeAxis } from './drawing/time-axis.ts'
import type { TimeAxis } from './drawing/time-axis.ts'
import { worstLoss, worstOf } from '../../experiment/summary/worst-hazard.ts'

const WIDTH = PLOT_WIDTH + 130
const HEIGHT = 280
/** More do not fit beside one another. */
const MOST_LABELS = 14
const BANDS_HEIGHT = 14
/** The axis begins here or lower, so that the band beside that of backups is seen. */
const AXIS_FROM_S = 20 * 60

/**
 * What recovery strategies in the cloud promise, for both RPO and RTO.
 * Source: AWS, Disaster Recovery of Workloads on AWS (whitepaper, 2021), figure 6: real-time, minutes, tens of minutes,
 * hours. Where each begins in seconds is our reading of these words.
 */
const AWS_BANDS = [
  { name: 'multi-site: real time', short: 'multi-site', from_s: 0, to_s: 60 },
  { name: 'warm standby: minutes', short: 'warm standby', from_s: 60, to_s: 600 },
  { name: 'pilot light: tens of minutes', short: 'pilot light', from_s: 600, to_s: 3600 },
  { name: 'backup and restore: hours', short: 'backup and restore', from_s: 3600, to_s: 86_400 },
]

interface Point {
  readonly cell: string
  readonly strategy: string
  readonly mean_s: number
  readonly low_s: number
  readonly high_s: number
  readonly outlay_perYear: number
  readonly loses: boolean
  readonly n: number
  readonly tip: string
}

/**
 * What a smaller RPO or a shorter RTO costs: outlay a year against the mean of the worst hazard, with its confidence interval,
 * the Pareto front, and what AWS's classes of recovery strategies promise.
 */
export function costAgainst(results: Pick<Results, 'cells'>, measure: 'RPO' | 'RTO'): TopLevelSpec | undefined {
  const currency = currencyOf(results.cells)
  const points = pointsOf(results, measure)
  // Without prices there is nothing to weigh.
  if (points.every((point) => point.outlay_perYear === 0)) return undefined
  const most = Math.max(...points.map((point) => point.outlay_perYear)) * 1.15 || 1
  const ends_s = points.flatMap((point) => [point.low_s, point.high_s])
  const logarithmic = Math.min(...ends_s) > 0
  const { scale, axis } = timeAxis(
    logarithmic ? [AXIS_FROM_S, ...ends_s] : ends_s,
    `mean ${measure} of the worst hazard`,
    logarithmic ? { room: 0.3, logarithmic } : { room: 0.3, linear: true },
  )
  // A mean over what was not lost is no ground to call a strategy that loses everything efficient.
  const front = paretoFront(
    points.filter((point) => !point.loses),
    (point) => point.mean_s,
    (point) => point.outlay_perYear,
  )
  const ns = points.map((point) => point.n)
  const [least, greatest] = [Math.min(...ns), Math.max(...ns)]
  const x = { type: 'quantitative', scale, axis } as const
  const y = {
    type: 'quantitative',
    scale: { domain: [0, most] as number[], nice: false },
    axis: { title: `outlay, ${moneyAYear(currency)}`, labelExpr: moneyLabels(currency), tickCount: 6 },
  } as const
  const color = strategyColour(results)
  const better = measure === 'RPO' ? 'What losing less work costs' : 'What a shorter recovery costs'
  return {
    title: {
      text: better,
      subtitle: [
        `Point: mean ${measure} of the hazard and service for which it is largest, of what was not lost (n = ${least === greatest ? least : `${least} to ${greatest}`}), with its 95 % confidence interval.`,
        'Hollow: some drills lost everything. Line: Pareto front of those that lost nothing; better is down and to the left.',
        'Outlay without penalties. Bands: what classes of recovery strategies promise (AWS whitepaper, 2021).',
        ...(points.length > MOST_LABELS
          ? [
              `Named: the front, and those that meet the objectives or come nearest; ${MOST_LABELS} of ${points.length}.`,
            ]
          : []),
      ],
    },
    description: `Outlay against mean ${measure}. ${points.map((point) => point.tip).join('. ')}. Pareto front: ${front.map((point) => point.cell).join(', ') || 'none lost nothing'}.`,
    data: { values: withPlaces(points, labelled(points, front, results), front, scale, most) },
    width: WIDTH,
    height: HEIGHT,
    layer: [
      ...bands(scale.domain, x),
      ...frontLayers(front, scale.domain, most, { x, y }),
      {
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.5 },
        encoding: {
          x: { ...x, field: 'low_s' },
          x2: { field: 'high_s' },
          y: { ...y, field: 'outlay_perYear' },
          color,
          ...tip,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { x: { ...x, field: 'mean_s' }, y: { ...y, field: 'outlay_perYear' }, color, ...tip },
      },
      {
        transform: [{ filter: 'datum.loses' }],
        mark: { type: 'point', filled: true, size: 30, opacity: 1, color: PAPER },
        encoding: { x: { ...x, field: 'mean_s' }, y: { ...y, field: 'outlay_perYear' }, ...tip },
      },
      ...(['after', 'before'] as const).flatMap((side) =>
        labelsBeside(
          side,
          { x: { ...x, field: 'label_s' }, y: { ...y, field: 'label_perYear' }, text: { field: 'cell' }, ...tip },
          `datum.side === '${side}'`,
        ),
      ),
    ],
  }
}

function pointsOf(results: Pick<Results, 'cells'>, measure: 'RPO' | 'RTO'): Point[] {
  const currency = currencyOf(results.cells)
  return results.cells.flatMap((cell: Cell) => {
    const summary = worstOf(cell, measure === 'RPO' ? 'rpo' : 'rto')
    if (summary === undefined) return []
    const [low, high] = summary.ci95
    const { outlay_usdPerYear } = cell.cost
    return {
      cell: cellLabel(cell, results),
      strategy: cell.strategy,
      mean_s: summary.mean,
      // The interval of a mean is symmetric; what it covers outside the range of the sample cannot be.
      low_s: Math.max(low, summary.min),
      high_s: Math.min(high, summary.max),
      outlay_perYear: outlay_usdPerYear / currency.usd,
      loses: cell.loss.probability > 0,
      n: summary.n,
      tip: `${cellLabel(cell, results)}: ${money(outlay_usdPerYear, currency)} a year, mean ${measure} ${shortDuration(summary.mean)}, lost ${percent(worstLoss(cell))}`,
    }
  })
}

type Axes = { readonly x: object; readonly y: object }

/** A strip along the upper edge, with a line down where one class ends. */
function bands([low, high]: readonly [number, number], x: Axes['x']): Layer[] {
  // On a linear axis from 0 they would be slivers at its origin.
  if (low === 0) return []
  const shown = AWS_BANDS.filter(({ from_s, to_s }) => to_s > low && from_s < high).map((band) => {
    const [from_s, to_s] = [Math.max(low, band.from_s), Math.min(high, band.to_s)]
    // Half of it, in pixels, in characters of 6 pixels.
    const characters = (WIDTH * Math.log(to_s / from_s)) / Math.log(high / low) / 6
    const text = [band.name, band.short, ''].find((each) => each.length <= characters) ?? ''
    return { ...band, from_s, to_s, middle_s: Math.sqrt(from_s * to_s), text, inside: to_s < high }
  })
  const data = { values: shown }
  return [
    {
      data,
      mark: { type: 'rect', color: GRID, opacity: 0.75, stroke: PAPER, strokeWidth: 2 },
      encoding: {
        x: { ...x, field: 'from_s' },
        x2: { field: 'to_s' },
        y: { value: -BANDS_HEIGHT - 2 },
        y2: { value: -2 },
      },
    },
    {
      data,
      mark: { type: 'text', baseline: 'middle', fontSize: 10, color: MUTED },
      encoding: {
        x: { ...x, field: 'middle_s' },
        y: { value: -2 - BANDS_HEIGHT / 2 },
        text: { field: 'text' },
      },
    },
    {
      data,
      transform: [{ filter: 'datum.inside' }],
      mark: { type: 'rule', color: MUTED, strokeDash: [1, 3] },
      encoding: { x: { ...x, field: 'to_s' } },
    },
  ]
}

/** The front as a staircase, open to both sides: up from its fastest point, right from its cheapest. */
function frontLayers(
  front: readonly Point[],
  [, right]: readonly [number, number],
  most: number,
  { x, y }: Axes,
): Layer[] {
  const [fastest, cheapest] = [front.at(0), front.at(-1)]
  if (fastest === undefined || cheapest === undefined) return []
  const steps = front.map(({ mean_s, outlay_perYear }) => ({ mean_s, outlay_perYear }))
  const values = [
    { mean_s: fastest.mean_s, outlay_perYear: most },
    ...steps,
    { mean_s: right, outlay_perYear: cheapest.outlay_perYear },
  ].map((step, order) => ({ ...step, order }))
  return [
    {
      data: { values },
      mark: { type: 'line', interpolate: 'step-after', color: MUTED, strokeWidth: 1.25, strokeDash: [6, 3] },
      encoding: {
        x: { ...x, field: 'mean_s' },
        y: { ...y, field: 'outlay_perYear' },
        order: { field: 'order', type: 'quantitative' },
      },
    },
  ]
}

/** Which points have their name beside them: all, or the front and the first of the ranking. */
function labelled(points: readonly Point[], front: readonly Point[], results: Pick<Results, 'cells'>): Set<string> {
  const ranked = rankedVerdicts(results).map(({ cell }) => cellLabel(cell, results))
  const names = new Set([...front.map(({ cell }) => cell), ...ranked])
  return new Set([...names].filter((name) => points.some(({ cell }) => cell === name)).slice(0, MOST_LABELS))
}

/** The points, with places of their names in the units of the axes. */
function withPlaces(
  points: readonly Point[],
  named: ReadonlySet<string>,
  front: readonly Point[],
  { type, domain }: TimeAxis['scale'],
  most: number,
): (Point & { label_s?: number; label_perYear?: number; side?: string })[] {
  const along = type === 'log' ? Math.log : (value: number) => value
  const back = type === 'log' ? Math.exp : (value: number) => value
  const [left, right] = [along(domain[0]), along(domain[1])]
  const x = (value_s: number): number => ((along(value_s) - left) / (right - left)) * WIDTH
  const y = (perYear: number): number => (1 - perYear / most) * HEIGHT
  const pixels = (each: Point) => ({
    name: each.cell,
    x: x(each.mean_s),
    from: x(each.low_s),
    to: x(each.high_s),
    y: y(each.outlay_perYear),
  })
  const steps = front.flatMap((each, at) => {
    const [corner, next] = [pixels(each), front[at + 1]]
    const end = next === undefined ? WIDTH : x(next.mean_s)
    const top = at === 0 ? 0 : y(front[at - 1]!.outlay_perYear)
    return [
      { left: corner.x, right: end, top: corner.y, bottom: corner.y },
      { left: corner.x, right: corner.x, top, bottom: corner.y },
    ]
  })
  const [shown, others] = [points.filter(({ cell }) => named.has(cell)), points.filter(({ cell }) => !named.has(cell))]
  const places = labelPlaces(shown.map(pixels), points.map(pixels), steps, { width: WIDTH, height: HEIGHT })
  const labels = shown.map((point, at) => {
    const place = places[at]!
    return {
      ...point,
      label_s: back(left + (place.x / WIDTH) * (right - left)),
      label_perYear: (1 - place.y / HEIGHT) * most,
      side: place.side,
    }
  })
  return [...labels, ...others]
}
