import { NODE_RATE } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const node = hazardReader({
  kind: 'node',
  fields: { target: reference('a node or domain'), detection: durationLaw.optional() },
  rate: NODE_RATE,
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['nodes', 'domains'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'node',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
