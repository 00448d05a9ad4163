import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { named, number, reference, section } from './section.ts'

const count = (example: string) => number({ min: 1, whole: true, example }).optional()
const duration = (example: string) => quantity('seconds', { example, positive: true }).optional()

/** What the copies of datasets have to satisfy at every instant; an absent key requires nothing. */
const rule = section({
  datasets: z.union([z.literal('all'), z.array(reference('a dataset')).min(1)]).default('all'),
  copies: count('3'),
  media: count('2'),
  offsite: count('1'),
  immutable: count('1'),
  verified: duration('30 d'),
  'max-age': duration('26 h'),
  'keep-at-least': duration('10 years'),
  every: duration('30 d'),
  'keep-at-most': duration('90 d'),
  share: quantity('share', { example: '99 %', positive: true, max: { value: 1, text: '100 %' } }).default(1),
})

export const compliance = named(rule)

export type ComplianceDocument = z.output<typeof compliance>
