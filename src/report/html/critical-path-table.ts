import type { IncidentRow, Results } from '../../experiment/results.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import { shortDuration, significant } from '../text/human.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** For each hazard and service, the drill with the longest RTO, and the chain of steps that made it. */
export function criticalPathTable({ incidents }: Results): Markup | undefined {
  const back = incidents.filter(({ rto_s }) => rto_s !== undefined)
  if (back.length === 0) return undefined
  const longest = Map.groupBy(back, ({ hazard, service, strategy, topology }) =>
    JSON.stringify([hazard, service, strategy, topology]),
  )
  const nameOf = cellNames(incidents)
  return html`<h3>What made the longest recoveries</h3>
    ${table({
      caption: 'Each step began when the previous one ended: only these steps can make the recovery shorter',
      heads: ['Hazard → service', cellHeading(incidents), 'RTO', 'Critical path'],
      words: [1, 3],
      rows: [...longest.values()].map((rows) => {
        const row = rows.reduce((worst, each) => (rtoOf(each) > rtoOf(worst) ? each : worst))
        return [`${row.hazard} → ${row.service}`, nameOf(row), shortDuration(rtoOf(row)), rounded(row.criticalPath)]
      }),
    })}`
}

/** Durations to as many digits as the RTO beside them. */
function rounded(path: string): string {
  return path.replace(/\d+\.\d+(?= (?:d|h|min|s|ms)\b)/g, (figure) => significant(Number(figure), 3))
}

function rtoOf({ rto_s = 0 }: IncidentRow): number {
  return rto_s
}
