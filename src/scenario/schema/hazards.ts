import { z } from 'zod'
import { quantity } from '../quantity.ts'
import { durationLaw } from './distribution.ts'
import { named, reference, section, text } from './section.ts'

const rate = quantity('perYear', { example: '0.05/year' })
const source = text('"Uptime Institute, 2025"').optional()

const site = section({
  kind: z.literal('site'),
  target: reference('a site'),
  rate,
  source,
  detection: durationLaw.optional(),
})

const deletion = section({
  kind: z.literal('deletion'),
  target: reference('a dataset'),
  rate,
  source,
  share: quantity('share', { example: '10 %', positive: true, max: { value: 1, text: '100 %' } }),
  detection: durationLaw,
})

const ransomware = section({
  kind: z.literal('ransomware'),
  target: reference('a site'),
  rate,
  source,
  dwell: durationLaw,
  credentials: z.array(reference('a store')).default([]),
})

export const hazards = named(z.discriminatedUnion('kind', [site, deletion, ransomware]))

export type HazardDocument = z.output<typeof hazards>[string]
