import { reference } from '../schema/section.ts'
import { jobReader, share } from './reader.ts'

export const verify = jobReader({
  kind: 'verify',
  fields: { store: reference('a store'), sample: share('5 %').default(1), heal: reference('a store').optional() },
  refers: { source: 'store' },
  read: ({ store, sample, heal }) => ({ store, sample, ...(heal === undefined ? {} : { healFrom: heal }) }),
})
