import type { TopLevelSpec } from 'vega-lite'
import type { Cell } from '../../experiment/results.ts'
import { currencyOf } from '../text/currency.ts'
import { money, shortMoney } from '../text/human.ts'
import { cellLabel, cellLabels } from './drawing/cells.ts'
import { cellRows, labelsAfter, moneyAYear, moneyLabels, tip } from './drawing/marks.ts'
import { AREA_COLOURS, CONSEQUENCE_COLOUR, PAPER, PLOT_WIDTH, ROW_HEIGHT } from './drawing/theme.ts'

/** From what is always paid to what is paid only when something happens. */
const CATEGORIES = ['equipment', 'links', 'storage', 'requests', 'retrieval', 'egress', 'penalty']

/** What each strategy costs a year, by category, with the expected penalty. */
export function costByCategory(results: {
  readonly cells: readonly Pick<Cell, 'strategy' | 'topology' | 'cost'>[]
}): TopLevelSpec | undefined {
  const currency = currencyOf(results.cells)
  const rows = results.cells.flatMap((cell) => {
    const entries = Object.entries(cell.cost.byCategory_usdPerYear).filter(([, usd]) => usd > 0)
    return entries.map(([category, usdPerYear]) => ({
      cell: cellLabel(cell, results),
      category,
      order: orderOf(category),
      perYear: usdPerYear / currency.usd,
      tip: `${cellLabel(cell, results)}: ${category} ${money(usdPerYear, currency)} a year`,
    }))
  })
  if (rows.length === 0) return undefined
  const totals = results.cells.map((cell) => ({
    cell: cellLabel(cell, results),
    total_perYear: cell.cost.total_usdPerYear / currency.usd,
    label: `${shortMoney(cell.cost.total_usdPerYear, currency)}, outlay ${shortMoney(cell.cost.outlay_usdPerYear, currency)}`,
  }))
  const categories = [...new Set(rows.map((row) => row.category))].sort((a, b) => orderOf(a) - orderOf(b))
  const most = Math.max(...totals.map((total) => total.total_perYear))
  const y = cellRows(cellLabels(results))
  const x = {
    type: 'quantitative',
    scale: { domain: [0, most * 1.35] as number[], nice: false },
    axis: { title: moneyAYear(currency), labelExpr: moneyLabels(currency), tickCount: 6 },
  } as const
  return {
    title: {
      text: 'Cost a year, by category',
      subtitle: [
        'Outlay as simulated, scaled to a year; penalty: for each hazard, its rate times the mean penalty of its drills.',
        'The cost of losing a service for good is unknown and not included.',
      ],
    },
    description: `Cost a year. ${results.cells
      .map(
        ({ strategy, topology, cost }) =>
          `${cellLabel({ strategy, topology }, results)}: ${money(cost.total_usdPerYear, currency)}, of it outlay ${money(cost.outlay_usdPerYear, currency)}`,
      )
      .join('. ')}.`,
    data: { values: [...rows, ...totals] },
    width: PLOT_WIDTH,
    height: { step: ROW_HEIGHT + 6 },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.category)' }],
        mark: { type: 'bar', height: 16, stroke: PAPER, strokeWidth: 0.75 },
        encoding: {
          y,
          x: { ...x, field: 'perYear', stack: 'zero' },
          order: { field: 'order', type: 'quantitative' },
          ...tip,
          color: {
            field: 'category',
            type: 'nominal',
            scale: { domain: categories, range: categories.map(colourOf) },
            legend: { orient: 'top', title: null, columns: 8, symbolType: 'square' },
          },
        },
      },
      ...labelsAfter(
        { y, x: { ...x, field: 'total_perYear' }, text: { field: 'label' } },
        'isValid(datum.total_perYear)',
      ),
    ],
  }
}

function orderOf(category: string): number {
  const index = CATEGORIES.indexOf(category)
  return index === -1 ? CATEGORIES.length : index
}

function colourOf(category: string): string {
  return category === 'penalty'
    ? CONSEQUENCE_COLOUR
    : (AREA_COLOURS[orderOf(category) % AREA_COLOURS.length] ?? CONSEQUENCE_COLOUR)
}
