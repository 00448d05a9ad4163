import { yearlyDifference } from '../../experiment/cost-difference.ts'
import type { SweepRow } from '../../experiment/sweep.ts'
import { cellNames } from './cell-names.ts'
import { areAlike } from './comparison.ts'
import { currencyOf } from './currency.ts'
import { money } from './human.ts'
import type { Currency } from './human.ts'
import { settingNames } from './settings-text.ts'

/** Number of variants of equal cost that are named. */
const MOST_NAMED = 3

/** The cheapest variant that meets everything, and what cannot be told from it by its cost, in sentences. */
export function sweepFindings(rows: readonly SweepRow[]): string[] {
  const currency = currencyOf(rows.map(({ cell }) => cell))
  const nameOf = cellNames(rows)
  const changesOf = variantNames(rows)
  const called = (row: SweepRow): string => `${nameOf(row)} with ${changesOf(row).join(', ')}`
  const byCost = rows.toSorted((a, b) => a.figures.total_usdPerYear - b.figures.total_usdPerYear)
  const [cheapest, ...others] = byCost.filter(({ cell }) => cell.objectiveMet)
  if (cheapest === undefined) return ['No variant meets every objective in every drill.']
  const alike = others.flatMap((row) => {
    const { value, ci95 } = yearlyDifference(row, cheapest)
    return ci95[0] <= 0 || areAlike('penalty_usd', ci95)
      ? [`${called(row)} (${differenceText(value, ci95, currency)})`]
      : []
  })
  const more = alike.length - MOST_NAMED
  return [
    `Cheapest variant that meets every objective in every drill: ${called(cheapest)}, ${money(cheapest.figures.total_usdPerYear, currency)} a year.`,
    ...(alike.length === 0
      ? []
      : [
          `As cheap, as far as these drills can tell: ${alike.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
        ]),
    others.length === 0
      ? 'It is the only one.'
      : `${others.length + 1} of ${rows.length} combinations of strategy and variant do.`,
  ]
}

/** US dollars a year; smaller differences do not count. */
const HALF_A_CENT = 0.005

/** '+$0.12 a year', and where drills make it uncertain, the interval. */
function differenceText(value: number, [low, high]: readonly [number, number], currency: Currency): string {
  const signed = (usd: number): string => `${usd < 0 ? '−' : '+'}${money(Math.abs(usd), currency)}`
  if (Math.max(-low, high) < HALF_A_CENT) return 'the same to the cent'
  if (!Number.isFinite(high)) return `${signed(value)} a year in the one drill of each hazard`
  const range = areAlike('penalty_usd', [low - value, high - value])
    ? ''
    : `, 95 % interval ${signed(low)} to ${signed(high)}`
  return `${signed(value)} a year${range}`
}

/** 'wan.bandwidth = 20 Mbit/s', in parts; or that nothing was changed. */
export function variantNames(rows: readonly SweepRow[]): (row: Pick<SweepRow, 'settings'>) => string[] {
  const changesOf = settingNames(rows)
  return ({ settings }) => (Object.keys(settings).length === 0 ? ['nothing changed'] : changesOf(settings))
}
