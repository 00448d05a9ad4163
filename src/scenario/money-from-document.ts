import type { Compilation } from './compilation.ts'
import { didYouMean } from './nearest-word.ts'
import type { MoneySpecification } from './scenario.ts'
import type { ScenarioDocument } from './schema/scenario.ts'

const YEAR_S = 365.25 * 86_400

/** In what totals are told: the scenario's own currency, or that of its prices. */
export function moneyOf(
  { money, prices, horizon }: Pick<ScenarioDocument, 'money' | 'prices' | 'horizon'>,
  compilation: Compilation,
): MoneySpecification {
  const currency = currencyOf({ money, prices }, compilation)
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

function currencyOf(
  { money, prices }: Pick<ScenarioDocument, 'money' | 'prices'>,
  compilation: Compilation,
): MoneySpecification['currency'] {
  const own = [money?.currency, prices?.currency].filter((each) => each !== undefined)
  const code = money?.['report-in']
  if (code === undefined) return own[0]
  const rates = new Map(Object.entries(prices?.rates ?? {}))
  for (const each of own.toReversed()) rates.set(each.code, each.usd)
  rates.set('USD', 1)
  const usd = rates.get(code)
  if (usd !== undefined) return { code, usd }
  const known = [...rates.keys()]
  const remedy = `there are ${known.join(', ')}; prices.rates says what others are worth in US dollars`
  compilation.problem(['money', 'report-in'], `there is no rate for '${code}'${didYouMean(code, known)}; ${remedy}`)
  return undefined
}
