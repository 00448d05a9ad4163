import { stringify } from 'csv-stringify/sync'
import type { ComparisonRow, Contender } from '../../experiment/compare.ts'
import { currencyOf, headerIn, rateOf } from './currency.ts'
import { UNKNOWN, US_DOLLARS, money, percent, shortDuration, shortMoney, significant } from './human.ts'
import type { Currency } from './human.ts'
import { titledTable } from './plain-table.ts'
import type { TextTable } from './plain-table.ts'
import { wrap } from './wrap.ts'

const NAMES = { rpo_s: 'RPO', rto_s: 'RTO', penalty_usd: 'penalty' } as const

const ANSWERS = { contender: 'yes', baseline: 'no, worse', 'not decided': '?' } as const

/** Beyond these a difference that is no chance is still none that anybody would pay for. */
const LEAST = { rpo_s: 60, rto_s: 60, penalty_usd: 1 } as const

/** Whether a difference, in US dollars or seconds, is surely too small to matter. */
export function areAlike(figure: ComparisonRow['figure'], [low, high]: readonly [number, number]): boolean {
  return Math.max(-low, high) <= LEAST[figure]
}

/** Contenders against a baseline, as a person reads it. */
export function comparisonTable(
  baseline: Contender,
  contenders: readonly Contender[],
  rows: readonly ComparisonRow[],
): string {
  const tables = comparisonTables(baseline, contenders, rows).map(titledTable)
  const notes = comparisonNotes(baseline, rows).map((note) => `${wrap('', note)}\n`)
  return `${baselineText(baseline)}\n\n${tables.join('\n')}\n${notes.join('')}`
}

/** 'Baseline: nightly ($1,200 a year)' */
export function baselineText({ name, cost }: Contender): string {
  return `Baseline: ${name} (${money(cost.total_usdPerYear, currencyOf([{ cost }]))} a year)`
}

/** The differences of each contender from the baseline. */
export function comparisonTables(
  baseline: Contender,
  contenders: readonly Contender[],
  rows: readonly ComparisonRow[],
): TextTable[] {
  const currency = currencyOf([baseline])
  return contenders.map((contender) => {
    const { name, cost } = contender
    const own = rows.filter((row) => row.contender === name)
    const less = cost.total_usdPerYear - baseline.cost.total_usdPerYear
    const incidents = Map.groupBy(own, ({ hazard, service }) => `${hazard} → ${service}`)
    const costs = `${money(cost.total_usdPerYear, currency)} a year, ${less < 0 ? '−' : '+'}${money(Math.abs(less), currency)}`
    return {
      title: `${name} (${costs})`,
      headings: ['hazard → service', 'difference', '95 % interval', 'smaller in', 'p', 'better'],
      rows: [...incidents].flatMap(([incident, figures]) => [
        [incident],
        ...lostRow(figures[0]!, baseline, contender),
        ...figures.map((row) => differenceRow(row, currency)),
      ]),
    }
  })
}

function differenceRow({ figure, difference, p, better }: ComparisonRow, currency: Currency): string[] {
  const { mean, ci95, beats } = difference
  // Nothing that both came back from: there is nothing to compare.
  if (!Number.isFinite(mean)) return [`  ${NAMES[figure]}`, UNKNOWN, UNKNOWN, percent(beats.share), UNKNOWN, UNKNOWN]
  return [
    `  ${NAMES[figure]}`,
    signed(mean, figure, currency),
    `${signed(ci95[0], figure, currency)} … ${signed(ci95[1], figure, currency)}`,
    percent(beats.share),
    p < 0.001 ? '< 0.001' : significant(p, 2),
    areAlike(figure, ci95) ? 'alike' : ANSWERS[better],
  ]
}

/** What the columns mean. */
export function comparisonNotes(baseline: Contender, rows: readonly ComparisonRow[]): string[] {
  return [
    'Differences are contender minus baseline in the same incidents, where neither lost everything; – if there are none. ' +
      'all lost: incidents after which nothing could be restored, baseline → contender. ' +
      'smaller in: share of incidents in which the contender has the smaller figure; ties count half, a loss is the worst. ' +
      `p: chance of such a difference if there were none, corrected for ${rows.length} comparisons (Holm). ?: these drills do not decide it. ` +
      'alike: the whole interval is within a minute or a dollar.',
    ...rateOf(currencyOf([baseline])),
  ]
}

/** For each contender a sentence on what is certain, the best one first: 'nightly: RTO after fire 6.4 h lower; costs …' */
export function comparisonFindings(
  baseline: Contender,
  contenders: readonly Contender[],
  rows: readonly ComparisonRow[],
): string[] {
  const currency = currencyOf([baseline])
  const findings = contenders.map((contender) => {
    const { name, cost } = contender
    const own = rows.filter((row) => row.contender === name)
    const losses = own
      .filter(({ figure }) => figure === 'rpo_s')
      .map((row) => ({ row, before: lossesIn(row, baseline), now: lossesIn(row, contender) }))
      .filter(({ before, now }) => before.lost !== now.lost)
    const decided = own.filter(
      ({ figure, better, difference }) => better !== 'not decided' && !areAlike(figure, difference.ci95),
    )
    const texts = [
      ...losses.map(
        ({ row, before, now }) =>
          `everything lost in ${now.lost} of ${now.n} drills of ${row.hazard} instead of ${before.lost}`,
      ),
      ...decided.map(({ figure, hazard, difference }) => {
        const size = signed(Math.abs(difference.mean), figure, currency).slice(1)
        return `${NAMES[figure]} after ${hazard} ${size} ${difference.mean < 0 ? 'lower' : 'higher'}`
      }),
    ]
    const more = cost.total_usdPerYear - baseline.cost.total_usdPerYear
    const costs = `costs ${money(Math.abs(more), currency)} a year ${more < 0 ? 'less' : 'more'}`
    const known = texts.length === 0 ? ['these drills show no difference in RPO, RTO or penalty'] : texts
    return {
      text: `${name}: ${[...known, costs].join('; ')}.`,
      lost: losses.reduce((sum, { before, now }) => sum + now.lost - before.lost, 0),
      wins: decided.reduce((sum, { better }) => sum + (better === 'contender' ? 1 : -1), 0),
    }
  })
  return findings.toSorted((a, b) => a.lost - b.lost || b.wins - a.wins).map(({ text }) => text)
}

/** Number of drills of an incident in which everything was lost. */
function lossesIn({ hazard, service }: ComparisonRow, { incidents }: Contender): { lost: number; n: number } {
  const own = incidents.filter((row) => row.hazard === hazard && row.service === service)
  return { lost: own.filter(({ outcome }) => outcome === 'lost').length, n: own.length }
}

/** A row for incidents in which either lost everything: the other figures leave those out. */
function lostRow(row: ComparisonRow, baseline: Contender, contender: Contender): string[][] {
  const [before, now] = [lossesIn(row, baseline), lossesIn(row, contender)]
  if (before.lost === 0 && now.lost === 0) return []
  const better = now.lost === before.lost ? 'alike' : now.lost < before.lost ? 'yes' : 'no, worse'
  return [['  all lost', `${before.lost} → ${now.lost} of ${now.n}`, '', '', '', better]]
}

function signed(value: number, figure: ComparisonRow['figure'], currency: Currency): string {
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : value > 0 ? '∞' : '–'
  const size = Math.abs(value)
  const written = figure === 'penalty_usd' ? shortMoney(size, currency) : shortDuration(size)
  return value === 0 ? '0' : `${value < 0 ? '−' : '+'}${written}`
}

/** One line a comparison, of money in another currency than US dollars a second one; the figure's name has the unit. */
export function comparisonCsv(baseline: Contender, rows: readonly ComparisonRow[]): string {
  return stringify(
    rowsInBoth(baseline, rows).map(({ contender, hazard, service, figure, difference, p, better }) => ({
      baseline: baseline.name,
      contender,
      hazard,
      service,
      figure,
      n: difference.n,
      mean: difference.mean,
      ci95_low: difference.ci95[0],
      ci95_high: difference.ci95[1],
      p_uncorrected: difference.p,
      p_corrected: p,
      beats_share: difference.beats.share,
      beats_ci95_low: difference.beats.ci95[0],
      beats_ci95_high: difference.beats.ci95[1],
      variance_ratio: difference.varianceRatio,
      better,
    })),
    { header: true },
  )
}

/** The rows, and those of amounts a second time in the baseline's currency: `penalty_eur` after `penalty_usd`. */
export function rowsInBoth(
  baseline: Contender,
  rows: readonly ComparisonRow[],
): (Omit<ComparisonRow, 'figure'> & { readonly figure: string })[] {
  const currency = currencyOf([baseline])
  return rows.flatMap((row) => {
    const figure = currency.code === US_DOLLARS.code ? undefined : headerIn(currency, row.figure)
    const { mean, ci95 } = row.difference
    const [low, high] = [ci95[0] / currency.usd, ci95[1] / currency.usd]
    const difference = { ...row.difference, mean: mean / currency.usd, ci95: [low, high] as const }
    return figure === undefined ? [row] : [row, { ...row, figure, difference }]
  })
}
