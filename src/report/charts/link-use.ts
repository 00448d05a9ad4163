import type { TopLevelSpec } from 'vega-lite'
import type { LinkRow, Results } from '../../experiment/results.ts'
import { bitRate, percent } from '../text/human.ts'
import { cellLabel, cellLabels } from './drawing/cells.ts'
import { cellRows, labelColumn, plotTitle, rowsHeight, strategyColour, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { INK, PLOT_WIDTH } from './drawing/theme.ts'

/** Mean, 95th percentile and peak of each link beside its capacity, on one logarithmic axis. One plot a link and direction. */
export function linkUse(results: Pick<Results, 'cells' | 'links'>): TopLevelSpec | undefined {
  const used = results.links.filter((row) => row.total_bytes > 0)
  if (used.length === 0) return undefined
  const links = [...new Set(used.map((row) => row.link))]
  const sums = used.map(
    (row) =>
      `${row.link}, ${cellLabel(row, results)}: ${row.p95_bytesPerSecond > 0 ? '95th percentile ' : ''}${labelOf(row)}`,
  )
  return {
    title: {
      text: 'How busy the links are',
      subtitle: [
        'Point: mean over the time simulated, without incidents. Tick, with label: 95th percentile of five-minute means, as carriers bill.',
        'If that is 0, because the link is idle more than 95 % of the time, the label shows the peak. Line: up to the peak. Dark tick: capacity.',
      ],
    },
    description: `Use of links. ${sums.join('. ')}.`,
    vconcat: links.map((link, index) =>
      plot(
        results,
        link,
        used.filter((row) => row.link === link),
        index === links.length - 1,
        domainOf(used),
      ),
    ),
    spacing: 12,
  }
}

function use(row: LinkRow): string {
  return `${bitRate(row.p95_bytesPerSecond)}${ofCapacity(row, row.p95_bytesPerSecond)}`
}

function ofCapacity({ capacity_bytesPerSecond: capacity }: LinkRow, bytesPerSecond: number): string {
  return Number.isFinite(capacity) ? `, ${percent(bytesPerSecond / capacity)} of capacity` : ''
}

/** A percentile of 0 would not show how heavily a link is used at other times. */
function labelOf(row: LinkRow): string {
  const { p95_bytesPerSecond: p95, peak_bytesPerSecond: peak } = row
  return p95 > 0 ? use(row) : `peak ${bitRate(peak)}${ofCapacity(row, peak)}`
}

/** Values this many times smaller than the greatest count as nothing: requests for a list take some bits a second. */
const SCALE = 1e6

/** From the least mean, if it is worth showing, to the greatest capacity, in bits a second. */
function domainOf(rows: readonly LinkRow[]): [number, number] {
  const means = rows.map((row) => row.mean_bytesPerSecond * 8)
  const tops = rows.flatMap((row) => [row.peak_bytesPerSecond, row.capacity_bytesPerSecond])
  const finite = tops.filter((top) => Number.isFinite(top)).map((top) => top * 8)
  const most = Math.max(...finite, ...means) * 1.2
  return [Math.max(most / SCALE, Math.min(...means) / 1.5), most]
}

function plot(
  results: Pick<Results, 'cells'>,
  link: string,
  rows: readonly LinkRow[],
  labelled: boolean,
  domain: [number, number],
): Plot {
  const values = rows.map((row) => {
    return {
      cell: cellLabel(row, results),
      tip: `${cellLabel(row, results)}: ${link}, mean ${bitRate(row.mean_bytesPerSecond)}, 95th percentile ${use(row)}, peak ${bitRate(row.peak_bytesPerSecond)}`,
      strategy: row.strategy,
      mean: Math.max(domain[0], row.mean_bytesPerSecond * 8),
      // A link that is idle most of the time has a percentile of 0, which has no place on a logarithmic axis.
      p95: row.p95_bytesPerSecond * 8 >= domain[0] ? row.p95_bytesPerSecond * 8 : undefined,
      peak: row.peak_bytesPerSecond * 8,
      capacity: Number.isFinite(row.capacity_bytesPerSecond) ? row.capacity_bytesPerSecond * 8 : undefined,
      label: labelOf(row),
    }
  })
  const labels = cellLabels(results).filter((label) => values.some(({ cell }) => cell === label))
  const ticks = [1, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11].filter(
    (tick) => tick >= domain[0] && tick <= domain[1],
  )
  const names = ticks.map((tick) => `'${tick}': '${bitRate(tick / 8)}'`)
  const y = cellRows(labels)
  const expression = `({${names.join(', ')}})[datum.value]`
  const axis = labelled
    ? { values: ticks, labelExpr: expression, title: 'bits a second (log scale)' }
    : { values: ticks, labels: false, ticks: false, domain: false, title: null }
  const scale = { type: 'log' as const, domain: [...domain], nice: false }
  const x = { type: 'quantitative' as const, scale, axis }
  const color = strategyColour(results)
  return {
    title: plotTitle(link),
    data: { values },
    width: PLOT_WIDTH,
    height: rowsHeight(labels.length),
    layer: [
      {
        mark: { type: 'tick', thickness: 2, size: 18, color: INK, opacity: 1 },
        encoding: { y, x: { ...x, field: 'capacity' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.55 },
        encoding: { y, x: { ...x, field: 'mean' }, x2: { field: 'peak' }, color, ...tip },
      },
      { mark: { type: 'tick', thickness: 2, size: 12 }, encoding: { y, x: { ...x, field: 'p95' }, color, ...tip } },
      {
        mark: { type: 'point', filled: true, size: 50, opacity: 1 },
        encoding: { y, x: { ...x, field: 'mean' }, color, ...tip },
      },
      labelColumn({ y, text: { field: 'label' }, ...tip }),
    ],
  }
}
