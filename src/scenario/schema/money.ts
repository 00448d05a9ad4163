import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { number, section, text } from './section.ts'

const currency = section({
  code: text('EUR'),
  /** Value of one unit in US dollars. */
  usd: number({ min: 0, example: '1.08' }),
})

/** Costs of the people who run backups and recover. */
const people = section({
  hour: quantity('usdPerHour', { example: '$85/h' }),
  /** Number of people working on a recovery, from its detection until all services are back. */
  recovering: number({ min: 0, example: '2' }).default(1),
  /** Working time spent on each failed job, and on each pickup of tapes or disks. */
  'failed-job': quantity('seconds', { example: '30 min' }).default(0),
  pickup: quantity('seconds', { example: '20 min' }).default(0),
})

/** The currency of amounts, the value of later money, and the costs of people. */
export const money = section({
  currency: currency.optional(),
  /** The currency of reported amounts: USD, that of `currency` or of the prices, or one that the prices have a rate for. */
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

/** Prices that replace those that come with firedrill, and those that stores leave out. */
export const priceBook = section({
  name: text('"Contract 4711"'),
  ...provenance,
  /** The currency of the book's amounts, whose sign is $ nevertheless. */
  currency: currency.optional(),
  /** Value of one unit of other currencies in US dollars. */
  rates: z.record(z.string(), number({ min: 0, example: '1.08' })).default({}),
  classes: z.record(z.string(), classPrices).default({}),
  tape: section({ ...provenance, cartridge: amount, pickup: amount, recall: amount }).optional(),
  courier: section({ ...provenance, trip: amount }).optional(),
})

export type PriceBookDocument = z.output<typeof priceBook>
