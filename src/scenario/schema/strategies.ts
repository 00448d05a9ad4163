import { z } from 'zod'
import { retentionDialects } from '../../engine/index.ts'
import type { DialectName } from '../../engine/index.ts'
import { quantity } from '../quantity.ts'
import { list, named, number, reference, section, text } from './section.ts'

/** Counts by a tool's own flags: `{ dialect: restic, daily: 7, weekly: 4 }`. */
function keepBy<Dialect extends DialectName>(dialect: Dialect) {
  const { rules, unlimited } = retentionDialects[dialect]
  const count = number({ min: unlimited ? -1 : 0, whole: true, example: '7' }).optional()
  return section({ ...Object.fromEntries(rules.map((rule) => [rule, count])), dialect: z.literal(dialect) })
}

const keep = z
  .discriminatedUnion('dialect', [keepBy('restic'), keepBy('borg'), keepBy('pbs'), keepBy('gfs')])
  .meta({ id: 'keep' })

const trigger = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
    .optional(),
  at: text('"daily 22:00"').optional(),
  after: reference('a job').optional(),
}

/** Jobs that fill a store with object lock. */
const renewLocks = z.boolean().default(false)

const backup = section({
  dataset: reference('a dataset'),
  to: reference('a store'),
  type: z.enum(['full', 'incremental', 'differential', 'snapshot']).default('snapshot'),
  ...trigger,
  keep: keep.optional(),
  'renew-locks': renewLocks,
})

const copy = section({
  from: reference('a store'),
  to: reference('a store'),
  ...trigger,
  keep: keep.optional(),
  'renew-locks': renewLocks,
})

const verify = section({
  store: reference('a store'),
  sample: quantity('share', { example: '5 %', positive: true, max: { value: 1, text: '100 %' } }).default(1),
  ...trigger,
})

const replicate = section({
  dataset: reference('a dataset'),
  to: reference('a node'),
  synchronous: z.boolean().default(false),
  journal: quantity('seconds', { example: '24 h' }).default(0),
  ...trigger,
})

const snapshot = section({
  dataset: reference('a dataset'),
  last: number({ min: 1, whole: true, example: '24' }),
  kind: z.enum(['copy-on-write', 'split-mirror']).default('copy-on-write'),
  reserve: quantity('bytes', { example: '500 GB', positive: true }).optional(),
  ...trigger,
})

/** One of: `backup: {…}`, `copy: {…}`, `verify: {…}`, `replicate: {…}`, `snapshot: {…}`. */
const job = section({
  backup: backup.optional(),
  copy: copy.optional(),
  verify: verify.optional(),
  replicate: replicate.optional(),
  snapshot: snapshot.optional(),
}).meta({ id: 'job' })

const jobs = list(job)

const duration = quantity('seconds', { example: '30 min' }).optional()

export const recovery = section({
  declare: duration,
  provision: duration,
  'start-standby': duration,
  'standby-cost': quantity('usdPerMonth', { example: '$400/month' }).optional(),
  verify: duration,
  'cut-over': duration,
}).meta({
  id: 'recovery',
})

export const repository = section({
  chunk: quantity('bytes', { example: '1 MiB', positive: true }).optional(),
  pack: quantity('bytes', { example: '16 MiB', positive: true }).optional(),
  compression: z.enum(['zstd', 'none']).optional(),
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
export type JobDocument = z.output<typeof job>
export type KeepDocument = z.output<typeof keep>
export type RecoveryDocument = z.output<typeof recovery>
export type RepositoryDocument = z.output<typeof repository>
export type PresetDocument = Extract<StrategyDocument, { preset: string }>
