import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const monitoringFailure = hazardReader({
  kind: 'monitoring-failure',
  fields: { target: reference('a site'), detection: durationLaw },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['sites'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'monitoring-failure',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
