import type { TopLevelSpec } from 'vega-lite'
import type { IncidentRow, Results } from '../../experiment/results.ts'
import { historiesOf } from '../../experiment/statistics/histories.ts'
import { summarise } from '../../experiment/statistics/statistics.ts'
import { signedDuration } from '../text/human.ts'
import { cellLabel, cellLabels, hazardLabel, hazardLabels, incidentsByHazard } from './drawing/cells.ts'
import { differencePanel } from './drawing/difference-panel.ts'
import type { DifferenceRow } from './drawing/difference-panel.ts'
import { strategyColour, tip } from './drawing/marks.ts'

interface Difference extends DifferenceRow {
  readonly strategy: string
  readonly measure: 'RPO' | 'RTO'
  readonly tip: string
}

/**
 * By how much each cell differs from the first one, drill by drill: all cells meet the same incidents at the same instants,
 * so that what they have in common cancels out, and the intervals are narrower than those of the means.
 */
export function pairedDifferences(results: Pick<Results, 'cells' | 'incidents'>): TopLevelSpec | undefined {
  const [baseline] = cellLabels(results)
  const rows = (['RPO', 'RTO'] as const).flatMap((measure) => differencesOf(results, measure))
  if (baseline === undefined || rows.length === 0) return undefined
  return {
    title: {
      text: `Differences from ${baseline}, drill by drill`,
      subtitle: [
        'Point: mean difference over the drills that neither lost; bar: its 95 % confidence interval (t, of the paired differences).',
        'Left of zero is better than the baseline. If an interval contains zero, these drills do not show a difference.',
        'The intervals are not corrected for the number of comparisons. The two panels have different scales.',
      ],
    },
    description: `Paired differences from ${baseline}. ${rows.map((row) => row.tip).join('. ')}.`,
    hconcat: (['RPO', 'RTO'] as const).map((measure) =>
      differencePanel({
        rows: rows.filter((row) => row.measure === measure),
        cells: cellLabels(results).slice(1),
        measure,
        hazards: hazardLabels(results),
        color: strategyColour(results),
        encoding: tip,
      }),
    ),
    spacing: 30,
  }
}

function differencesOf(results: Pick<Results, 'cells' | 'incidents'>, measure: 'RPO' | 'RTO'): Difference[] {
  const [baseline, ...others] = results.cells
  if (baseline === undefined) return []
  const incidentsOf = incidentsByHazard(results.incidents)
  const value = (row: IncidentRow): number | undefined => (measure === 'RPO' ? row.rpo_s : row.rto_s)
  return others.flatMap((cell) =>
    cell.hazards.flatMap((hazard) => {
      const before = new Map(incidentsOf(baseline, hazard).map((row) => [row.replication, value(row)]))
      const differences = incidentsOf(cell, hazard).flatMap((row) => {
        const [own, theirs] = [value(row), before.get(row.replication)]
        return own === undefined || theirs === undefined ? [] : [{ row, difference: own - theirs }]
      })
      const summary = summarise(
        differences.map(({ difference }) => difference),
        historiesOf(differences.map(({ row }) => row)),
      )
      if (summary === undefined || summary.n < 2) return []
      const [low_s, high_s] = summary.ci95
      const names = { cell: cellLabel(cell, results), hazard: hazardLabel(hazard, results) }
      const interval = `${signedDuration(low_s)} to ${signedDuration(high_s)}`
      return {
        ...names,
        strategy: cell.strategy,
        measure,
        mean_s: summary.mean,
        low_s,
        high_s,
        label: `${signedDuration(summary.mean)}, n = ${summary.n}`,
        tip: `${names.cell} after ${names.hazard}: ${measure} ${signedDuration(summary.mean)} (${interval}), n = ${summary.n}`,
      }
    }),
  )
}
