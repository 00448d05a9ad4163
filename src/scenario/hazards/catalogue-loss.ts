import { z } from 'zod'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const catalogueLoss = hazardReader({
  kind: 'catalogue-loss',
  fields: { target: reference('a store'), stored: z.boolean().default(false) },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores'] }],
  read: ({ target, stored }, { common }) => ({ kind: 'catalogue-loss', ...common, target, stored }),
})
