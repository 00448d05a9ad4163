import type { TopLevelSpec } from 'vega-lite'
import type { ComparisonRow } from '../../experiment/compare.ts'
import { signedDuration } from '../text/human.ts'
import { cellRows, labelColumn } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { LINE_COLOURS, MUTED, ROW_HEIGHT } from './drawing/theme.ts'
import { differenceAxis } from './drawing/time-axis.ts'

const MEASURES = [
  { figure: 'rpo_s', name: 'RPO' },
  { figure: 'rto_s', name: 'RTO' },
] as const

/** How much less or more each contender loses, and how much sooner or later it is back, than the baseline; by hazard. */
export function contenderDifferences(baseline: string, rows: readonly ComparisonRow[]): TopLevelSpec | undefined {
  const services = new Set(rows.map(({ service }) => service)).size
  const known = rows.flatMap(({ contender, hazard, service, figure, difference }) => {
    const [low_s, high_s] = difference.ci95
    if (figure === 'penalty_usd' || ![difference.mean, low_s, high_s].every(Number.isFinite)) return []
    const label = signedDuration(difference.mean)
    return {
      cell: contender,
      hazard: services === 1 ? hazard : `${hazard} → ${service}`,
      figure,
      mean_s: difference.mean,
      low_s,
      high_s,
      label,
    }
  })
  if (known.length === 0) return undefined
  const contenders = [...new Set(known.map(({ cell }) => cell))]
  const words = known.map(
    ({ cell, hazard, figure, label }) => `${cell} after ${hazard}: ${figure === 'rpo_s' ? 'RPO' : 'RTO'} ${label}`,
  )
  return {
    title: {
      text: `Differences from ${baseline}`,
      subtitle: [
        'Point: mean difference over the drills that neither lost. Bar: its 95 % confidence interval.',
        'Left of the dashed line is better than the baseline. If a bar crosses the line, these drills do not show a difference.',
      ],
    },
    description: `Differences from ${baseline}. ${words.join('. ')}.`,
    hconcat: MEASURES.map(({ figure, name }) =>
      panel(
        known.filter((row) => row.figure === figure),
        contenders,
        name,
      ),
    ),
    spacing: 30,
  }
}

interface Row {
  readonly cell: string
  readonly hazard: string
  readonly low_s: number
  readonly high_s: number
  readonly label: string
}

function panel(rows: readonly Row[], contenders: readonly string[], name: string): Plot {
  const sorted = cellRows(contenders)
  const y = name === 'RPO' ? sorted : { ...sorted, axis: { labels: false } }
  const { scale, axis } = differenceAxis(
    rows.flatMap(({ low_s, high_s }) => [low_s, high_s]),
    `difference of the ${name}`,
  )
  const x = { type: 'quantitative', scale, axis } as const
  const color = {
    field: 'cell',
    type: 'nominal',
    scale: { domain: [...contenders], range: LINE_COLOURS },
    legend: null,
  } as const
  return {
    data: { values: [...rows] },
    facet: {
      row: {
        field: 'hazard',
        type: 'nominal',
        title: null,
        sort: [...new Set(rows.map(({ hazard }) => hazard))],
        header: { labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    spec: {
      width: 190,
      height: { step: ROW_HEIGHT },
      layer: [
        { mark: { type: 'rule', color: MUTED, strokeDash: [4, 3] }, encoding: { x: { ...x, datum: 0 } } },
        {
          mark: { type: 'rule', strokeWidth: 6, opacity: 0.45 },
          encoding: { y, x: { ...x, field: 'low_s' }, x2: { field: 'high_s' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { y, x: { ...x, field: 'mean_s' }, color },
        },
        labelColumn({ y, text: { field: 'label' } }),
      ],
    },
  }
}
