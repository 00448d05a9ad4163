import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { list, number, section } from './section.ts'

const duration = quantity('seconds', { example: '6 d' })
const positive = quantity('seconds', { example: '6 d', positive: true })
const share = quantity('share', { example: '30 %', max: { value: 1, text: '100 %' } })

const shape = number({ min: 0.01, example: '1.5' })

const laws = {
  constant: duration.optional(),
  uniform: section({ min: duration, max: duration }).optional(),
  exponential: section({ mean: positive }).optional(),
  lognormal: section({ median: positive, p90: positive }).optional(),
  weibull: section({ shape, scale: positive, location: duration.optional() }).optional(),
  gamma: section({ shape, scale: positive }).optional(),
  pareto: section({ shape, min: positive, max: positive }).optional(),
  /** Observed durations, each equally likely. */
  empirical: list(duration).optional(),
  /** The law of a family that fits observed durations best. */
  fitted: section({
    law: z.enum(['exponential', 'weibull', 'lognormal', 'gamma']),
    to: list(positive),
    by: z.enum(['likelihood', 'moments']).optional(),
  }).optional(),
}

const law = section(laws)

/** A single duration is constant; otherwise one law, by its name. */
export const durationLaw = z
  .union([duration, section({ ...laws, mixture: list(section({ share, of: z.union([duration, law]) })).optional() })])
  .meta({ id: 'duration-law' })

export type DurationLaw = z.output<typeof durationLaw>
