import type { Cell } from '../../experiment/results.ts'
import { currencyOf, rateOf } from './currency.ts'
import { count, duration, percent } from './human.ts'
import { cellNames } from './cell-names.ts'

/**
 * What each strategy comes to over the scenario's period, and in which currency amounts are, where not in US dollars; nothing
 * where the scenario does not say how money is counted.
 */
export function presentValues(cells: readonly Cell[]): string[] {
  const nameOf = cellNames(cells)
  const sentences = cells.flatMap((cell) => {
    const value = cell.cost.presentValue
    if (value === undefined) return []
    const amount = `${value.currency} ${count(Math.round(value.amount))}`
    const discount = value.discount_perYear === 0 ? '' : `, discounted by ${percent(value.discount_perYear)} a year`
    return [`${nameOf(cell)}: ${amount} over ${periodOf(value.years)}${discount}`]
  })
  return [...sentences, ...rateOf(currencyOf(cells), '; files have them in US dollars, too')]
}

function periodOf(years: number): string {
  if (years < 1) return duration(years * YEAR_S)
  return years === 1 ? '1 year' : `${Number(years.toPrecision(3))} years`
}

const YEAR_S = 365.25 * 86_400
