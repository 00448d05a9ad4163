import type { ServiceLosses } from '../../experiment/losses/index.ts'
import { cellNames } from './cell-names.ts'
import { significant } from './human.ts'
import { titledTable } from './plain-table.ts'
import type { TextTable } from './plain-table.ts'
import { wrap } from './wrap.ts'

/** What the figures leave out: it stands where they are read. */
export const CAVEATS = [
  'lost: nothing can be restored. not excluded: losses that did not occur in the cases but cannot be ruled out (95 %), and all ' +
    'coincidences of more hazards than were staged. cases: how many were simulated. crude: how many incidents plain simulation ' +
    'would need to be as precise.',
  'Restores that fail by chance, and attacks on the backups, are simulated more often than they happen and count for less; ' +
    'everything else within a combination is as likely as it really is. A recovery begins when the last hazard of a ' +
    'combination has struck, so a window longer than your recovery takes overstates the losses.',
]

/** Causes of a loss that are worth a line. */
const MOST_CAUSES = 5

/** For a terminal: how often each service is lost, and by what. */
export function lossesText(found: readonly ServiceLosses[]): string {
  const lines = [titledTable(lossesTable(found)).trimEnd()]
  for (const { of, causes } of lossCauses(found)) {
    lines.push(`\n${wrap('', `${of} is lost by`)}`, ...causes.map((cause) => wrap('  ', cause)))
  }
  lines.push('', ...CAVEATS.map((caveat) => wrap('', caveat)))
  return `${lines.join('\n')}\n`
}

/** How often each service is lost, in words and figures. */
export function lossesTable(found: readonly ServiceLosses[]): TextTable {
  const nameOf = cellNames(found)
  const rows = found.flatMap((each) => [
    [`${each.service} with ${nameOf(each)}`],
    [
      `  ${lossWords(each)}`,
      each.losses_perYear === 0 ? '' : aYear(each.losses_perYear),
      each.losses_perYear === 0 ? '' : `±${(100 * 1.96 * each.relativeError).toFixed(0)} %`,
      aYear(notExcluded(each)),
      `${each.drills}`,
      Number.isFinite(each.crudeIncidents) ? large(each.crudeIncidents) : '',
    ],
  ])
  return { headings: ['lost', 'a year', '95 % interval', 'not excluded', 'cases', 'crude'], rows }
}

/** 'once in 33 years', or 'never seen'. */
export function lossWords({ losses_perYear }: ServiceLosses): string {
  return losses_perYear === 0 ? 'never seen' : howOften(losses_perYear)
}

/** The rate per year that no case showed but that cannot be excluded. */
export function notExcluded({ notExcluded_perYear, leftOut_perYear }: ServiceLosses): number {
  return notExcluded_perYear + leftOut_perYear
}

/** The combinations of hazards by which each service is lost, the most frequent first. */
export function lossCauses(
  found: readonly ServiceLosses[],
): { readonly of: string; readonly causes: readonly string[] }[] {
  const nameOf = cellNames(found)
  return found
    .filter(({ causes }) => causes.length > 0)
    .map(({ strategy, topology, service, causes, losses_perYear }) => ({
      of: `${service} with ${nameOf({ strategy, topology })}`,
      causes: causes.slice(0, MOST_CAUSES).map((cause) => {
        const share = (100 * cause.losses_perYear) / losses_perYear
        const rare = Math.abs(cause.share - cause.lost / cause.n) > 1e-9
        const often =
          cause.share === 1
            ? 'always lost'
            : rare
              ? `lost once in ${large(1 / cause.share)} times`
              : `lost in ${cause.lost} of ${cause.n} cases`
        return `${cause.hazards.join(' and ')}: ${howOften(cause.rate_perYear)}, ${often}; ${share.toFixed(0)} % of all losses`
      }),
    }))
}

const LARGE = [
  { word: ' trillion', from: 1e12 },
  { word: ' billion', from: 1e9 },
  { word: ' million', from: 1e6 },
  { word: '', from: 0 },
] as const

/** A rate per year in words: 'once in 33 years', 'once in 1.2 billion years', '4 times a year'. */
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
