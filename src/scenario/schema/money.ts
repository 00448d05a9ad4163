import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { number, section, text } from './section.ts'

const currency = section({
  code: text('EUR'),
  /** What one unit is worth in US dollars. */
  usd: number({ min: 0, example: '1.08' }),
})

/** What people cost who run backups and recover. */
const people = section({
  hour: quantity('usdPerHour', { example: '$85/h' }),
  /** How many work on a recovery, from its detection until all services are back. */
  recovering: number({ min: 0, example: '2' }).default(1),
  /** Time that somebody spends on each job that failed, and on each pickup of tapes or disks. */
  'failed-job': quantity('seconds', { example: '30 min' }).default(0),
  pickup: quantity('seconds', { example: '20 min' }).default(0),
})

/** In what money is counted, what later money is worth, and what people cost. */
export const money = section({
  currency: currency.optional(),
  /** In which amounts are told: USD, that of `currency` or of the prices, or one that the prices have a rate for. */
  'report-in': text('EUR').optional(),
  discount: quantity('sharePerYear', { example: '5 %/year' }).default(0),
  period: quantity('seconds', { example: '5 years', positive: true }).optional(),
  people: people.optional(),
})

const provenance = {
  region: text('eu-central-1').optional(),
  date: text('"2026-03"').optional(),
  source: text('"offer 4711"').optional(),
  mark: z.enum(['source', 'excerpt', 'second-hand', 'scenario']).optional(),
}

const amount = quantity('usd', { example: '$90' }).optional()
const traffic = quantity('usdPerGB', { example: '$0.09/GB' }).optional()
const requests = quantity('usdPerThousand', { example: '$0.005/1000' }).optional()

const classPrices = section({
  ...provenance,
  storage: quantity('usdPerGBMonth', { example: '$0.0125/GB/month' }).optional(),
  put: requests,
  get: requests,
  retrieval: traffic,
  egress: traffic,
})

/** Prices in the place of those that come with firedrill, and of those that stores leave out. */
export const priceBook = section({
  name: text('"Contract 4711"'),
  ...provenance,
  /** Of the book's amounts, whose sign is $ all the same. */
  currency: currency.optional(),
  /** What one unit of other currencies is worth in US dollars. */
  rates: z.record(z.string(), number({ min: 0, example: '1.08' })).default({}),
  classes: z.record(z.string(), classPrices).default({}),
  tape: section({ ...provenance, cartridge: amount, pickup: amount, recall: amount }).optional(),
  courier: section({ ...provenance, trip: amount }).optional(),
})

export type PriceBookDocument = z.output<typeof priceBook>
