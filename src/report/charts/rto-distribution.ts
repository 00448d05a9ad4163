import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { cumulativeDistribution } from './cumulative-distribution.ts'

/** How often the RTO achieved is within so much. */
export function rtoDistribution(results: Pick<Results, 'cells' | 'incidents'>): TopLevelSpec | undefined {
  return cumulativeDistribution(results, 'RTO')
}
