import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { costAgainst } from './cost-against.ts'

/** What losing less work costs. */
export function costAgainstRpo(results: Pick<Results, 'cells'>): TopLevelSpec | undefined {
  return costAgainst(results, 'RPO')
}
