import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { cumulativeDistribution } from './cumulative-distribution.ts'

/** How often the RPO achieved is within so much. */
export function rpoDistribution(results: Pick<Results, 'cells' | 'incidents'>): TopLevelSpec | undefined {
  return cumulativeDistribution(results, 'RPO')
}
