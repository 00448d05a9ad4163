import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from './distribution.ts'
import { named, number, reference, section } from './section.ts'

/** More drills would take over a year, and would not fit into memory. */
const MOST_DRILLS = 1_000_000

/** Values by dotted path, `links.wan.bandwidth: 1 Gbit/s`; the rest of the schema checks them. */
const overrides = z.record(z.string(), z.unknown())

const compare = section({
  strategies: z.union([z.literal('all'), z.array(reference('a strategy')).min(1)]).default('all'),
  topologies: named(overrides).default({}),
})

const count = number({ min: 1, max: MOST_DRILLS, whole: true, example: '30' })

/** Adds drills until the 95 % confidence interval of each of these means is this narrow. */
const untilPrecise = section({
  precision: quantity('share', { example: '5 %', positive: true }),
  min: number({ min: 2, whole: true, example: '30' }).default(30),
  max: number({ min: 2, max: MOST_DRILLS, whole: true, example: '2000' }).default(2000),
  of: z
    .array(z.enum(['rpo', 'rto']))
    .min(1)
    .default(['rpo', 'rto']),
})

/** A second failure in each drill, this long after its onset. */
const setback = section({ hazard: reference('a hazard'), after: durationLaw })

export const experiment = section({
  drills: z.union([z.literal('all'), z.array(reference('a hazard'))]).default('all'),
  background: z.array(reference('a hazard')).default([]),
  setback: setback.optional(),
  replications: z.union([count, untilPrecise]).default(30),
  histories: number({ min: 1, max: MOST_DRILLS, whole: true, example: '20' }).default(1),
  'natural-worlds': number({ min: 0, whole: true, example: '20' }).default(0),
  'warm-up': z.union([quantity('seconds', { example: '14 d', or: ', or auto' }), z.literal('auto')]).optional(),
  seed: z.union([z.string().min(1), z.number()]).default('1'),
  compare: compare.default({ strategies: 'all', topologies: {} }),
})
