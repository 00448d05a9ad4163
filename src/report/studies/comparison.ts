import type { ComparisonRow, Contender } from '../../experiment/compare.ts'
import { contenderDifferences } from '../charts/contender-differences.ts'
import { costByCategory } from '../charts/cost-by-category.ts'
import { baselineText, comparisonFindings, comparisonNotes, comparisonTables } from '../text/comparison.ts'
import type { Study } from './study.ts'

/** `firedrill compare` as a page. */
export function comparisonStudy(
  baseline: Contender,
  contenders: readonly Contender[],
  rows: readonly ComparisonRow[],
): Study {
  const all = [baseline, ...contenders]
  const costs = all.map(({ name, cost }) => ({ strategy: name, topology: '', cost }))
  return {
    title: `Compared with ${baseline.name}`,
    about: `${contenders.length === 1 ? 'One contender' : `${contenders.length} contenders`} against a baseline, in the same incidents. ${baselineText(baseline)}.`,
    findings: comparisonFindings(baseline, contenders, rows),
    charts: {
      differences: contenderDifferences(baseline.name, rows),
      'cost-by-category': costByCategory({ cells: costs }),
    },
    tables: comparisonTables(baseline, contenders, rows),
    notes: comparisonNotes(baseline, rows),
  }
}
