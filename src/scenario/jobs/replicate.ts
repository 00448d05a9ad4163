import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { reference } from '../schema/section.ts'
import { jobReader } from './reader.ts'

export const replicate = jobReader({
  kind: 'replicate',
  fields: {
    dataset: reference('a dataset'),
    to: reference('a node'),
    synchronous: z.boolean().default(false),
    journal: quantity('seconds', { example: '24 h' }).default(0),
  },
  refers: { dataset: 'dataset', node: 'to' },
  follows: ({ synchronous }) => (synchronous ? 'a synchronous replica' : undefined),
  read: ({ dataset, to, synchronous, journal }) => ({ dataset, to, synchronous, journal_s: journal }),
})
