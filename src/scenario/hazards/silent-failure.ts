import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const silentFailure = hazardReader({
  kind: 'silent-failure',
  fields: { target: reference('a store'), detection: durationLaw },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'silent-failure',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
