import type { TopLevelSpec } from 'vega-lite'
import type { IncidentRow, Results } from '../../experiment/results.ts'
import { cellNames } from '../text/cell-names.ts'
import { percent } from '../text/human.ts'
import { cellLabel, hazardLabel, hazardLabels, incidentsByHazard } from './drawing/cells.ts'
import { curveLayers, MOST_CURVES } from './drawing/curves.ts'
import { foremostCells } from './drawing/foremost.ts'
import { objectiveRule, plotTitle } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { PLOT_WIDTH } from './drawing/theme.ts'
import { timeAxis } from './drawing/time-axis.ts'

/** More steps than this are not seen, but make the drawing large. */
const MOST_STEPS = 120
/** Hazards side by side. */
const COLUMNS = 2

/**
 * Empirical distribution of RPO or RTO: the share of all drills, lost ones included, with at most so much. A curve that ends
 * below 100 % has lost the rest.
 */
export function cumulativeDistribution(
  all: Pick<Results, 'cells' | 'incidents'>,
  measure: 'RPO' | 'RTO',
): TopLevelSpec | undefined {
  const { shown: results, note } = foremostCells(all, MOST_CURVES)
  const curves = curvesOf(results, measure)
  if (curves.every(({ steps }) => steps.length === 0)) return undefined
  const hazards = hazardLabels(results)
  const plots = hazards.map((hazard, index) => plot(results, measure, hazard, curves, index))
  const ns = curves.map(({ n }) => n)
  const [least, most] = [Math.min(...ns), Math.max(...ns)]
  const nameOf = cellNames(results.cells)
  const medians = curves.map(({ hazard, met, ...cell }) => {
    const within = met === undefined ? '' : `: ${percent(met)} within the objective`
    return `${nameOf(cell)} after ${hazard}${within}`
  })
  return {
    title: {
      text: `Distribution of the ${measure} achieved`,
      subtitle: [
        `Share of the drills whose ${measure} is no longer than the value below; n = ${least === most ? least : `${least} to ${most}`} per curve.`,
        'A curve that ends below 100 % lost the rest. Dashed vertical: objective. Where curves coincide, the thinner one lies on top.',
        ...note,
      ],
    },
    description: `Cumulative distribution of the ${measure}. ${medians.join('. ')}.`,
    columns: COLUMNS,
    concat: plots,
    spacing: { row: 22, column: 36 },
  }
}

interface Curve {
  readonly hazard: string
  readonly strategy: string
  readonly topology: string
  readonly n: number
  readonly objective_s: number | undefined
  /** Share within the objective. */
  readonly met: number | undefined
  readonly steps: readonly { readonly value_s: number; readonly share: number }[]
}

function curvesOf(results: Pick<Results, 'cells' | 'incidents'>, measure: 'RPO' | 'RTO'): Curve[] {
  const incidentsOf = incidentsByHazard(results.incidents)
  return results.cells.flatMap((cell) =>
    cell.hazards.map((summary) => {
      const rows = incidentsOf(cell, summary)
      const value = (row: IncidentRow): number | undefined => (measure === 'RPO' ? row.rpo_s : row.rto_s)
      const values = rows.map(value).filter((each) => each !== undefined)
      const objective_s = measure === 'RPO' ? summary.objectives.rpo_s : summary.objectives.rto_s
      const met = measure === 'RPO' ? summary.rpoMet.share : summary.rtoMet.share
      const limited = Number.isFinite(objective_s)
      return {
        hazard: hazardLabel(summary, results),
        strategy: cell.strategy,
        topology: cell.topology,
        n: rows.length,
        objective_s: limited ? objective_s : undefined,
        met: limited ? met : undefined,
        steps: stepsOf(values, rows.length),
      }
    }),
  )
}

/** Steps of the empirical distribution function, thinned evenly; the first and the last stay. */
function stepsOf(values: readonly number[], n: number): { value_s: number; share: number }[] {
  const sorted = values.toSorted((a, b) => a - b)
  const [first] = sorted
  if (first === undefined) return []
  const steps = [{ value_s: first, share: 0 }]
  const every = Math.max(1, sorted.length / MOST_STEPS)
  for (let at = every; Math.round(at) <= sorted.length; at += every) {
    const index = Math.round(at) - 1
    steps.push({ value_s: sorted[index] ?? first, share: (index + 1) / n })
  }
  return steps
}

function plot(
  results: Pick<Results, 'cells'>,
  measure: string,
  hazard: string,
  curves: readonly Curve[],
  index: number,
): Plot {
  const own = curves.filter((curve) => curve.hazard === hazard)
  const points = own.flatMap(({ strategy, topology, steps, n, met }) => {
    const within = met === undefined ? '' : `, ${percent(met)} within the objective`
    const words = `${cellLabel({ strategy, topology }, results)} after ${hazard}: n = ${n}${within}`
    return steps.map((step) => ({ strategy, topology, ...step, tip: words }))
  })
  const objectives = own.flatMap(({ objective_s }) => (objective_s === undefined ? [] : [{ objective_s }]))
  const ends_s = [...points.map((point) => point.value_s), ...objectives.map((each) => each.objective_s)]
  // The least of many values may be tiny; what matters is whether the lower quarter would be squeezed.
  const sorted = ends_s.toSorted((a, b) => a - b)
  const linear = (sorted.at(-1) ?? 0) <= 40 * (sorted[Math.floor(sorted.length / 4)] ?? 0)
  const { scale, axis } = timeAxis(ends_s, `${measure} achieved`, { linear })
  const x = { type: 'quantitative', scale, axis: { ...axis, grid: false } } as const
  return {
    title: plotTitle(hazard),
    data: { values: [...points, ...objectives] },
    width: (PLOT_WIDTH + 170 - 36) / COLUMNS,
    height: 150,
    layer: [
      ...objectiveRule({ x: { ...x, field: 'objective_s', aggregate: 'max' } }, 'isValid(datum.objective_s)'),
      ...curveLayers(
        results,
        {
          x: { ...x, field: 'value_s' },
          y: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], nice: false },
            axis: {
              labelExpr: "format(datum.value * 100, 'd') + ' %'",
              values: [0, 0.25, 0.5, 0.75, 1],
              title: index % COLUMNS === 0 ? 'share of drills' : null,
            },
          },
        },
        'step-after',
      ),
    ],
  }
}
