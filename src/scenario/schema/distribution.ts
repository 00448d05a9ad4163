import { z } from 'zod'
import { quantity } from '../quantity.ts'
import { number, section } from './section.ts'

const duration = quantity('seconds', { example: '6 d' })
const positive = quantity('seconds', { example: '6 d', positive: true })
const share = quantity('share', { example: '30 %', max: { value: 1, text: '100 %' } })

/** A law for a duration; a duration alone is that duration always. */
const simple = z.union([
  duration,
  section({ constant: duration }),
  section({ uniform: section({ min: duration, max: duration }) }),
  section({ exponential: section({ mean: positive }) }),
  section({ lognormal: section({ median: positive, p90: positive }) }),
  section({ weibull: section({ shape: number({ min: 0.01, example: '1.5' }), scale: positive }) }),
])

export const durationLaw = z.union([simple, section({ mixture: z.array(section({ share, of: simple })).min(1) })])

export type DurationLaw = z.output<typeof durationLaw>
export type SimpleDurationLaw = z.output<typeof simple>
