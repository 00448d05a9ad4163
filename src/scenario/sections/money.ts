import type { Compilation } from '../compilation.ts'
import { didYouMean } from '../document/nearest-word.ts'
import type { MoneySpecification } from '../scenario.ts'
import type { ScenarioDocument } from '../schema/scenario.ts'

const YEAR_S = 365.25 * 86_400

/** The currency of totals: the scenario's own, or that of its prices. */
export function moneyOf(
  { money, prices, horizon }: Pick<ScenarioDocument, 'money' | 'prices' | 'horizon'>,
  compilation: Compilation,
): MoneySpecification {
  const currency = currencyOf({ money, prices })
  const discount_perYear = money?.discount ?? 0
  const period_years = (money?.period ?? horizon) / YEAR_S
  if (currency !== undefined) compilation.assume('money.currency', `1 ${currency.code} is $${currency.usd}`)
  if (discount_perYear > 0) compilation.assume('money.discount', `${100 * discount_perYear} % a year`)
  const people = money?.people
  if (people !== undefined) {
    compilation.assume('money.people', `$${people.hour}/h, ${people.recovering} at a recovery`)
  }
  return {
    ...(currency === undefined ? {} : { currency }),
    discount_perYear,
    period_years,
    ...(people === undefined
      ? {}
      : {
          people: {
            usdPerHour: people.hour,
            recovering: people.recovering,
            failedJob_s: people['failed-job'],
            pickup_s: people.pickup,
          },
        }),
  }
}

/** The currency that is asked for must have a rate. */
export function checkCurrency(document: Priced, compilation: Compilation): void {
  const code = document.money?.['report-in']
  if (code === undefined || currencyOf(document) !== undefined) return
  const known = [...ratesOf(document).keys()]
  const remedy = `there are ${known.join(', ')}; prices.rates says what others are worth in US dollars`
  compilation.problem(['money', 'report-in'], `there is no rate for '${code}'${didYouMean(code, known)}; ${remedy}`)
}

type Priced = Pick<ScenarioDocument, 'money' | 'prices'>

function currencyOf(document: Priced): MoneySpecification['currency'] {
  const { money, prices } = document
  const code = money?.['report-in']
  if (code === undefined) return money?.currency ?? prices?.currency
  const usd = ratesOf(document).get(code)
  return usd === undefined ? undefined : { code, usd }
}

/** Value of a unit of each currency in US dollars. */
function ratesOf({ money, prices }: Priced): Map<string, number> {
  const rates = new Map(Object.entries(prices?.rates ?? {}))
  for (const own of [prices?.currency, money?.currency]) if (own !== undefined) rates.set(own.code, own.usd)
  return rates.set('USD', 1)
}
