import { quantity } from '../quantities/quantity.ts'
import { reference } from '../schema/section.ts'
import { duration, jobReader } from './reader.ts'

export const journal = jobReader({
  kind: 'journal',
  fields: {
    dataset: reference('a dataset'),
    to: reference('a node'),
    reach: duration,
    capacity: quantity('bytes', { example: '500 GB', unlimited: true, positive: true }).default(Infinity),
  },
  refers: { dataset: 'dataset', node: 'to' },
  follows: () => 'a journal',
  read: ({ dataset, to, reach, capacity }) => ({ dataset, to, reach_s: reach, capacity_bytes: capacity }),
})
