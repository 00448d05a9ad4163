import { RACK_RATE, RACK_REPAIR, RACK_RESPONSE } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const rack = hazardReader({
  kind: 'rack',
  fields: {
    target: reference('a domain'),
    response: durationLaw.optional(),
    repair: durationLaw.optional(),
    detection: durationLaw.optional(),
  },
  rate: RACK_RATE,
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['domains'] }],
  read: ({ target, response, repair, detection }, { common, law }) => ({
    kind: 'rack',
    ...common,
    target,
    response: law('response', response, RACK_RESPONSE),
    repair: law('repair', repair, RACK_REPAIR),
    detection: law('detection', detection),
  }),
})
