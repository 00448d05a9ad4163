import type { Argv } from 'yargs'
import type { Settings } from '../../scenario/document/set-values.ts'

export interface PricesArguments {
  readonly prices: string | undefined
  readonly currency: string | undefined
}

export function withPrices<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & PricesArguments> {
  return yargs
    .option('prices', {
      type: 'string',
      requiresArg: true,
      describe: "Price book (YAML) in the place of the scenario's prices",
    })
    .option('currency', {
      type: 'string',
      requiresArg: true,
      describe: 'Currency of amounts: USD, or EUR for example, at the rate in the scenario or its prices',
    })
}

/** The settings of a scenario that stand for a price book and a currency. */
export async function settingsOf({ prices, currency }: PricesArguments): Promise<Settings> {
  const reported = currency === undefined ? {} : { 'money.report-in': currency }
  if (prices === undefined) return reported
  const { readPriceBook } = await import('../../scenario/sections/price-book-file.ts')
  return { prices: await readPriceBook(prices), ...reported }
}
