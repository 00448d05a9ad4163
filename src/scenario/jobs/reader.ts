import { z } from 'zod'
import { retentionDialects } from '../../engine/index.ts'
import type { DialectName, RetentionDialect } from '../../engine/index.ts'
import { lawOf as kernelLawOf } from '../../kernel/index.ts'
import type { Job, JobCommon, JobTerms, KeepPolicy, Trigger } from '../../strategy/strategy.ts'
import { drawIntervals } from '../../world/index.ts'
import type { Schedule } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { calendarSpan } from '../quantities/calendar-span.ts'
import { lawOf } from '../quantities/duration-law.ts'
import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { list, mappingLike, number, reference, section, text } from '../schema/section.ts'

/** Counts and spans, by a tool's own flags: `{ dialect: restic, daily: 7, within: 30 d }`. */
function keepBy<Dialect extends DialectName>(dialect: Dialect) {
  const { rules, withinRules = [], unlimited }: RetentionDialect = retentionDialects[dialect]
  const span = calendarSpan().optional()
  const count = number({ min: unlimited ? -1 : 0, whole: true, example: '7' }).optional()
  return section({
    ...Object.fromEntries(rules.map((rule) => [rule, count])),
    ...Object.fromEntries(withinRules.map((rule) => [rule, span])),
    dialect: z.literal(dialect),
  })
}

export const keep = z
  .discriminatedUnion('dialect', [keepBy('restic'), keepBy('borg'), keepBy('pbs'), keepBy('gfs')], {
    error: mappingLike('{ dialect: restic, daily: 7, weekly: 4 }'),
  })
  .meta({ id: 'keep' })

export type KeepDocument = z.output<typeof keep>

/** For jobs that fill a store with object lock. */
export const renewLocks = z.boolean().default(false)

export const rate = quantity('bytesPerSecond', { example: '50 MB/s', positive: true })
export const duration = quantity('seconds', { example: '8 h', positive: true })
export const share = (example: string) =>
  quantity('share', { example, positive: true, max: { value: 1, text: '100 %' } })

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
  .optional()

const retry = section(
  {
    times: number({ min: 1, max: 1000, whole: true, example: '3' }),
    wait: quantity('seconds', { example: '10 min', positive: true }),
  },
  '{ times: 3, wait: 10 min }',
).meta({ id: 'retry' })

/** Terms that every job may have. */
const terms = {
  limit: rate.optional(),
  window: duration.optional(),
  overrun: z.enum(['stop', 'finish']).optional(),
  'keep-trying': quantity('seconds', { example: '15 min' }).optional(),
  retry: retry.optional(),
  fails: share('8 %').optional(),
  streams: number({ min: 1, max: 256, whole: true, example: '8' }).optional(),
}

/** When it runs: at instants of the calendar, after another job, or at random intervals. */
const times = {
  at: text('"daily 22:00"').optional(),
  after: reference('a job').optional(),
  every: durationLaw.optional(),
}

const scheduled = { name, ...times, ...terms }

/** What a job works on: one dataset, or several, each of which gets a job of its own. */
const subjects = {
  dataset: reference('a dataset').optional(),
  datasets: list(reference('a dataset or a node')).optional(),
}

type Kind = Job['kind']
type JobOf<K extends Kind> = Extract<Job, { kind: K }>
/** What a kind's own reader returns; the common parts are read for it. */
type OwnOf<K extends Kind> = Omit<JobOf<K>, keyof JobCommon | 'kind'>

/** What the reader of a job's own fields may use. */
export interface JobFields {
  readonly problem: (field: string, message: string, part?: 'key' | 'value') => void
}

/** Names in a job that refer to something elsewhere, by the field in which they are written. */
export interface References {
  readonly dataset?: 'dataset'
  /** A store whose backups the job uses; another job must put them there. */
  readonly source?: 'from' | 'store'
  /** A store that the job fills. */
  readonly target?: 'to'
  /** A node that the job writes to. */
  readonly node?: 'to'
}

interface Definition<K extends Kind, Fields extends z.ZodRawShape> {
  readonly kind: K
  readonly fields: Fields
  /** For a job that runs when the application has written, and so has no times of its own, what it is: 'a log'. */
  readonly follows?: (written: z.output<z.ZodObject<Fields>>) => string | undefined
  readonly refers: References
  readonly read: (written: z.output<z.ZodObject<Fields>>, fields: JobFields) => OwnOf<K>
}

/** The name of a job, and the group it was written in. */
export type JobNames = Pick<JobCommon, 'name' | 'group'>

type Written = z.output<z.ZodObject<typeof scheduled>>

/** One kind of job in the language of scenarios. To add one: a file in this folder, and a line in the registry. */
export function jobReader<K extends Kind, Fields extends z.ZodRawShape>(definition: Definition<K, Fields>) {
  const { kind, fields, refers, follows } = definition
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is done with no dataset has these keys as unknown ones
  const named = (refers.dataset === undefined ? {} : subjects) as typeof subjects
  const schema = section({ ...fields, ...named, ...scheduled })
  const read = ({ name: jobName, group }: JobNames, document: unknown, path: Path, compilation: Compilation): Job => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has passed it; zod's type of a spread shape is of no use
    const written = document as z.output<z.ZodObject<Fields>> & Written
    const own = definition.read(written, {
      problem: (field, message, part) => compilation.problem([...path, field], message, part),
    })
    const follower = follows?.(written)
    const trigger =
      follower === undefined
        ? triggerOf(group ?? jobName, written, path, compilation)
        : followingTrigger(follower, written, path, compilation)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the kind's own parts and the common ones
    return {
      kind,
      name: jobName,
      ...(group === undefined ? {} : { group }),
      trigger,
      ...termsOf(written, path, compilation),
      ...own,
    } as unknown as Job
  }
  return { kind, schema, refers, read }
}

function triggerOf(job: string, { at, after, every }: Written, path: Path, compilation: Compilation): Trigger {
  const given = Object.entries({ at, after, every }).filter(([, value]) => value !== undefined)
  if (given.length === 0) {
    compilation.problem(path, 'has no time; expected at: "daily 22:00", or after: the name of a job', 'key')
  }
  const [first, second] = given
  if (first !== undefined && second !== undefined) {
    compilation.problem(
      [...path, second[0]],
      `both ${first[0]} and ${second[0]} are given; expected one of them`,
      'key',
    )
  }
  if (after !== undefined) return { after }
  if (every !== undefined) return { at: atRandom(job, every, [...path, 'every'], compilation) }
  return { at: at === undefined ? NEVER : compilation.schedule([...path, 'at'], at) }
}

const NEVER: Schedule = { text: '', occurrences: new Float64Array(0) }

/** Instants with random intervals from a law: the same for all strategies. */
function atRandom(job: string, written: Parameters<typeof lawOf>[0], path: Path, compilation: Compilation): Schedule {
  const problems = compilation.problems.length
  const described = lawOf(written, path, compilation)
  if (compilation.problems.length > problems) return NEVER
  const law = kernelLawOf(described)
  if (!(law.mean > 0)) {
    compilation.problem(path, 'has a mean of zero; expected intervals with some length')
    return NEVER
  }
  const intervals = { law: described, name: job, until_s: compilation.end_s }
  return { text: 'at random intervals', occurrences: drawIntervals(intervals, compilation.seed), intervals }
}

function followingTrigger(
  follower: string,
  { at, after, every }: Written,
  path: Path,
  compilation: Compilation,
): Trigger {
  for (const [key, value] of Object.entries({ at, after, every })) {
    if (value === undefined) continue
    compilation.problem([...path, key], `${follower} follows every write; expected neither at nor after`, 'key')
  }
  return { at: { ...NEVER, text: 'with every write' } }
}

function termsOf(written: Written, path: Path, compilation: Compilation): { terms?: JobTerms } {
  const { limit, window: window_s, overrun, 'keep-trying': keepTrying_s, retry: again, fails, streams } = written
  if (overrun !== undefined && window_s === undefined) {
    compilation.problem(
      [...path, 'overrun'],
      'says what happens at the end of a window, and there is none; add window: 8 h',
      'key',
    )
  }
  const found: JobTerms = {
    ...(limit === undefined ? {} : { limit_bytesPerSecond: limit }),
    ...(window_s === undefined ? {} : { window_s, overrun: overrun ?? 'stop' }),
    ...(keepTrying_s === undefined ? {} : { keepTrying_s }),
    ...(again === undefined ? {} : { retry: { times: again.times, wait_s: again.wait } }),
    ...(fails === undefined ? {} : { failure: fails }),
    ...(streams === undefined ? {} : { streams }),
  }
  return Object.keys(found).length === 0 ? {} : { terms: found }
}

export function renewed(written: { readonly 'renew-locks': boolean }): { renewLocks?: true } {
  return written['renew-locks'] ? { renewLocks: true } : {}
}

export function kept(written: KeepDocument | undefined): { keep?: KeepPolicy } {
  return written === undefined ? {} : { keep: keepOf(written) }
}

export function keepOf({ dialect, ...rules }: KeepDocument): KeepPolicy {
  const ofType = <T>(isOne: (value: unknown) => value is T): Array<[rule: string, value: T]> =>
    Object.entries(rules).flatMap(([rule, value]): Array<[string, T]> => (isOne(value) ? [[rule, value]] : []))
  const spans = ofType((value): value is string => typeof value === 'string')
  return {
    dialect,
    counts: Object.fromEntries(ofType((value): value is number => typeof value === 'number')),
    ...(spans.length === 0 ? {} : { within: Object.fromEntries(spans) }),
  }
}
