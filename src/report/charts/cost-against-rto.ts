import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { costAgainst } from './cost-against.ts'

/** What a shorter recovery costs. */
export function costAgainstRto(results: Pick<Results, 'cells'>): TopLevelSpec | undefined {
  return costAgainst(results, 'RTO')
}
