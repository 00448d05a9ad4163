import type { TopLevelSpec } from 'vega-lite'
import type { ComparisonRow } from '../../experiment/compare.ts'
import { signedDuration } from '../text/human.ts'
import { differencePanel } from './drawing/difference-panel.ts'
import { LINE_COLOURS } from './drawing/theme.ts'

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
  const hazards = [...new Set(known.map(({ hazard }) => hazard))]
  const color = {
    field: 'cell',
    type: 'nominal',
    scale: { domain: contenders, range: LINE_COLOURS },
    legend: null,
  } as const
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
      differencePanel({
        rows: known.filter((row) => row.figure === figure),
        cells: contenders,
        measure: name,
        hazards,
        color,
      }),
    ),
    spacing: 30,
  }
}
