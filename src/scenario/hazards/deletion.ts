import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const deletion = hazardReader({
  kind: 'deletion',
  fields: {
    target: reference('a dataset'),
    share: quantity('share', { example: '10 %', positive: true, max: { value: 1, text: '100 %' } }),
    detection: durationLaw,
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['datasets'] }],
  read: ({ target, share, detection }, { common, law }) => ({
    kind: 'deletion',
    ...common,
    target,
    share,
    detection: law('detection', detection),
  }),
})
