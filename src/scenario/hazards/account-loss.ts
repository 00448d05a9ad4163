import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const accountLoss = hazardReader({
  kind: 'account-loss',
  fields: {
    target: reference('a domain, store or node'),
    duration: durationLaw.optional(),
    detection: durationLaw.optional(),
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['domains', 'stores', 'nodes'] }],
  read: ({ target, duration, detection }, { common, law }) => ({
    kind: 'account-loss',
    ...common,
    target,
    ...(duration === undefined ? {} : { duration: law('duration', duration) }),
    detection: law('detection', detection),
  }),
})
