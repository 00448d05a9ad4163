import { quantity } from '../quantities/quantity.ts'
import { reference } from '../schema/section.ts'
import { jobReader, keep, keepOf } from './reader.ts'

const DAY_S = 86_400

export const prune = jobReader({
  kind: 'prune',
  fields: {
    store: reference('a store'),
    keep,
    'max-unused': quantity('share', { example: '5 %', max: { value: 1, text: '100 %' } }).default(0.05),
    grace: quantity('seconds', { example: '2 d' }).default(2 * DAY_S),
  },
  refers: { source: 'store' },
  read: (written) => ({
    store: written.store,
    keep: keepOf(written.keep),
    maxUnused: written['max-unused'],
    grace_s: written.grace,
  }),
})
