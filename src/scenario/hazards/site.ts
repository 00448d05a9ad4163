import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const site = hazardReader({
  kind: 'site',
  fields: { target: reference('a site'), detection: durationLaw.optional() },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['sites'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'site',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
