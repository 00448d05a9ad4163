import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const linkDegradation = hazardReader({
  kind: 'link-degradation',
  fields: {
    target: reference('a link'),
    share: quantity('share', { example: '10 %', positive: true, max: { value: 1, text: '100 %' } }),
    duration: durationLaw,
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['links'] }],
  read: ({ target, share, duration }, { common, law }) => ({
    kind: 'link-degradation',
    ...common,
    target,
    share,
    duration: law('duration', duration),
  }),
})
