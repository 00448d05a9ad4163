import type { TopLevelSpec } from 'vega-lite'
import type { PointRow, Results } from '../../experiment/results.ts'
import { percent, shortDuration } from '../text/human.ts'
import { cellLabel } from './drawing/cells.ts'
import { foremostPlots } from './drawing/foremost.ts'
import { objectiveRule, plotTitle, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { INK, LINE_COLOURS, PLOT_WIDTH } from './drawing/theme.ts'
import { dateAxis, timeAxis } from './drawing/time-axis.ts'

const [COLOUR = INK] = LINE_COLOURS
/** Beyond this a tooth is too thin to be seen, and each stretch shows from which to which age it goes. */
const MOST_TEETH = 90
const STRETCHES = 230
const MOST_PLOTS = 10

/** The age of the newest recovery point over one stretch of time: it grows from `low_s` to `high_s`. */
interface Tooth {
  readonly from_s: number
  readonly to_s: number
  readonly low_s: number
  readonly high_s: number
}

/**
 * Exposure: what would be lost if, at this instant, everything but one store were destroyed, which is the age of the
 * newest recovery point that is durable there. Exact at every instant, nothing is sampled. One plot for each cell,
 * dataset and store.
 */
export function exposureOverTime(results: Pick<Results, 'cells' | 'points' | 'scenario'>): TopLevelSpec | undefined {
  const groups = Map.groupBy(results.points, (row) =>
    JSON.stringify([row.strategy, row.topology, row.dataset, row.store]),
  )
  const { horizon_s } = results.scenario
  const { shown, note } = foremostPlots(
    [...groups.values()].flatMap((points) => points.slice(0, 1)),
    results,
    MOST_PLOTS,
  )
  const curves = shown.flatMap((first) => {
    const key = JSON.stringify([first.strategy, first.topology, first.dataset, first.store])
    const teeth = teethOf(groups.get(key) ?? [], horizon_s)
    if (teeth.length === 0) return []
    const name = `${cellLabel(first, results)}: ${first.dataset} at ${first.store}`
    return { name, cell: cellLabel(first, results), teeth, ...measuresOf(teeth) }
  })
  if (curves.length === 0) return undefined
  const objectives = [
    ...new Set(
      results.cells.flatMap((cell) => cell.hazards.map((row) => row.objectives.rpo_s)).filter(Number.isFinite),
    ),
  ]
  const words = (curve: (typeof curves)[number]): string =>
    `${curve.name}: mean ${shortDuration(curve.mean_s)}, p95 ${shortDuration(curve.p95_s)}, at worst ${shortDuration(curve.max_s)}`
  return {
    title: {
      text: 'Exposure: how much work would be lost at each moment',
      subtitle: [
        'Age of the newest recovery point that is durable at a store, if only that store were left. Without incidents, from the first point on.',
        'Exact at every moment, not sampled; statistics are weighted by time (p95: not exceeded for 95 % of it). Dashed: RPO objective.',
        ...(curves.some(({ teeth }) => teeth.length > MOST_TEETH)
          ? ['Where points follow one another too closely to be seen: the band from the least to the greatest age.']
          : []),
        ...note,
      ],
    },
    description: `Exposure. ${curves.map(words).join('. ')}.`,
    vconcat: curves.map((curve, index) => plot(results, curve, words(curve), objectives, index === curves.length - 1)),
    spacing: 10,
  }
}

/** The saw of ages: it grows with time and falls when a newer point becomes durable. */
function teethOf(points: readonly PointRow[], horizon_s: number): Tooth[] {
  const arrivals = points.toSorted((a, b) => a.durable_s - b.durable_s)
  const teeth: Tooth[] = []
  let newest_s = -Infinity
  let since_s = 0
  const close = (to_s: number): void => {
    if (newest_s === -Infinity || to_s <= since_s) return
    teeth.push({ from_s: since_s, to_s, low_s: since_s - newest_s, high_s: to_s - newest_s })
  }
  for (const { cut_s, durable_s } of arrivals) {
    if (cut_s <= newest_s) continue
    close(durable_s)
    newest_s = cut_s
    since_s = durable_s
  }
  close(horizon_s)
  return teeth
}

/** Share of the time at which the exposure is at most `limit_s`. */
function shareWithin(teeth: readonly Tooth[], limit_s: number): number {
  let within_s = 0
  let all_s = 0
  for (const { low_s, high_s } of teeth) {
    all_s += high_s - low_s
    within_s += Math.min(Math.max(limit_s - low_s, 0), high_s - low_s)
  }
  return within_s / all_s
}

function measuresOf(teeth: readonly Tooth[]): { mean_s: number; p95_s: number; max_s: number } {
  let all_s = 0
  let area = 0
  for (const { low_s, high_s } of teeth) {
    all_s += high_s - low_s
    area += ((high_s - low_s) * (low_s + high_s)) / 2
  }
  const max_s = Math.max(...teeth.map((tooth) => tooth.high_s))
  // The share grows with the limit: halve the interval until it is a second wide.
  let [low_s, high_s] = [0, max_s]
  while (high_s - low_s > 1) {
    const middle_s = (low_s + high_s) / 2
    if (shareWithin(teeth, middle_s) < 0.95) low_s = middle_s
    else high_s = middle_s
  }
  return { mean_s: area / all_s, p95_s: high_s, max_s }
}

function plot(
  results: Pick<Results, 'scenario'>,
  curve: { readonly cell: string; readonly teeth: readonly Tooth[]; readonly max_s: number },
  title: string,
  objectives: readonly number[],
  last: boolean,
): Plot {
  const { start, horizon_s } = results.scenario
  const ms = (seconds: number): number => (start + seconds) * 1000
  const dense = curve.teeth.length > MOST_TEETH
  const values = dense
    ? stretchesOf(curve.teeth, horizon_s).map(({ from_s, low_s, high_s }) => ({
        at: ms(from_s),
        least_s: low_s,
        exposure_s: high_s,
        tip: title,
      }))
    : curve.teeth.flatMap(({ from_s, to_s, low_s, high_s }) => [
        { at: ms(from_s), least_s: 0, exposure_s: low_s, tip: title },
        { at: ms(to_s), least_s: 0, exposure_s: high_s, tip: title },
      ])
  const dates = dateAxis(ms(0), ms(horizon_s))
  const ages = timeAxis([curve.max_s, ...objectives.filter((limit_s) => limit_s < 3 * curve.max_s)], '', {
    linear: true,
  })
  const x = {
    type: 'quantitative',
    scale: dates.scale,
    axis: last
      ? { ...dates.axis, grid: false }
      : { ...dates.axis, grid: false, labels: false, ticks: false, title: null },
  } as const
  const y = {
    type: 'quantitative',
    scale: ages.scale,
    axis: {
      ...ages.axis,
      values: every(ages.axis.values, 4),
      title: ages.axis.title.trim().replace(/^\((.*)\)$/, '$1'),
    },
  } as const
  const [, top_s] = ages.scale.domain
  const shown = objectives.filter((limit_s) => limit_s <= top_s).map((objective_s) => ({ objective_s }))
  const met = shown.map(
    ({ objective_s }) => `; ${percent(shareWithin(curve.teeth, objective_s))} within ${shortDuration(objective_s)}`,
  )
  return {
    title: plotTitle(`${title}${met.join('')}`),
    width: PLOT_WIDTH + 130,
    height: 60,
    layer: [
      {
        data: { values },
        mark: { type: 'area', color: COLOUR, opacity: 0.35, line: { color: COLOUR, strokeWidth: 1 } },
        encoding: {
          x: { ...x, field: 'at' },
          y: { ...y, field: 'exposure_s', stack: null },
          y2: { field: 'least_s' },
          ...tip,
        },
      },
      ...objectiveRule({ y: { ...y, field: 'objective_s' } }).map((layer) => ({ ...layer, data: { values: shown } })),
    ],
  }
}

function every(values: readonly number[], most: number): number[] {
  const step = Math.ceil(values.length / most)
  return values.filter((_, index) => index % step === 0)
}

/** The least and the greatest age of each stretch of time, so that no peak is lost. */
function stretchesOf(teeth: readonly Tooth[], horizon_s: number): Tooth[] {
  const first_s = teeth[0]?.from_s ?? 0
  const length_s = (horizon_s - first_s) / STRETCHES
  // The last tooth is cut off by the horizon; alone it would look like an improvement.
  const groups = Map.groupBy(teeth.slice(0, -1), ({ from_s }) => Math.floor((from_s - first_s) / length_s))
  return [...groups].map(([index, own]) => ({
    from_s: first_s + index * length_s,
    to_s: first_s + (index + 1) * length_s,
    low_s: Math.min(...own.map((tooth) => tooth.low_s)),
    high_s: Math.max(...own.map((tooth) => tooth.high_s)),
  }))
}
