import { reference } from '../schema/section.ts'
import { jobReader, keep, kept } from './reader.ts'

export const synthesise = jobReader({
  kind: 'synthesise',
  fields: { dataset: reference('a dataset'), store: reference('a store'), keep: keep.optional() },
  refers: { dataset: 'dataset', source: 'store' },
  read: (written) => ({ dataset: written.dataset, store: written.store, ...kept(written.keep) }),
})
