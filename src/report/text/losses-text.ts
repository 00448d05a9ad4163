import type { ServiceLosses } from '../../experiment/losses/index.ts'
import { plainTable } from './plain-table.ts'

/** What the figures leave out: it stands where they are read. */
const CAVEATS = [
  'not excluded: losses that the cases did not show and cannot rule out (95 %), and more hazards at once than were',
  'staged, as if all of these were losses. Chance within a combination, such as a restore that fails once in a million,',
  'is only in there. A recovery begins when the last hazard of a combination has struck: with a window longer than it',
  'takes to be whole again, losses are overstated.',
]

/** Causes of a loss that are worth a line. */
const MOST_CAUSES = 5

/** For a terminal: how often each service is lost, and by what. */
export function lossesText(found: readonly ServiceLosses[]): string {
  const rows = found.map((each) => [
    each.strategy,
    each.topology,
    each.service,
    each.losses_perYear === 0 ? 'none seen' : each.losses_perYear.toExponential(2),
    each.losses_perYear === 0 ? '' : `±${(100 * 1.96 * each.relativeError).toFixed(0)} %`,
    (each.notExcluded_perYear + each.leftOut_perYear).toExponential(0),
    `${each.drills}`,
    Number.isFinite(each.crudeIncidents) ? each.crudeIncidents.toExponential(0) : '',
  ])
  const headers = [
    'strategy',
    'topology',
    'service',
    'losses a year',
    '95 %',
    'not excluded',
    'staged',
    'crude would need',
  ]
  const lines = [plainTable(headers, rows)]
  for (const { strategy, topology, service, causes, losses_perYear } of found) {
    if (causes.length === 0) continue
    lines.push(`\n${service} with ${strategy} on ${topology} is lost by`)
    for (const cause of causes.slice(0, MOST_CAUSES)) {
      const share = (100 * cause.losses_perYear) / losses_perYear
      const often = cause.lost === cause.n ? 'always' : `in ${cause.lost} of ${cause.n} cases`
      lines.push(
        `  ${cause.hazards.join(' and ')}: ${cause.rate_perYear.toExponential(2)} a year, ${often} (${share.toFixed(0)} %)`,
      )
    }
  }
  lines.push('', ...CAVEATS)
  return `${lines.join('\n')}\n`
}
