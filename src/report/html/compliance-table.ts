import type { Results } from '../../experiment/results.ts'
import { count, percent, shortDuration } from '../human.ts'
import { cellName } from '../words.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** For how much of the time each rule was met, and each of its requirements; undefined without rules. */
export function complianceTable({ compliance }: Results): Markup | undefined {
  if (compliance.length === 0) return undefined
  return html`<h3>Compliance</h3>
    ${table({
      caption:
        'Share of the time from the warm-up to the horizon in which each rule was met; exact, nothing is sampled',
      heads: ['Rule', 'Strategy on topology', 'Dataset', 'Requirement', 'Asked', 'Met', 'Breaches', 'Longest breach'],
      words: [1, 2, 3],
      rows: compliance.map((row) => [
        row.rule,
        cellName(row),
        row.dataset,
        row.requirement,
        row.requirement === 'all' ? percent(row.share) : '–',
        percent(row.met),
        count(row.breaches),
        row.breaches === 0 ? '–' : shortDuration(row.longestBreach_s),
      ]),
    })}`
}
