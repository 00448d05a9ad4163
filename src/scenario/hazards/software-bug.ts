import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const softwareBug = hazardReader({
  kind: 'software-bug',
  fields: { target: reference('a store'), detection: durationLaw },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'software-bug',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
