import type { TopLevelSpec } from 'vega-lite'
import type { HazardSummary, Results } from '../../experiment/results.ts'
import { percent } from '../text/human.ts'
import { cellLabel, cellLabels, hazardLabel, hazardLabels, hazardsOfCells } from './drawing/cells.ts'
import { cellRows, hazardRows, labelColumn, strategyColour, tip } from './drawing/marks.ts'
import { PLOT_WIDTH, ROW_HEIGHT } from './drawing/theme.ts'

/** What is news: how likely at most while nothing was lost, how likely at least once everything was, else both. */
function likely({ share, ci95: [low, high] }: HazardSummary['lossProbability']): string {
  if (share === 0) return `at most ${percent(high, 2)}`
  if (share === 1) return `at least ${percent(low, 2)}`
  return `${percent(share)} (${percent(low, 2)} to ${percent(high, 2)})`
}

/** How likely each hazard is to leave nothing to restore, with what the number of drills allows to say. */
export function lossProbability(results: Pick<Results, 'cells'>): TopLevelSpec | undefined {
  const rows = hazardsOfCells(results).map(({ cell, hazard }) => {
    const [low, high] = hazard.lossProbability.ci95
    const { share } = hazard.lossProbability
    const names = { cell: cellLabel(cell, results), hazard: hazardLabel(hazard, results) }
    return {
      ...names,
      strategy: cell.strategy,
      share: share > 0 ? share : undefined,
      low: low > 0 ? low : undefined,
      high,
      label: `${hazard.lost} of ${hazard.n}: ${likely(hazard.lossProbability)}`,
    }
  })
  if (rows.length === 0) return undefined
  const least = Math.min(...rows.map((row) => row.low ?? row.high))
  const low = 10 ** Math.floor(Math.log10(least / 2))
  const values = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1].filter((tick) => tick >= low)
  const y = cellRows(cellLabels(results))
  const x = {
    type: 'quantitative',
    scale: { type: 'log', domain: [low, 1] as number[], nice: false },
    axis: {
      values,
      labelExpr: "format(datum.value * 100, '~g') + ' %'",
      title: 'probability that nothing can be restored (log scale)',
    },
  } as const
  const color = strategyColour(results)
  return {
    title: {
      text: 'How likely it is that everything is lost if the hazard strikes',
      subtitle: [
        'Point: share of the drills that lost everything. Bar: 95 % Wilson interval; without a loss it starts at zero, off the scale.',
      ],
    },
    description: `Probability of loss. ${rows.map(({ cell, hazard, label }) => `${cell} after ${hazard}: ${label}`).join('. ')}.`,
    data: {
      values: rows.map((row) => ({
        ...row,
        from: row.low ?? low,
        tip: `${row.cell} after ${row.hazard}: ${row.label}`,
      })),
    },
    facet: { row: hazardRows(hazardLabels(results)) },
    spec: {
      width: PLOT_WIDTH,
      height: { step: ROW_HEIGHT },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 6, opacity: 0.45 },
          encoding: { y, x: { ...x, field: 'from' }, x2: { field: 'high' }, color, ...tip },
        },
        {
          transform: [{ filter: 'isValid(datum.share)' }],
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { y, x: { ...x, field: 'share' }, color, ...tip },
        },
        labelColumn({ y, text: { field: 'label' }, ...tip }),
      ],
    },
  }
}
