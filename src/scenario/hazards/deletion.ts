import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const deletion = hazardReader({
  kind: 'deletion',
  fields: {
    target: reference('a dataset'),
    share: quantity('share', { example: '10 %', positive: true, max: { value: 1, text: '100 %' } }),
    'share-of': z.enum(['entries', 'bytes']).default('entries'),
    detection: durationLaw,
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['datasets'] }],
  read: ({ target, share, 'share-of': shareOf, detection }, { common, law }) => ({
    kind: 'deletion',
    ...common,
    target,
    share,
    shareOf,
    detection: law('detection', detection),
  }),
})
