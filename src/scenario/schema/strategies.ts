import { z } from 'zod'
import { job } from '../jobs/index.ts'
import { keep, renewLocks } from '../jobs/reader.ts'
import { quantity } from '../quantity.ts'
import { list, named, reference, section, text } from './section.ts'

const jobs = list(job)

const duration = quantity('seconds', { example: '30 min' }).optional()

export const recovery = section({
  declare: duration,
  provision: duration,
  'start-standby': duration,
  'standby-cost': quantity('usdPerMonth', { example: '$400/month' }).optional(),
  'serving-cost': quantity('usdPerMonth', { example: '$3000/month' }).optional(),
  verify: duration,
  'cut-over': duration,
}).meta({
  id: 'recovery',
})

export const repository = section({
  chunk: quantity('bytes', { example: '1 MiB', positive: true }).optional(),
  pack: quantity('bytes', { example: '16 MiB', positive: true }).optional(),
  compression: z.enum(['zstd', 'none']).optional(),
  'whole-packs': z.boolean().optional(),
}).meta({ id: 'repository' })

const settings = { recovery: recovery.optional(), repository: repository.optional() }

const weeklyFullDailyIncremental = section({
  preset: z.literal('weekly-full-daily-incremental'),
  dataset: reference('a dataset'),
  to: reference('a store'),
  at: text('"22:00"'),
  'full-on': z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']).default('Sun'),
  keep: keep.optional(),
  'renew-locks': renewLocks,
  ...settings,
})

const nightlySnapshotWithOffsiteCopy = section({
  preset: z.literal('nightly-snapshot-with-offsite-copy'),
  dataset: reference('a dataset'),
  to: reference('a store'),
  offsite: reference('a store'),
  at: text('"22:00"'),
  keep: keep.optional(),
  'keep-offsite': keep.optional(),
  'renew-locks': renewLocks,
  ...settings,
})

export const strategies = named(
  z.union(
    [
      jobs,
      section({ jobs, ...settings }),
      z.discriminatedUnion('preset', [weeklyFullDailyIncremental, nightlySnapshotWithOffsiteCopy]),
    ],
    { error: 'expected a list of jobs, { jobs: [ … ] } or { preset: … }' },
  ),
)

export type StrategyDocument = z.output<typeof strategies>[string]
export type RecoveryDocument = z.output<typeof recovery>
export type RepositoryDocument = z.output<typeof repository>
export type PresetDocument = Extract<StrategyDocument, { preset: string }>
