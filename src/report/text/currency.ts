import type { Cell } from '../../experiment/results.ts'
import { US_DOLLARS, significant } from './human.ts'
import type { Currency } from './human.ts'

/**
 * What a column of US dollars is called in another currency: 'outlay_usdPerYear' is 'outlay_eurPerYear'. Undefined for columns
 * that are no money.
 */
export function headerIn({ code }: Currency, header: string): string | undefined {
  return MONEY.test(header) ? header.replace(MONEY, `$1${code.toLowerCase()}$2`) : undefined
}

const MONEY = /^(|.*_)usd(|PerYear|PerUnit)$/

/** In which currency the money of these cells is told: the scenario's, or US dollars where it names none. */
export function currencyOf(cells: readonly { readonly cost: Pick<Cell['cost'], 'presentValue'> }[]): Currency {
  const value = cells[0]?.cost.presentValue
  return value === undefined ? US_DOLLARS : { code: value.currency, usd: value.usdPerUnit }
}

/** What stands where amounts are in another currency than US dollars: which, and at what rate. Nothing otherwise. */
export function rateOf({ code, usd }: Currency, rest = '.'): string[] {
  return code === US_DOLLARS.code ? [] : [`Amounts are in ${code}, 1 ${code} is $${significant(usd, 4)}${rest}`]
}
