import { quantity } from '../quantities/quantity.ts'
import { number, reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

const DAY_S = 86_400

export const retentionPoisoning = hazardReader({
  kind: 'retention-poisoning',
  fields: {
    target: reference('a store'),
    credential: reference('a credential').optional(),
    from: reference('a node'),
    snapshots: number({ min: 1, max: 1000, whole: true, example: '30' }),
    step: quantity('seconds', { example: '1 d', positive: true }).default(DAY_S),
  },
  refers: ({ target, credential, from }) => [
    { field: ['target'], name: target, to: ['stores'] },
    { field: ['from'], name: from, to: ['nodes'] },
    ...(credential === undefined ? [] : [{ field: ['credential'], name: credential, to: ['credentials'] as const }]),
  ],
  read: ({ target, credential, from, snapshots, step }, { common }) => ({
    kind: 'retention-poisoning',
    ...common,
    target,
    ...(credential === undefined ? {} : { credential }),
    from,
    snapshots,
    step_s: step,
  }),
})
