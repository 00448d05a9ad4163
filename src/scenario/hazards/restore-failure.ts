import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const restoreFailure = hazardReader({
  kind: 'restore-failure',
  fields: {
    target: reference('a store'),
    share: quantity('share', { example: '10 %', positive: true, max: { value: 1, text: '100 %' } }),
    detection: durationLaw,
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target, share, detection }, { common, law }) => ({
    kind: 'restore-failure',
    ...common,
    target,
    share,
    detection: law('detection', detection),
  }),
})
