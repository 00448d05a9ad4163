import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const keyLoss = hazardReader({
  kind: 'key-loss',
  fields: { target: reference('a store') },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target }, { common }) => ({ kind: 'key-loss', ...common, target }),
})
