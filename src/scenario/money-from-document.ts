import type { Compilation } from './compilation.ts'
import type { MoneySpecification } from './scenario.ts'
import type { ScenarioDocument } from './schema/scenario.ts'

const YEAR_S = 365.25 * 86_400

/** In what totals are told: the scenario's own currency, or that of its prices. */
export function moneyOf(
  { money, prices, horizon }: Pick<ScenarioDocument, 'money' | 'prices' | 'horizon'>,
  compilation: Compilation,
): MoneySpecification {
  const currency = money?.currency ?? prices?.currency
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
