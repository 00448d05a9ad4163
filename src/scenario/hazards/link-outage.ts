import { durationLaw } from '../schema/distribution.ts'
import { number, reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const linkOutage = hazardReader({
  kind: 'link-outage',
  fields: {
    target: reference('a link'),
    duration: durationLaw,
    flaps: number({ min: 1, max: 10_000, whole: true, example: '20' }).default(1),
    pause: durationLaw.optional(),
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['links'] }],
  read: ({ target, duration, flaps, pause }, { common, law }) => ({
    kind: 'link-outage',
    ...common,
    target,
    duration: law('duration', duration),
    flaps,
    pause: law('pause', pause),
  }),
})
