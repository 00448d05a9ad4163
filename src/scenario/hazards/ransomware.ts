import { z } from 'zod'
import { RANSOMWARE_DWELL } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const ransomware = hazardReader({
  kind: 'ransomware',
  fields: {
    target: reference('a site'),
    dwell: durationLaw.optional(),
    credentials: z.array(reference('a store')).default([]),
  },
  refers: ({ target, credentials }) => [
    { field: ['target'], name: target, to: ['sites'] },
    ...credentials.map((name, index) => ({ field: ['credentials', index], name, to: ['stores'] as const })),
  ],
  read: ({ target, dwell, credentials }, { common, law }) => ({
    kind: 'ransomware',
    ...common,
    target,
    dwell: law('dwell', dwell, RANSOMWARE_DWELL),
    credentials,
  }),
})
