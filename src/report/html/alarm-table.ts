import type { Results } from '../../experiment/results.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import { count, percent, shortDuration, significant } from '../text/human.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** How often each detector raised an alarm, and was right; undefined where none ever did. */
export function alarmTable({ cells }: Results): Markup | undefined {
  const nameOf = cellNames(cells)
  const rows = cells.flatMap((cell) => (cell.alarms ?? []).map((alarms) => ({ cell, alarms })))
  if (rows.length === 0) return undefined
  return html`<h3>Alarms</h3>
    ${table({
      caption: 'Alarms a year in the world without incidents, and drills that an alarm revealed',
      heads: ['Detector', cellHeading(cells), 'A year', 'False', 'Missed', 'Drills revealed', 'After the onset'],
      words: [1],
      rows: rows.map(({ cell, alarms }) => [
        alarms.detector,
        nameOf(cell),
        significant(alarms.raised_perYear, 3),
        significant(alarms.false_perYear, 3),
        percent(alarms.unheard),
        `${count(alarms.found)} of ${count(alarms.drills)}`,
        alarms.afterOnset_s === undefined ? '–' : shortDuration(alarms.afterOnset_s),
      ]),
    })}`
}
