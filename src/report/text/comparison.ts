import { stringify } from 'csv-stringify/sync'
import type { ComparisonRow, Contender } from '../../experiment/compare.ts'
import { currencyOf, headerIn, rateOf } from './currency.ts'
import { US_DOLLARS, money, percent, shortDuration, shortMoney, significant } from './human.ts'
import type { Currency } from './human.ts'
import { plainTable } from './plain-table.ts'
import { wrap } from './wrap.ts'

const NAMES = { rpo_s: 'RPO', rto_s: 'RTO', penalty_usd: 'penalty' } as const

const ANSWERS = { contender: 'yes', baseline: 'no, worse', 'not decided': '?' } as const

/** Beyond these a difference that is no chance is still none that anybody would pay for. */
const LEAST = { rpo_s: 60, rto_s: 60, penalty_usd: 1 } as const

function areAlike(figure: ComparisonRow['figure'], [low, high]: readonly [number, number]): boolean {
  return Math.max(-low, high) <= LEAST[figure]
}

/** Contenders against a baseline, as a person reads it. */
export function comparisonTable(
  baseline: Contender,
  contenders: readonly Contender[],
  rows: readonly ComparisonRow[],
): string {
  const currency = currencyOf([baseline])
  const sections = contenders.map(({ name, cost }) => {
    const own = rows.filter(({ contender }) => contender === name)
    const less = cost.total_usdPerYear - baseline.cost.total_usdPerYear
    const incidents = Map.groupBy(own, ({ hazard, service }) => `${hazard} → ${service}`)
    const table = plainTable(
      ['hazard → service', 'difference', '95 % interval', 'smaller in', 'p', 'better'],
      [...incidents].flatMap(([incident, figures]) => [
        [incident],
        ...figures.map(({ figure, difference, p, better }) => [
          `  ${NAMES[figure]}`,
          signed(difference.mean, figure, currency),
          `${signed(difference.ci95[0], figure, currency)} … ${signed(difference.ci95[1], figure, currency)}`,
          percent(difference.beats.share),
          p < 0.001 ? '< 0.001' : significant(p, 2),
          areAlike(figure, difference.ci95) ? 'alike' : ANSWERS[better],
        ]),
      ]),
    )
    const costs = `${money(cost.total_usdPerYear, currency)} a year, ${less < 0 ? '−' : '+'}${money(Math.abs(less), currency)}`
    return `${name} (${costs})\n${table}`
  })
  const notes = [
    'Differences are contender − baseline in the same incidents, of those that neither lost; – where there are none. ' +
      'smaller in: share of incidents in which the contender has the smaller figure, ties half, lost the worst. ' +
      `p: of no difference, corrected for ${rows.length} comparisons (Holm). ?: these drills do not decide it. ` +
      'alike: the whole interval is within a minute, or a dollar.',
    ...rateOf(currency),
  ]
    .map((note) => `${wrap('', note)}\n`)
    .join('')
  return `Baseline: ${baseline.name} (${money(baseline.cost.total_usdPerYear, currency)} a year)\n\n${sections.join('\n')}\n${notes}`
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
