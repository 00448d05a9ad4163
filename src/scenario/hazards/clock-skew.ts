import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { section, reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

const duration = quantity('seconds', { example: '3 h' })

export const clockSkew = hazardReader({
  kind: 'clock-skew',
  fields: {
    target: reference('a node'),
    skew: section({ ahead: duration.optional(), behind: duration.optional() }),
    detection: durationLaw,
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['nodes'] }],
  read: ({ target, skew, detection }, { common, law }) => ({
    kind: 'clock-skew',
    ...common,
    target,
    skew_s: (skew.ahead ?? 0) - (skew.behind ?? 0),
    detection: law('detection', detection),
  }),
})
