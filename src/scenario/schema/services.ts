import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { named, number, reference, section } from './section.ts'

const perHour = quantity('usdPerHour', { example: '$500/h' })

const service = section({
  needs: z.array(reference('a dataset')).default([]),
  'depends-on': z.array(reference('a service')).default([]),
  'serves-with': quantity('share', { example: '20 %', positive: true, max: { value: 1, text: '100 %' } }).default(1),
  priority: number({ min: 0, example: '1' }).default(1),
  objectives: section(
    { rpo: quantity('seconds', { example: '24 h' }), rto: quantity('seconds', { example: '8 h' }) },
    '{ rpo: 24 h, rto: 8 h }',
  ),
  penalty: section(
    { downtime: perHour.optional(), loss: perHour.optional() },
    '{ downtime: $500/h, loss: $200/h }',
  ).optional(),
})

export const services = named(service)

export type ServiceDocument = z.output<typeof service>
