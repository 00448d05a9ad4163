import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { costByCategory } from './cost-by-category.ts'
import { rpoRtoByStrategy } from './rpo-rto-by-strategy.ts'
import { rtoPhases } from './rto-phases.ts'

/**
 * A chart: results in, a Vega-Lite specification out with its data inside. Its `title` has a heading and, as subtitle, a
 * caption that states n and interval; its `description` says in words what it shows. Undefined where there is nothing to
 * show.
 */
export type Chart = (results: Results) => TopLevelSpec | undefined

/** All charts of a report, by file name, in the order of reading. */
export const CHARTS: Readonly<Record<string, Chart>> = {
  'rpo-rto-by-strategy': rpoRtoByStrategy,
  'rto-phases': rtoPhases,
  'cost-by-category': costByCategory,
}
