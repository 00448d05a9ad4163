import { reference } from '../schema/section.ts'
import { jobReader } from './reader.ts'

export const drill = jobReader({
  kind: 'drill',
  fields: { dataset: reference('a dataset'), from: reference('a store'), to: reference('a node') },
  refers: { dataset: 'dataset', source: 'from', node: 'to' },
  read: ({ dataset, from, to }) => ({ dataset, from, to }),
})
