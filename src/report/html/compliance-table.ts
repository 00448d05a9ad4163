import type { ComplianceRow, Results } from '../../experiment/results.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import { count, percent, shortDuration } from '../text/human.ts'
import { isMet } from '../text/words.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** For how much of the time each rule was met, and which of its requirements were not; undefined without rules. */
export function complianceTable({ compliance }: Results): Markup | undefined {
  const rules = compliance.filter(({ requirement }) => requirement === 'all')
  if (rules.length === 0) return undefined
  const nameOf = cellNames(rules)
  return html`<h3>Compliance</h3>
    ${table({
      caption:
        'Share of the time from the warm-up to the horizon in which each rule was met, and which of its requirements ' +
        'were not; exact, nothing is sampled',
      heads: ['Rule', cellHeading(rules), 'Dataset', 'Required', 'Met', 'Not met', 'Breaches', 'Longest breach'],
      words: [1, 2, 5],
      rows: rules.map((row) => [
        row.rule,
        nameOf(row),
        row.dataset,
        percent(row.share),
        html`<span class="${isMet(row) ? 'good' : 'bad'}">${isMet(row) ? '✔' : '✘'} ${percent(row.met)}</span>`,
        brokenIn(row, compliance),
        count(row.breaches),
        row.breaches === 0 ? '–' : shortDuration(row.longestBreach_s),
      ]),
    })}`
}

/** 'verified (met 0 %), copies (met 99.8 %)' */
function brokenIn(whole: ComplianceRow, compliance: readonly ComplianceRow[]): string {
  const broken = compliance.filter((row) => {
    const isOfRule = row.rule === whole.rule && row.dataset === whole.dataset
    const isOfCell = row.strategy === whole.strategy && row.topology === whole.topology
    return isOfRule && isOfCell && row.requirement !== 'all' && row.met < 1
  })
  return broken.map(({ requirement, met }) => `${requirement} (met ${percent(met)})`).join(', ') || '–'
}
