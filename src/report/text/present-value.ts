import type { Cell } from '../../experiment/results.ts'
import { currencyOf, rateOf } from './currency.ts'
import { count, percent } from './human.ts'
import { cellName } from './words.ts'

/**
 * What each strategy comes to over the scenario's period, and in which currency amounts are, where not in US dollars; nothing
 * where the scenario does not say how money is counted.
 */
export function presentValues(cells: readonly Cell[]): string[] {
  const sentences = cells.flatMap((cell) => {
    const value = cell.cost.presentValue
    if (value === undefined) return []
    const amount = `${value.currency} ${count(Math.round(value.amount))}`
    const discount = value.discount_perYear === 0 ? '' : `, discounted by ${percent(value.discount_perYear)} a year`
    const years = Number(value.years.toPrecision(3))
    return [`${cellName(cell)}: ${amount} over ${years === 1 ? '1 year' : `${years} years`}${discount}`]
  })
  return [...sentences, ...rateOf(currencyOf(cells), '; files have them in US dollars, too')]
}
