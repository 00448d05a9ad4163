import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { bandwidthByPurpose } from './bandwidth-by-purpose.ts'
import { cellLabels, hazardLabel, hazardNames, hazardsOfCells } from './drawing/cells.ts'
import { costAgainstRpo } from './cost-against-rpo.ts'
import { costAgainstRto } from './cost-against-rto.ts'
import { costByCategory } from './cost-by-category.ts'
import { exposureOverTime } from './exposure-over-time.ts'
import { incidentTimeline } from './incident-timeline.ts'
import { linkUse } from './link-use.ts'
import { lossProbability } from './loss-probability.ts'
import { pairedDifferences } from './paired-differences.ts'
import { retentionCalendar } from './retention-calendar.ts'
import { rpoDistribution } from './rpo-distribution.ts'
import { rpoRtoByStrategy } from './rpo-rto-by-strategy.ts'
import { rtoDistribution } from './rto-distribution.ts'
import { rtoPhases } from './rto-phases.ts'
import { withShortNames } from './drawing/short-names.ts'
import { storageOverTime } from './storage-over-time.ts'
import { trafficOverTime } from './traffic-over-time.ts'

/**
 * A chart: results in, a Vega-Lite specification out with its data inside. Its `title` has a heading and, as subtitle, a
 * caption that states n and interval; its `description` says in words what it shows. Undefined where there is nothing to
 * show.
 */
export type Chart = (results: Results) => TopLevelSpec | undefined

const DRAWN: Readonly<Record<string, Chart>> = {
  'rpo-rto-by-strategy': rpoRtoByStrategy,
  'paired-differences': pairedDifferences,
  'cost-against-rpo': costAgainstRpo,
  'cost-against-rto': costAgainstRto,
  'incident-timeline': incidentTimeline,
  'rto-phases': rtoPhases,
  'rpo-distribution': rpoDistribution,
  'rto-distribution': rtoDistribution,
  'loss-probability': lossProbability,
  'cost-by-category': costByCategory,
  'bandwidth-by-purpose': bandwidthByPurpose,
  'link-use': linkUse,
  'traffic-over-time': trafficOverTime,
  'storage-over-time': storageOverTime,
  'retention-calendar': retentionCalendar,
  'exposure-over-time': exposureOverTime,
}

/** All charts of a report, by file name, in the order of reading. Names that are too long for a chart are shortened in them. */
export const CHARTS: Readonly<Record<string, Chart>> = Object.fromEntries(
  Object.entries(DRAWN).map(([name, chart]): [string, Chart] => [name, (results) => chart(withShortNames(results))]),
)

/** What charts call cells and hazards, in the order of the results. */
export interface MarkLabels {
  readonly cells: readonly string[]
  /** The label of a hazard, which may name the service too, and the number of the hazard. */
  readonly hazards: ReadonlyArray<{ readonly label: string; readonly hazard: number }>
}

/** How a page finds out which cell and hazard a mark stands for: its words begin with their labels. */
export function markLabels(results: Results): MarkLabels {
  const named = withShortNames(results)
  const hazards = hazardNames(named)
  const labels = new Map(
    hazardsOfCells(named).map(({ hazard }) => [hazardLabel(hazard, named), hazards.indexOf(hazard.hazard)]),
  )
  return {
    cells: cellLabels(named),
    hazards: [...labels].map(([label, hazard]) => ({ label, hazard })),
  }
}
