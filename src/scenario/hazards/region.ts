import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const region = hazardReader({
  kind: 'region',
  fields: { target: reference('a region'), duration: durationLaw, detection: durationLaw.optional() },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['regions'] }],
  read: ({ target, duration, detection }, { common, law }) => ({
    kind: 'region',
    ...common,
    target,
    duration: law('duration', duration),
    detection: law('detection', detection),
  }),
})
