import type { Cell } from '../../experiment/results.ts'
import { count, percent, significant } from './human.ts'
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
    return [`${cellName(cell)}: ${amount} over ${Number(value.years.toPrecision(3))} years${discount}`]
  })
  const [money] = cells.flatMap(({ cost }) => cost.presentValue ?? [])
  if (money === undefined || money.currency === 'USD') return sentences
  const rate = `1 ${money.currency} is $${significant(money.usdPerUnit, 4)}`
  return [...sentences, `Amounts are in ${money.currency}, ${rate}; files have them in US dollars, too`]
}
