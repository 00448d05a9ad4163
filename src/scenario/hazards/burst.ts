import { durationLaw } from '../schema/distribution.ts'
import { list, reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const burst = hazardReader({
  kind: 'burst',
  fields: { of: list(reference('a hazard')), within: durationLaw.optional() },
  refers: ({ of }) => of.map((name, index) => ({ field: ['of', index], name, to: ['hazards'] as const })),
  read: ({ of, within }, { common, law }) => ({ kind: 'burst', ...common, of, within: law('within', within) }),
})
