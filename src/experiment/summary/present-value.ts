import type { MoneySpecification } from '../../scenario/scenario.ts'
import { exp, ln } from '../../kernel/index.ts'
import type { PresentValue } from '../results.ts'

/**
 * What a steady cost over a period is worth today: ∫ cost · (1 + rate)^−t dt. Costs are spread evenly over the year, so that
 * no date of payment has to be supposed.
 */
export function presentValueOf(usdPerYear: number, money: MoneySpecification): PresentValue {
  const { discount_perYear, period_years: years, currency = { code: 'USD', usd: 1 } } = money
  const force = ln(1 + discount_perYear)
  const worth_years = force === 0 ? years : (1 - exp(-force * years)) / force
  const usd = usdPerYear * worth_years
  return { years, discount_perYear, usd, currency: currency.code, usdPerUnit: currency.usd, amount: usd / currency.usd }
}
