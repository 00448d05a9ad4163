import { cellRows, hazardRows, labelColumn } from './marks.ts'
import type { Encoding, Plot } from './marks.ts'
import { MUTED, ROW_HEIGHT } from './theme.ts'
import { differenceAxis } from './time-axis.ts'

export interface DifferenceRow {
  readonly cell: string
  readonly hazard: string
  readonly mean_s: number
  /** 95 % confidence interval of the mean. */
  readonly low_s: number
  readonly high_s: number
  /** What the mean is called, beside the plot. */
  readonly label: string
}

/**
 * Mean differences with their intervals, a row a cell, hazard by hazard. Of panels side by side only the first, the
 * RPO, names its rows.
 */
export function differencePanel(parts: {
  readonly rows: readonly DifferenceRow[]
  /** In the order in which they are shown, as hazards are. */
  readonly cells: readonly string[]
  readonly measure: 'RPO' | 'RTO'
  readonly hazards: string[]
  readonly color: NonNullable<Encoding['color']>
  /** What else the marks are given. */
  readonly encoding?: Encoding
}): Plot {
  const { rows, cells, measure, hazards, color, encoding = {} } = parts
  const named = cellRows(cells)
  const y = measure === 'RPO' ? named : { ...named, axis: { labels: false } }
  const { scale, axis } = differenceAxis(
    rows.flatMap(({ low_s, high_s }) => [low_s, high_s]),
    `difference of the ${measure}`,
  )
  const x = { type: 'quantitative', scale, axis } as const
  return {
    data: { values: [...rows] },
    facet: { row: hazardRows(hazards) },
    spec: {
      width: 190,
      height: { step: ROW_HEIGHT },
      layer: [
        { mark: { type: 'rule', color: MUTED, strokeDash: [4, 3] }, encoding: { x: { ...x, datum: 0 } } },
        {
          mark: { type: 'rule', strokeWidth: 6, opacity: 0.45 },
          encoding: { y, x: { ...x, field: 'low_s' }, x2: { field: 'high_s' }, color, ...encoding },
        },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { y, x: { ...x, field: 'mean_s' }, color, ...encoding },
        },
        labelColumn({ y, text: { field: 'label' }, ...encoding }),
      ],
    },
  }
}
