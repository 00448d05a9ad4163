import type { Cell } from '../../experiment/results.ts'
import { US_DOLLARS, significant } from './human.ts'
import type { Currency } from './human.ts'

/**
 * Name of a column of US dollars in another currency: 'outlay_usdPerYear' becomes 'outlay_eurPerYear'. Undefined for
 * columns without money.
 */
export function headerIn({ code }: Currency, header: string): string | undefined {
  return MONEY.test(header) ? header.replace(MONEY, `$1${code.toLowerCase()}$2`) : undefined
}

const MONEY = /^(|.*_)usd(|PerYear|PerUnit)$/

/** The currency in which the money of these cells is shown: the scenario's, or US dollars where it names none. */
export function currencyOf(cells: readonly { readonly cost: Pick<Cell['cost'], 'presentValue'> }[]): Currency {
  const value = cells[0]?.cost.presentValue
  return value === undefined ? US_DOLLARS : { code: value.currency, usd: value.usdPerUnit }
}

/** What stands where amounts are in another currency than US dollars: which, and at what rate. Nothing otherwise. */
export function rateOf({ code, usd }: Currency, rest = '.'): string[] {
  return code === US_DOLLARS.code ? [] : [`Amounts are in ${code}, 1 ${code} is $${significant(usd, 4)}${rest}`]
}

/**
 * Plain data with each amount of US dollars a second time in the currency, beside it: `outlay_eurPerYear` after
 * `outlay_usdPerYear`. What is in US dollars anyway is given back as it is.
 */
export function inBoth(value: unknown, currency: Currency): unknown {
  if (currency.code === US_DOLLARS.code || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => inBoth(item, currency))
  // A present value says itself what it is in the currency.
  if ('usdPerUnit' in value && 'currency' in value) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => {
      const again = headerIn(currency, key)
      return again === undefined
        ? [[key, inBoth(own, currency)]]
        : [
            [key, own],
            [again, converted(own, currency)],
          ]
    }),
  )
}

/** All numbers in it, which are US dollars, in the currency. */
function converted(value: unknown, currency: Currency): unknown {
  if (typeof value === 'number') return value / currency.usd
  if (Array.isArray(value)) return value.map((item) => converted(item, currency))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, converted(own, currency)]))
}
