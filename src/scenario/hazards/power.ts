import { POWER_RATE, POWER_DURATION } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const power = hazardReader({
  kind: 'power',
  fields: {
    target: reference('a site or domain'),
    duration: durationLaw.optional(),
    detection: durationLaw.optional(),
  },
  rate: POWER_RATE,
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['sites', 'domains'] }],
  read: ({ target, duration, detection }, { common, law }) => ({
    kind: 'power',
    ...common,
    target,
    duration: law('duration', duration, POWER_DURATION),
    detection: law('detection', detection),
  }),
})
