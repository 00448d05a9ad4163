import { nightlySnapshotWithOffsiteCopy, weeklyFullDailyIncremental } from '../../strategy/presets/index.ts'
import { KEEP_TRYING_S } from '../../strategy/strategy.ts'
import type { Attendance, Job, OwnTime, RecoveryPlan, RepositoryParameters, Strategy } from '../../strategy/strategy.ts'
import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { JOB_KINDS, hasDataset, readJob } from '../jobs/index.ts'
import type { JobDocument } from '../jobs/index.ts'
import { keepOf, kept, renewed } from '../jobs/reader.ts'
import { subjectsOf } from '../jobs/subjects.ts'
import { monitoringPlan } from './monitoring.ts'
import { outsideWindows } from '../windows.ts'
import { didYouMean } from '../document/nearest-word.ts'
import type { ScenarioDocument } from '../schema/scenario.ts'
import type { PresetDocument, RecoveryDocument, RepositoryDocument, StrategyDocument } from '../schema/strategies.ts'

/** A job with the paths at which its fields were written. */
export interface PlacedJob {
  readonly job: Job
  readonly path: Path
  readonly field: (name: string) => Path
}

export interface PlacedStrategy {
  readonly strategy: Strategy
  readonly jobs: readonly PlacedJob[]
  /** Where the plan names machines, by key. */
  readonly ownTimes: Readonly<Record<OwnTimesKey, Path>>
}

export type OwnTimesKey = 'provision-of' | 'rebuild-of'

const MIB = 2 ** 20
const REPOSITORY: RepositoryParameters = { chunk_bytes: MIB, pack_bytes: 16 * MIB, compression: 'zstd' }
/** Number of chunks per pack, for chunks that are too large for the default pack. */
const CHUNKS_IN_A_PACK = 8
const CHUNK_MIN_BYTES = 1024
const CHUNK_MAX_BYTES = 256 * MIB

/** The strategies of a document that matches the schema, in the order of the file. */
export function strategiesFromDocument(
  document: ScenarioDocument,
  world: WorldSpecification,
  compilation: Compilation,
): PlacedStrategy[] {
  const shared = peopleOf(document.recovery, ['recovery'], compilation)
  return Object.entries(document.strategies).map(([name, written]) => {
    const path: Path = ['strategies', name]
    const jobs = jobsOf(written, path, world, compilation)
    const own: { recovery?: RecoveryDocument | undefined; repository?: RepositoryDocument | undefined } = Array.isArray(
      written,
    )
      ? {}
      : written
    const recovery = { ...document.recovery, ...own.recovery }
    if (Object.keys(recovery).length === 0) {
      compilation.warnings.add(
        `${path.join('.')} has no recovery plan, so declaring, provisioning and checking take no time`,
      )
    }
    const repository = repositoryOf(
      [
        { at: ['repository'], of: document.repository },
        { at: [...path, 'repository'], of: own.repository },
      ],
      compilation,
    )
    const strategy: Strategy = {
      name,
      jobs: jobs.map(({ job }) => job),
      recovery: {
        ...planOf(recovery),
        ...shared,
        ...peopleOf(own.recovery, [...path, 'recovery'], compilation),
      },
      ...(document.monitoring === undefined ? {} : { monitoring: monitoringPlan(document.monitoring, compilation) }),
      repository,
    }
    const writtenAt = (key: OwnTimesKey): Path => [...(own.recovery?.[key] === undefined ? [] : path), 'recovery', key]
    return {
      strategy,
      jobs,
      ownTimes: { 'provision-of': writtenAt('provision-of'), 'rebuild-of': writtenAt('rebuild-of') },
    }
  })
}

function planOf(recovery: RecoveryDocument): RecoveryPlan {
  return {
    declare_s: recovery.declare ?? 0,
    provision_s: recovery.provision ?? 0,
    ...(recovery.rebuild === undefined ? {} : { rebuild_s: recovery.rebuild }),
    provisionOf: ownTimesOf(recovery['provision-of']),
    provisionAtOnce: recovery['provision-at-once'] ?? Infinity,
    rebuildOf: ownTimesOf(recovery['rebuild-of']),
    startStandby_s: recovery['start-standby'] ?? 0,
    standby_usdPerMonth: recovery['standby-cost'] ?? 0,
    standbyServing_usdPerMonth: recovery['serving-cost'] ?? 0,
    verify_s: recovery.verify ?? 0,
    cutOver_s: recovery['cut-over'] ?? 0,
    dns_s: recovery.dns ?? 0,
    parallel: recovery.parallel ?? 1,
    retries: recovery.retries ?? 0,
    freeze: recovery.freeze ?? true,
    liftsThrottles: recovery.throttles !== 'kept',
    keepTrying_s: recovery['keep-trying'] ?? KEEP_TRYING_S,
    ...cleanPointOf(recovery['clean-point']),
    ...failBackOf(recovery['fail-back']),
    ...(recovery['fail-over-after'] === undefined ? {} : { failOverAfter_s: recovery['fail-over-after'] }),
    ...instantOf(recovery.instant),
  }
}

function ownTimesOf(written: RecoveryDocument[OwnTimesKey] = {}): OwnTime[] {
  return Object.entries(written).map(([target, takes_s]) => ({ target, takes_s }))
}

/** Who recovers, and who has to approve. */
function peopleOf(
  written: RecoveryDocument | undefined,
  path: Path,
  compilation: Compilation,
): Pick<RecoveryPlan, 'staff' | 'approval'> {
  const { staff, approval } = written ?? {}
  if (staff !== undefined && Object.keys(staff).length === 0) {
    compilation.problem([...path, 'staff'], 'is empty; expected hours: ["Mon-Fri 08:00-18:00"], or people: 2', 'key')
  }
  return {
    ...(staff === undefined
      ? {}
      : {
          staff: {
            ...attendanceOf(staff, [...path, 'staff'], compilation),
            people: staff.people ?? Infinity,
            perRestore_s: staff['per-restore'] ?? 0,
            perMachine_s: staff['per-machine'] ?? 0,
          },
        }),
    ...(approval === undefined
      ? {}
      : { approval: { ...attendanceOf(approval, [...path, 'approval'], compilation), takes_s: approval.takes } }),
  }
}

function attendanceOf(
  {
    hours,
    'on-call': onCall_s = Infinity,
  }: { readonly hours?: readonly string[] | undefined; readonly 'on-call'?: number | undefined },
  path: Path,
  compilation: Compilation,
): Attendance {
  if (hours === undefined && onCall_s < Infinity) {
    const message =
      'says how long who is called out of hours needs, and there are none; add hours: ["Mon-Fri 08:00-18:00"]'
    compilation.problem([...path, 'on-call'], message, 'key')
  }
  return {
    ...(hours === undefined ? {} : { away: outsideWindows(hours, [...path, 'hours'], compilation) }),
    onCall_s,
  }
}

function instantOf(written: RecoveryDocument['instant']): Pick<RecoveryPlan, 'instant'> {
  if (written === undefined) return {}
  const { boot, load, writes } = written
  const rest = writes === undefined ? {} : { writes_bytesPerSecond: writes }
  return { instant: { boot_bytes: boot, load_bytesPerSecond: load, ...rest } }
}

function cleanPointOf(written: RecoveryDocument['clean-point']): Pick<RecoveryPlan, 'cleanPoint'> {
  if (written === undefined) return {}
  const { search, examine, scan } = written
  return { cleanPoint: { search, examine_s: examine, scan_bytesPerSecond: scan ?? Infinity } }
}

function failBackOf(written: RecoveryDocument['fail-back']): Pick<RecoveryPlan, 'failBack'> {
  if (written === undefined) return {}
  return { failBack: { after_s: written.after, cutOver_s: written['cut-over'] } }
}

/** Later settings override earlier ones. */
function repositoryOf(
  settings: ReadonlyArray<{ at: Path; of: RepositoryDocument | undefined }>,
  compilation: Compilation,
): RepositoryParameters {
  let parameters = REPOSITORY
  let pack: number | undefined
  for (const { at, of } of settings) {
    if (of === undefined) continue
    const { chunk, compression } = of
    const { 'whole-packs': wholePacks = parameters.wholePacks, 'key-copy': keyCopy = parameters.keyCopy } = of
    if (chunk !== undefined) {
      const power = 2 ** Math.round(Math.log2(chunk))
      if (power !== chunk || chunk < CHUNK_MIN_BYTES || chunk > CHUNK_MAX_BYTES) {
        const near = Math.min(CHUNK_MAX_BYTES, Math.max(CHUNK_MIN_BYTES, power))
        compilation.problem(
          [...at, 'chunk'],
          `${chunk} bytes; expected a power of two from 1 KiB to 256 MiB; did you mean ${binarySize(near)}?`,
        )
      }
    }
    pack = of.pack ?? pack
    const chunk_bytes = chunk ?? parameters.chunk_bytes
    const fitting = chunk_bytes > REPOSITORY.pack_bytes ? CHUNKS_IN_A_PACK * chunk_bytes : REPOSITORY.pack_bytes
    parameters = {
      chunk_bytes,
      pack_bytes: pack ?? fitting,
      compression: compression ?? parameters.compression,
      ...(wholePacks === undefined ? {} : { wholePacks }),
      ...(keyCopy === undefined ? {} : { keyCopy }),
    }
    if (parameters.pack_bytes < parameters.chunk_bytes) {
      compilation.problem([...at, of.pack === undefined ? 'chunk' : 'pack'], 'the pack is smaller than a chunk')
    }
  }
  return parameters
}

function binarySize(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / 1024} KiB`
}

function jobsOf(
  written: StrategyDocument,
  path: Path,
  world: WorldSpecification,
  compilation: Compilation,
): PlacedJob[] {
  if (Array.isArray(written)) return listedJobs(written, path, world, compilation)
  if ('preset' in written) return presetJobs(written, path, compilation)
  return listedJobs(written.jobs, [...path, 'jobs'], world, compilation)
}

function presetJobs(written: PresetDocument, path: Path, compilation: Compilation): PlacedJob[] {
  const schedule = (text: string) => compilation.schedule([...path, 'at'], text)
  const { dataset, to, at, keep } = written
  const common = { dataset, to, at, ...kept(keep), ...renewed(written) }
  if (written.preset === 'weekly-full-daily-incremental') {
    const jobs = weeklyFullDailyIncremental({ ...common, fullOn: written['full-on'] }, schedule)
    return jobs.map((job) => ({ job, path, field: (name) => [...path, name] }))
  }
  const keepOffsite = written['keep-offsite']
  const jobs = nightlySnapshotWithOffsiteCopy(
    {
      ...common,
      offsite: written.offsite,
      ...(keepOffsite === undefined ? {} : { keepOffsite: keepOf(keepOffsite) }),
    },
    schedule,
  )
  const ofCopy: Readonly<Record<string, string>> = { from: 'to', to: 'offsite', keep: 'keep-offsite' }
  return jobs.map((job) => ({
    job,
    path,
    field: (name) => [...path, job.kind === 'copy' ? (ofCopy[name] ?? name) : name],
  }))
}

function listedJobs(
  written: readonly JobDocument[],
  path: Path,
  world: WorldSpecification,
  compilation: Compilation,
): PlacedJob[] {
  const jobs: PlacedJob[] = []
  const countOf = (kind: keyof JobDocument): number => written.filter((entry) => entry[kind] !== undefined).length
  const numbers = new Map<string, number>()
  for (const [index, entry] of written.entries()) {
    const kinds = JOB_KINDS.filter((kind) => entry[kind] !== undefined)
    const [kind] = kinds
    if (kind === undefined || kinds.length > 1) {
      compilation.problem(
        [...path, index],
        `${kinds.length === 0 ? 'an empty entry' : `${kinds.join(' and ')} in one entry`}; expected one job, - ${kinds[0] ?? 'backup'}: { … }`,
      )
      continue
    }
    const number = (numbers.get(kind) ?? 0) + 1
    numbers.set(kind, number)
    const placed: Path = [...path, index, kind]
    const name = entry[kind]?.name ?? (countOf(kind) === 1 ? kind : `${kind}-${number}`)
    if (!hasDataset(kind)) {
      const job = readJob(kind, { name }, entry[kind], placed, compilation)
      jobs.push({ job, path: placed, field: (field) => [...placed, field] })
      continue
    }
    const document: { readonly datasets?: readonly string[] | undefined } = entry[kind]!
    for (const { dataset, path: namedAt } of subjectsOf(document, placed, world, compilation)) {
      const names = document.datasets === undefined ? { name } : { name: `${name}-${dataset}`, group: name }
      const job = readJob(kind, names, { ...document, dataset }, placed, compilation)
      jobs.push({ job, path: placed, field: (field) => (field === 'dataset' ? namedAt : [...placed, field]) })
    }
  }
  return resolveNames(jobs, compilation)
}

/** Makes names unique and resolves `after`, which names a job, a group of jobs, or the kind of the only job of that kind. */
function resolveNames(jobs: readonly PlacedJob[], compilation: Compilation): PlacedJob[] {
  const names = new Set<string>()
  const groups = new Set(jobs.flatMap(({ job: { group } }) => group ?? []))
  for (const { job, path } of jobs) {
    if (names.has(job.name)) compilation.problem([...path, 'name'], `there is another job named ${job.name}`)
    names.add(job.name)
  }
  const resolved = jobs.map((placed) => {
    const { job, field } = placed
    if (!('after' in job.trigger)) return placed
    const { after } = job.trigger
    const ofKind = jobs.filter((other) => other.job.kind === after)
    const target = names.has(after) || groups.has(after) ? after : ofKind.length === 1 ? ofKind[0]?.job.name : undefined
    if (target === undefined) {
      const message =
        ofKind.length > 1
          ? `there are ${ofKind.length} jobs of kind ${after}; expected one of ${ofKind.map((other) => other.job.name).join(', ')}`
          : `there is no job named '${after}'${didYouMean(after, names) || `; there are ${[...names].join(', ')}`}`
      compilation.problem(field('after'), message)
      return placed
    }
    return { ...placed, job: { ...job, trigger: { after: target } } }
  })
  for (const { job, field } of resolved) {
    if (neverStarts(job, resolved)) {
      compilation.problem(
        field('after'),
        `${job.name} never starts: these jobs wait for one another, and none of them has a time, at: "daily 22:00"`,
      )
    }
  }
  return resolved
}

function neverStarts(job: Job, jobs: readonly PlacedJob[]): boolean {
  let current: Job | undefined = job
  for (let steps = 0; steps <= jobs.length; steps += 1) {
    if (current === undefined || 'at' in current.trigger) return false
    const { after }: { after: string } = current.trigger
    current = jobs.find(({ job: other }) => other.name === after || other.group === after)?.job
  }
  return true
}
