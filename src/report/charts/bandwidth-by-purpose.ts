import type { TopLevelSpec } from 'vega-lite'
import type { LinkRow, Results } from '../../experiment/results.ts'
import { bytes } from '../text/human.ts'
import { cellLabel, cellLabels } from './drawing/cells.ts'
import { cellRows, labelsAfter, plotTitle, rowsHeight, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { AREA_COLOURS, CONSEQUENCE_COLOUR, PAPER, PLOT_WIDTH } from './drawing/theme.ts'

const DAY_S = 86_400
const PURPOSES = ['backup', 'copy', 'verify', 'restore', 'prune', 'replicate', 'scrub', 'drill']

/** What crosses each link on an average day, and what for. One plot a link and direction. */
export function bandwidthByPurpose(results: Pick<Results, 'cells' | 'links' | 'scenario'>): TopLevelSpec | undefined {
  const used = results.links.filter((row) => row.total_bytes > 0)
  if (used.length === 0) return undefined
  const links = [...new Set(used.map((row) => row.link))]
  const purposes = [...new Set(used.flatMap((row) => Object.keys(row.byPurpose_bytes)))]
  purposes.sort((a, b) => orderOf(a) - orderOf(b))
  const days = results.scenario.horizon_s / DAY_S
  const sums = used.map((row) => `${row.link}, ${cellLabel(row, results)}: ${bytes(row.total_bytes / days)} a day`)
  return {
    title: {
      text: 'Traffic of an average day, by link and purpose',
      subtitle: ['Mean over the time simulated, without incidents. Each link and direction has its own scale.'],
    },
    description: `Traffic by link. ${sums.join('. ')}.`,
    vconcat: links.map((link) =>
      plot(
        results,
        link,
        used.filter((row) => row.link === link),
        purposes,
        days,
      ),
    ),
    spacing: 14,
  }
}

function plot(
  results: Pick<Results, 'cells'>,
  link: string,
  rows: readonly LinkRow[],
  purposes: readonly string[],
  days: number,
): Plot {
  const most = Math.max(...rows.map((row) => row.total_bytes / days))
  const { divisor, symbol } = decimalUnit(most)
  const values = rows.flatMap((row) =>
    Object.entries(row.byPurpose_bytes).map(([purpose, size]) => ({
      cell: cellLabel(row, results),
      purpose,
      order: orderOf(purpose),
      perDay_bytes: size / days,
      tip: `${cellLabel(row, results)}: ${link}, ${purpose} ${bytes(size / days)} a day`,
    })),
  )
  const totals = rows.map((row) => ({
    cell: cellLabel(row, results),
    total_bytes: row.total_bytes / days,
    label: bytes(row.total_bytes / days),
  }))
  const labels = cellLabels(results).filter((label) => totals.some(({ cell }) => cell === label))
  const y = cellRows(labels)
  const x = {
    type: 'quantitative',
    scale: { domain: [0, most * 1.14] as number[], nice: false },
    axis: { title: `${symbol} a day`, labelExpr: `format(datum.value / ${divisor}, '~g')`, tickCount: 6 },
  } as const
  return {
    title: plotTitle(link),
    data: { values: [...values, ...totals] },
    width: PLOT_WIDTH,
    height: rowsHeight(labels.length),
    layer: [
      {
        transform: [{ filter: 'isValid(datum.purpose)' }],
        mark: { type: 'bar', height: 14, stroke: PAPER, strokeWidth: 0.5 },
        encoding: {
          y,
          x: { ...x, field: 'perDay_bytes', stack: 'zero' },
          order: { field: 'order', type: 'quantitative' },
          ...tip,
          color: {
            field: 'purpose',
            type: 'nominal',
            scale: { domain: [...purposes], range: purposes.map(colourOf) },
            legend: { orient: 'top', title: null, columns: 8, symbolType: 'square' },
          },
        },
      },
      ...labelsAfter({ y, x: { ...x, field: 'total_bytes' }, text: { field: 'label' } }, 'isValid(datum.total_bytes)'),
    ],
  }
}

/** The unit in which the greatest of some sizes is written. */
export function decimalUnit(most_bytes: number): { divisor: number; symbol: string } {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']
  let index = 0
  while (index < units.length - 1 && most_bytes >= 2 * 1000 ** (index + 1)) index += 1
  return { divisor: 1000 ** index, symbol: units[index] ?? 'B' }
}

function orderOf(purpose: string): number {
  const index = PURPOSES.indexOf(purpose)
  return index === -1 ? PURPOSES.length : index
}

function colourOf(purpose: string): string {
  return PURPOSES.includes(purpose) ? (AREA_COLOURS[orderOf(purpose)] ?? CONSEQUENCE_COLOUR) : CONSEQUENCE_COLOUR
}
