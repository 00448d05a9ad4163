import type { TopLevelSpec } from 'vega-lite'
import type { Plot } from './drawing/marks.ts'
import { plotTitle } from './drawing/marks.ts'
import { GRID, LINE_COLOURS, MUTED } from './drawing/theme.ts'

/** A cell of one variant: what was set, and its figures. */
export interface VariantPoint {
  /** In parts, one below the other. */
  readonly variant: readonly string[]
  /** In some drills everything was lost; the figures leave those out. */
  readonly loses: boolean
  readonly cell: string
  readonly figures: Readonly<Record<string, number>>
}

export interface VariantFigure {
  readonly key: string
  readonly name: string
  readonly write: (value: number) => string
}

/** More rows make no chart. */
export const MOST_VARIANTS = 40
/** Seen apart without colour, too. */
const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
]
const WIDTH = 170
const STEP = 14
const LINE_HEIGHT = 13
/** Between the parts of a variant in its label. */
const BREAK = '\n'

/** Each figure of each variant: a row a variant, a point a strategy. One plot a figure, beside one another. */
export function variantsChart(
  points: readonly VariantPoint[],
  figures: readonly VariantFigure[],
  note: readonly string[] = [],
): TopLevelSpec | undefined {
  const shown = figures.filter(({ key }) => points.some((point) => Number.isFinite(point.figures[key])))
  if (points.length === 0 || shown.length === 0) return undefined
  const variants = [...new Set(points.map(({ variant }) => variant.join(BREAK)))]
  const cells = [...new Set(points.map(({ cell }) => cell))]
  const words = points.map(({ variant, cell, figures: own }) => {
    const values = shown.map(({ key, name, write }) => `${name} ${write(own[key] ?? Number.NaN)}`)
    return `${cell} with ${variant.join(', ')}: ${values.join(', ')}`
  })
  return {
    title: {
      text: 'What each variant achieves, and what it costs',
      subtitle: [
        'A row for each variant, a point for each strategy, with its value. Further left is better. All variants meet the same incidents.',
        'RPO and RTO: after the hazard and of the service for which the mean is largest, of what was not lost.',
        ...(points.some(({ loses }) => loses) ? ['Hollow: in some drills everything was lost.'] : []),
        ...note,
      ],
    },
    description: `Figures of each variant. ${words.join('. ')}.`,
    hconcat: shown.map((figure, index) => plot(points, figure, { variants, cells, isFirst: index === 0 })),
    spacing: 24,
  }
}

function plot(
  points: readonly VariantPoint[],
  { key, name, write }: VariantFigure,
  { variants, cells, isFirst }: { variants: readonly string[]; cells: readonly string[]; isFirst: boolean },
): Plot {
  const values = points.flatMap(({ variant, cell, loses, figures }) => {
    const value = figures[key] ?? Number.NaN
    return Number.isFinite(value) ? { variant: variant.join(BREAK), cell, value, loses, label: write(value) } : []
  })
  const lines = Math.max(...points.map(({ variant }) => variant.length))
  const most = Math.max(...values.map(({ value }) => value))
  // One legend for all plots: they share its scale.
  const legend = cells.length > 1 ? ({ orient: 'bottom', title: null, columns: 4 } as const) : null
  const y = {
    field: 'variant',
    type: 'nominal',
    sort: [...variants],
    title: null,
    axis: {
      labels: isFirst,
      labelLimit: 300,
      labelExpr: `split(datum.label, '\\n')`,
      labelBaseline: lines > 1 ? 'line-top' : 'middle',
      labelOffset: lines > 1 ? -(lines * LINE_HEIGHT) / 2 : 0,
      grid: true,
      gridColor: GRID,
      tickBand: 'extent',
    },
  } as const
  const yOffset = { field: 'cell', type: 'nominal' as const, sort: [...cells] }
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [0, most * 1.4 || 1] as number[], nice: false },
    axis: { labels: false, ticks: false, grid: false, domain: false, title: null },
  } as const
  return {
    title: plotTitle(name),
    data: { values },
    width: WIDTH,
    height: { step: Math.max(STEP, (lines * LINE_HEIGHT) / cells.length) },
    layer: [
      {
        mark: { type: 'point', size: 55, opacity: 1 },
        encoding: {
          y,
          yOffset,
          x,
          color: { field: 'cell', type: 'nominal', scale: { domain: [...cells], range: LINE_COLOURS }, legend },
          fill: {
            condition: { test: 'datum.loses', value: 'transparent' },
            field: 'cell',
            type: 'nominal',
            scale: { domain: [...cells], range: LINE_COLOURS },
            legend,
          },
          shape: { field: 'cell', type: 'nominal', scale: { domain: [...cells], range: SHAPES }, legend },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, color: MUTED },
        encoding: { y, yOffset, x, text: { field: 'label' } },
      },
    ],
  }
}
