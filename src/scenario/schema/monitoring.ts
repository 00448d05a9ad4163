import type { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from './distribution.ts'
import { number, section } from './section.ts'

const reach = {
  delay: durationLaw.optional(),
  miss: quantity('share', { example: '5 %', max: { value: 1, text: '100 %' } }).default(0),
}

/** What watches the jobs, and how certain it is that somebody acts on an alarm. */
export const monitoring = section({
  'missed-job': section({ grace: quantity('seconds', { example: '4 h' }), ...reach }).optional(),
  'failed-verify': section(reach).optional(),
  'full-store': section({
    above: quantity('share', { example: '90 %', positive: true, max: { value: 1, text: '100 %' } }),
    ...reach,
  }).optional(),
  size: section({ above: quantity('share', { example: '20 %', positive: true }), ...reach }).optional(),
  'change-rate': section({ times: number({ min: 1, example: '5' }), ...reach }).optional(),
  entropy: section({
    above: quantity('share', { example: '20 %', positive: true, max: { value: 1, text: '100 %' } }),
    ...reach,
  }).optional(),
}).meta({ id: 'monitoring' })

export type MonitoringDocument = z.output<typeof monitoring>
