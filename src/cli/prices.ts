import type { Argv } from 'yargs'
import type { Settings } from '../scenario/set-values.ts'

export interface PricesArguments {
  readonly prices: string | undefined
}

export function withPrices<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & PricesArguments> {
  return yargs.option('prices', {
    type: 'string',
    requiresArg: true,
    describe: "Price book (YAML) in the place of the scenario's prices",
  })
}

/** What to set in a scenario for a price book. */
export async function settingsOf({ prices }: PricesArguments): Promise<Settings> {
  if (prices === undefined) return {}
  const { readPriceBook } = await import('../scenario/price-book-file.ts')
  return { prices: await readPriceBook(prices) }
}
