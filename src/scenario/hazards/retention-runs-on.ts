import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const retentionRunsOn = hazardReader({
  kind: 'retention-runs-on',
  fields: { target: reference('a store'), detection: durationLaw },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target, detection }, { common, law }) => ({
    kind: 'retention-runs-on',
    ...common,
    target,
    detection: law('detection', detection),
  }),
})
