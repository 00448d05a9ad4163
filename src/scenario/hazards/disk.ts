import { DISK_RATE } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const disk = hazardReader({
  kind: 'disk',
  fields: {
    target: reference('a node or store'),
    replacement: durationLaw.optional(),
    detection: durationLaw.optional(),
  },
  rate: DISK_RATE,
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['nodes', 'stores'] }],
  read: ({ target, replacement, detection }, { common, law }) => ({
    kind: 'disk',
    ...common,
    target,
    replacement: law('replacement', replacement),
    detection: law('detection', detection),
  }),
})
