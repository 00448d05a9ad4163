import type { Instant } from '../engine/ports.ts'
import type { LogJob } from '../strategy/strategy.ts'
import type { HazardSpecification, World } from '../world/index.ts'
import type { Distribution, WorldSpecification } from '../world/specification.ts'
import type { Estate } from './estate.ts'
import type { UsablePoint } from './exposure.ts'
import type { CleanSpan } from './exposure-after-dwell.ts'

/** A hazard that works unnoticed. */
interface Unnoticed {
  readonly dwell: Distribution
  /** Stores, and arrays with their snapshots, that are empty when it is noticed. */
  readonly emptied: ReadonlySet<string>
}

/**
 * How long a hazard stays unnoticed, where its law is all there is to know: a deletion, and ransomware that encrypts from its first
 * day on and, on stores without lock or versions, deletes for certain what it holds the credential of. Otherwise undefined.
 */
export function dwellOf(hazard: HazardSpecification, world: WorldSpecification): Unnoticed | undefined {
  if (hazard.kind === 'deletion') return { dwell: hazard.detection, emptied: new Set() }
  if (hazard.kind !== 'ransomware') return undefined
  const { dwell, credentials, attack, entry, encryption_bytesPerSecond: rate } = hazard
  if (entry !== undefined || rate !== undefined || world.principals.size > 0) return undefined
  const isCertain = credentials.every((name) => {
    const store = world.stores.get(name)
    return attack >= 1 && (store?.lock_s ?? 0) === 0 && (store?.keepsDeleted_s ?? 0) === 0
  })
  return isCertain ? { dwell, emptied: new Set(credentials) } : undefined
}

/**
 * The states of a dataset that can be gone back to, and while they are there: points of backups, states that the array keeps, all
 * instants of a log. Undefined for a strategy whose replica has a journal: what it leads back to is not recorded.
 */
export function cleanSpans(estate: Estate, dataset: string, emptied: ReadonlySet<string>): CleanSpan[] | undefined {
  const { operations, world } = estate
  const points = operations.points.all
    .filter((point) => point.dataset === dataset && !emptied.has(point.store))
    .map(spanOf)
  const spans = [...points]
  const isArrayEmptied = emptied.has(world.arrayOf(dataset))
  if (!isArrayEmptied) spans.push(...snapshotsOf(world, dataset).map(spanOf))
  for (const job of operations.strategy.jobs) {
    if (!('dataset' in job) || job.dataset !== dataset) continue
    if (job.kind === 'journal' || (job.kind === 'replicate' && job.journal_s > 0)) return undefined
    // Some of what is locked would be left.
    if (job.kind === 'snapshot' && isArrayEmptied && job.lock_s > 0) return undefined
    if (job.kind === 'log' && !emptied.has(job.to)) spans.push(...coveredByLog(estate, job, points))
  }
  return spans
}

function spanOf({ cut_s, since_s, until_s }: UsablePoint): CleanSpan {
  return { after_s: cut_s, upTo_s: cut_s, since_s, until_s }
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

/** From one change of the archive to the next, all instants from the oldest segment on, or from the oldest backup, to the newest. */
function coveredByLog({ operations }: Estate, job: LogJob, points: readonly CleanSpan[]): CleanSpan[] {
  const segments = operations.logs.of(job).segments.filter(({ shipped_s }) => shipped_s !== undefined)
  const times = segments.flatMap(({ shipped_s, until_s }) =>
    until_s === Infinity ? [shipped_s!] : [shipped_s!, until_s],
  )
  const changes = [...new Set([...times, ...points.flatMap(({ since_s, until_s }) => [since_s, until_s])])]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  let oldest = 0
  let newest = -1
  return changes.flatMap((since_s, k) => {
    while (newest + 1 < segments.length && segments[newest + 1]!.shipped_s! <= since_s) newest += 1
    while (oldest <= newest && segments[oldest]!.until_s <= since_s) oldest += 1
    const backups = points.filter((point) => point.since_s <= since_s && point.until_s > since_s)
    if (oldest > newest || backups.length === 0) return []
    const first_s = Math.min(...backups.map(({ after_s }) => after_s))
    const after_s = Math.max(first_s, segments[oldest]!.from_s)
    const upTo_s = segments[newest]!.to_s
    return upTo_s > after_s ? [{ after_s, upTo_s, since_s, until_s: changes[k + 1] ?? Infinity }] : []
  })
}
