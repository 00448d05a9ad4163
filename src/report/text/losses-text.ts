import type { ServiceLosses } from '../../experiment/losses/index.ts'
import { cellNames } from './cell-names.ts'
import { significant } from './human.ts'
import { plainTable } from './plain-table.ts'
import { wrap } from './wrap.ts'

/** What the figures leave out: it stands where they are read. */
const CAVEATS = [
  'lost: nothing of it can be restored. not excluded: losses that the cases did not show and cannot rule out (95 %), and ' +
    'more hazards at once than were staged, as if all of these were losses. cases: how many were played; crude: how many ' +
    'incidents would have to be, drawn at their rates, to know as much.',
  'Restores that fail by chance, and intruders who may go for the backups, are played more often than they happen, and ' +
    'weigh less; all other chance within a combination is as rare as it is. A recovery begins when the last hazard of a ' +
    'combination has struck: with a window longer than it takes to be whole again, losses are overstated.',
]

/** Causes of a loss that are worth a line. */
const MOST_CAUSES = 5

/** For a terminal: how often each service is lost, and by what. */
export function lossesText(found: readonly ServiceLosses[]): string {
  const nameOf = cellNames(found)
  const rows = found.flatMap((each) => [
    [`${each.service} with ${nameOf(each)}`],
    [
      `  ${each.losses_perYear === 0 ? 'never seen' : howOften(each.losses_perYear)}`,
      each.losses_perYear === 0 ? '' : aYear(each.losses_perYear),
      each.losses_perYear === 0 ? '' : `±${(100 * 1.96 * each.relativeError).toFixed(0)} %`,
      aYear(each.notExcluded_perYear + each.leftOut_perYear),
      `${each.drills}`,
      Number.isFinite(each.crudeIncidents) ? large(each.crudeIncidents) : '',
    ],
  ])
  const lines = [plainTable(['lost', 'a year', '95 %', 'not excluded', 'cases', 'crude'], rows).trimEnd()]
  for (const { strategy, topology, service, causes, losses_perYear } of found) {
    if (causes.length === 0) continue
    lines.push(`\n${wrap('', `${service} with ${nameOf({ strategy, topology })} is lost by`)}`)
    for (const cause of causes.slice(0, MOST_CAUSES)) {
      const share = (100 * cause.losses_perYear) / losses_perYear
      const rare = Math.abs(cause.share - cause.lost / cause.n) > 1e-9
      const often =
        cause.share === 1
          ? 'always lost'
          : rare
            ? `lost once in ${large(1 / cause.share)} times`
            : `lost in ${cause.lost} of ${cause.n} cases`
      const text = `${cause.hazards.join(' and ')}: ${howOften(cause.rate_perYear)}, ${often}; ${share.toFixed(0)} % of all losses`
      lines.push(wrap('  ', text))
    }
  }
  lines.push('', ...CAVEATS.map((caveat) => wrap('', caveat)))
  return `${lines.join('\n')}\n`
}

const LARGE = [
  { word: ' trillion', from: 1e12 },
  { word: ' billion', from: 1e9 },
  { word: ' million', from: 1e6 },
  { word: '', from: 0 },
] as const

/** Of what happens so many times a year: 'once in 33 years', 'once in 1.2 billion years', '4 times a year'. */
export function howOften(perYear: number): string {
  if (perYear > 1.05) return `${significant(perYear, 2)} times a year`
  if (perYear >= 0.95) return 'once a year'
  return `once in ${large(1 / perYear)} years`
}

/** As a chance a year, where that can be written in percent: '3 %', '0.012 %', '4.6e-10'. */
function aYear(perYear: number): string {
  return perYear >= 1e-5 ? `${significant(100 * perYear, 2)} %` : perYear.toExponential(1)
}

/** Two digits of it: '33', '1.2 billion', '1e+18'. */
function large(value: number): string {
  const rounded = Number(value.toPrecision(2))
  if (rounded >= 1e15) return rounded.toExponential(0)
  const { word, from } = LARGE.find((each) => rounded >= each.from)!
  return `${significant(rounded / Math.max(1, from), 2)}${word}`
}
