import { z } from 'zod'
import { job } from '../jobs/index.ts'
import { keep, renewLocks } from '../jobs/reader.ts'
import { quantity } from '../quantities/quantity.ts'
import { list, named, number, reference, section, text } from './section.ts'

const jobs = list(job)

const duration = quantity('seconds', { example: '30 min' }).optional()

/** Each point that is examined takes this long, plus a scan of the dataset. */
const cleanPoint = section({
  examine: quantity('seconds', { example: '30 min' }).default(0),
  scan: quantity('bytesPerSecond', { example: '200 MB/s', positive: true }).optional(),
  search: z.enum(['newest-first', 'halving']).default('newest-first'),
})

const failBack = section(
  {
    after: quantity('seconds', { example: '7 d' }).default(0),
    'cut-over': quantity('seconds', { example: '10 min' }).default(0),
  },
  '{ after: 7 d, cut-over: 10 min }',
)

/** Virtual machines run from the backup store first: what they read to start, and what they read and write then. */
const instant = section({
  boot: quantity('bytes', { example: '2 GB', positive: true }),
  load: quantity('bytesPerSecond', { example: '20 MB/s', positive: true }),
  writes: quantity('bytesPerSecond', { example: '2 MB/s' }).optional(),
})

/** Windows in which people are at work, and how long somebody called at other times needs to arrive. */
const attendance = {
  hours: list(text('"Mon-Fri 08:00-18:00"')).optional(),
  'on-call': duration,
}

const staff = section(
  {
    ...attendance,
    people: number({ min: 1, whole: true, example: '2' }).optional(),
    'per-restore': duration,
    'per-machine': duration,
  },
  '{ hours: ["Mon-Fri 08:00-18:00"], on-call: 1 h, people: 2 }',
)

const approval = section(
  { takes: quantity('seconds', { example: '30 min' }), ...attendance },
  '{ takes: 30 min, hours: ["Mon-Fri 08:00-18:00"] }',
)

/** Times of machines, sites, regions and domains. */
const ownTimes = named(quantity('seconds', { example: '2 d' })).optional()

export const recovery = section({
  staff: staff.optional(),
  declare: duration,
  approval: approval.optional(),
  provision: duration,
  'provision-of': ownTimes,
  'provision-at-once': number({ min: 1, whole: true, example: '20' }).optional(),
  rebuild: duration,
  'rebuild-of': ownTimes,
  'start-standby': duration,
  'standby-cost': quantity('usdPerMonth', { example: '$400/month' }).optional(),
  'serving-cost': quantity('usdPerMonth', { example: '$3000/month' }).optional(),
  verify: duration,
  'cut-over': duration,
  dns: duration,
  parallel: number({ min: 1, whole: true, example: '4' }).optional(),
  retries: number({ min: 0, whole: true, example: '1' }).optional(),
  'keep-trying': duration,
  throttles: z.enum(['lifted', 'kept']).optional(),
  freeze: z.boolean().optional(),
  'clean-point': cleanPoint.optional(),
  'fail-back': failBack.optional(),
  'fail-over-after': duration,
  instant: instant.optional(),
}).meta({
  id: 'recovery',
})

export const repository = section({
  chunk: quantity('bytes', { example: '1 MiB', positive: true }).optional(),
  pack: quantity('bytes', { example: '16 MiB', positive: true }).optional(),
  compression: z.enum(['zstd', 'none']).optional(),
  'whole-packs': z.boolean().optional(),
  'key-copy': z.boolean().optional(),
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
