import { NODE_CRASH_RATE, NODE_CRASH_DURATION } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const nodeCrash = hazardReader({
  kind: 'node-crash',
  fields: {
    target: reference('a node or domain'),
    duration: durationLaw.optional(),
    detection: durationLaw.optional(),
  },
  rate: NODE_CRASH_RATE,
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['nodes', 'domains'] }],
  read: ({ target, duration, detection }, { common, law }) => ({
    kind: 'node-crash',
    ...common,
    target,
    duration: law('duration', duration, NODE_CRASH_DURATION),
    detection: law('detection', detection),
  }),
})
