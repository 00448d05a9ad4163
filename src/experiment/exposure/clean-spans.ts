import type { Instant } from '../../engine/ports.ts'
import type { LockWatch } from '../../strategy/index.ts'
import type { Job, LogJob } from '../../strategy/strategy.ts'
import { journalKeptBy } from '../../strategy/jobs/journal.ts'
import type { Kept, ReplicaReach } from '../../strategy/replicas.ts'
import type { World } from '../../world/index.ts'
import type { StepFunction } from '../../world/specification.ts'
import type { OperatedWorld } from '../cell/operated-world.ts'
import type { UsablePoint } from './exposure.ts'
import type { CleanSpan } from './exposure-after-dwell.ts'
import { union, without } from '../compliance/interval-set.ts'
import type { IntervalSet } from '../compliance/interval-set.ts'
import type { Attack } from './unnoticed.ts'

/** A service goes on from a replica while that leads to a state; otherwise the newest counts, wherever it is. */
const RANKS = { replica: 0, other: 1 } as const

/** States of a journal that are told apart; of one that has more, some are taken together. */
const MOST_STATES = 1000

export interface CleanSpansOptions {
  /** Only a part of the dataset is gone, so nobody goes back with all of it. */
  readonly isPart: boolean
  readonly attack: Attack | undefined
  readonly locks: LockWatch | undefined
}

/**
 * The states of a dataset that can be gone back to, and the times at which each exists: points of backups, states that
 * the array keeps, all instants of a log, what replicas and journals lead back to; without those that an intruder who
 * attacks the backups at that time would delete. Undefined where that is not known.
 */
export function cleanSpans(
  operated: OperatedWorld,
  dataset: string,
  { isPart, attack, locks }: CleanSpansOptions,
): CleanSpan[] | undefined {
  const { operations, world } = operated
  const points: CleanSpan[] = []
  for (const point of operations.points.all) {
    if (point.dataset !== dataset) continue
    const taken = attack && takenFrom(world, point, attack, locks)
    if (attack !== undefined && taken === undefined) return undefined
    points.push(...left(spanOf(point), taken ?? []).map((span) => ({ ...span, ...versionsOf(world, point, attack) })))
  }
  const spans = [...points]
  const { jobs } = operations.strategy
  for (const job of jobs) {
    if (!('dataset' in job) || job.dataset !== dataset) continue
    if (job.kind === 'snapshot') spans.push(...snapshotSpans(world, dataset, job.lock_s, attack))
    if (job.kind === 'log') spans.push(...coveredByLog(operated, job, points, attack))
    const replica = leadsBack(job, isPart)
    if (replica !== undefined) {
      const rank = isPart ? RANKS.other : RANKS.replica
      spans.push(...replicaSpans(operations.replicas.of(replica).reaches).map((span) => ({ ...span, rank })))
    }
  }
  return spans.map((span) => ({ rank: RANKS.other, ...span }))
}

/** A replica follows every write; what was deleted is taken from one that has a journal. */
function leadsBack(job: Job, isPart: boolean): Kept | undefined {
  return journalKeptBy(job) ?? (!isPart && job.kind === 'replicate' && !job.synchronous ? job : undefined)
}

function spanOf({ cut_s, since_s, until_s }: UsablePoint): CleanSpan {
  return { after_s: cut_s, upTo_s: cut_s, since_s, until_s }
}

/** What remains of a span outside some stretches of time. */
function left(span: CleanSpan, taken: IntervalSet): CleanSpan[] {
  if (taken.length === 0) return [span]
  return without([[span.since_s, span.until_s]], taken).map(([since_s, until_s]) => ({ ...span, since_s, until_s }))
}

/**
 * When an attack that is noticed takes something that a point needs; undefined where that is not known. What a store with
 * versions has deleted is brought back.
 */
function takenFrom(
  world: World,
  point: UsablePoint & Parameters<LockWatch['unlocked']>[0],
  { stores, before_s }: Attack,
  locks: LockWatch | undefined,
): IntervalSet | undefined {
  const may = stores.get(point.store)
  const { keepsDeleted_s = 0, lock_s = 0, airGap } = world.store(point.store).specification
  if (may === undefined || (keepsDeleted_s > 0 && !may.purges)) return []
  const unlocked = lock_s > 0 ? locks?.unlocked(point) : [[-Infinity, Infinity] as const]
  if (unlocked === undefined) return undefined
  const open = airGap === undefined ? union(unlocked) : without(union(unlocked), closedBy(airGap))
  return open.map(([from_s, to_s]) => [from_s + before_s, to_s + before_s] as const)
}

/** The times at which nothing leads to a store. */
function closedBy({ from_s, value }: StepFunction): IntervalSet {
  return union(
    Array.from(from_s, (begin_s, k) => [begin_s, from_s[k + 1] ?? Infinity] as const).filter((_, k) => value[k] === 1),
  )
}

function versionsOf(
  world: World,
  { store, until_s }: { readonly store: string; readonly until_s: number },
  attack: Attack | undefined,
): Pick<CleanSpan, 'broughtBackFor_s'> {
  const { keepsDeleted_s = 0 } = world.store(store).specification
  const isPurged = attack?.stores.get(store)?.purges === true
  return keepsDeleted_s > 0 && !isPurged && until_s < Infinity ? { broughtBackFor_s: keepsDeleted_s } : {}
}

/** An attack takes what of an array's snapshots is not locked. */
function snapshotSpans(world: World, dataset: string, lock_s: number, attack: Attack | undefined): CleanSpan[] {
  const spans = snapshotsOf(world, dataset).map(spanOf)
  if (attack?.arrays.has(world.arrayOf(dataset)) !== true) return spans
  return spans.map((span) => ({ ...span, until_s: Math.min(span.until_s, span.after_s + lock_s + attack.before_s) }))
}

/** What the array kept, of a virtual machine whose images lie on another's disks. */
export function snapshotsOf(world: World, dataset: string): UsablePoint[] {
  const { kept, past } = world.dataset(dataset).snapshots
  const point = (cut: Instant, until: Instant): UsablePoint => {
    const cut_s = cut - world.start
    return { cut_s, since_s: cut_s, until_s: until - world.start }
  }
  return [...past.map(({ cut, until }) => point(cut, until)), ...kept.map(({ cut }) => point(cut, Infinity))]
}

/** The states that a replica leads back to, between one arrival and the next. */
function replicaSpans(reaches: readonly ReplicaReach[]): CleanSpan[] {
  const { length } = reaches
  if (length > MOST_STATES) {
    const step = Math.ceil(length / MOST_STATES)
    return Array.from({ length: Math.ceil(length / step) }, (_, k) => {
      const first = reaches[k * step]!
      const last = reaches[Math.min(length, (k + 1) * step) - 1]!
      const until_s = reaches[(k + 1) * step]?.since_s ?? Infinity
      const upTo_s = Math.max(first.newest_s, last.oldest_s)
      return { after_s: last.oldest_s, upTo_s, since_s: first.since_s, until_s }
    })
  }
  let next = 0
  return reaches.map(({ newest_s, since_s }) => {
    while (next < length && reaches[next]!.oldest_s <= newest_s) next += 1
    const until_s = reaches[next]?.since_s ?? Infinity
    return { after_s: newest_s, upTo_s: newest_s, since_s, until_s }
  })
}

/**
 * Between one change of the archive and the next: all instants from the oldest backup that its segments continue to the
 * newest.
 */
function coveredByLog(
  { operations, world }: OperatedWorld,
  job: LogJob,
  points: readonly CleanSpan[],
  attack: Attack | undefined,
): CleanSpan[] {
  const { lock_s = 0, keepsDeleted_s = 0 } = world.store(job.to).specification
  const may = attack?.stores.get(job.to)
  const lasts_s =
    attack === undefined || may === undefined || (keepsDeleted_s > 0 && !may.purges)
      ? Infinity
      : lock_s + attack.before_s
  const segments = operations.logs.of(job).segments.flatMap(({ from_s, to_s, shipped_s, until_s }) =>
    shipped_s === undefined
      ? []
      : [
          {
            from_s,
            to_s,
            shipped_s,
            until_s: Math.min(until_s, lasts_s === Infinity ? Infinity : shipped_s + lasts_s),
          },
        ],
  )
  const times = [...segments, ...points.map(({ since_s, until_s }) => ({ shipped_s: since_s, until_s }))]
  const changes = [...new Set(times.flatMap(({ shipped_s, until_s }) => [shipped_s, until_s]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  let oldest = 0
  let newest = -1
  return changes.flatMap((since_s, k) => {
    while (newest + 1 < segments.length && segments[newest + 1]!.shipped_s <= since_s) newest += 1
    while (oldest <= newest && segments[oldest]!.until_s <= since_s) oldest += 1
    if (oldest > newest) return []
    const { from_s } = segments[oldest]!
    const backups = points.filter(
      (point) => point.since_s <= since_s && point.until_s > since_s && point.after_s >= from_s,
    )
    if (backups.length === 0) return []
    const after_s = backups.reduce((first_s, backup) => Math.min(first_s, backup.after_s), Infinity)
    const upTo_s = segments[newest]!.to_s
    return upTo_s > after_s ? [{ after_s, upTo_s, since_s, until_s: changes[k + 1] ?? Infinity }] : []
  })
}
