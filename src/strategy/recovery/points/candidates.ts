import { EngineError, FileSystemError, RepositoryFormatError, StoreUnavailableError } from '../../../engine/errors.ts'
import type { Repository, Snapshot } from '../../../engine/index.ts'
import type { Instant } from '../../../engine/ports.ts'
import type { Incident, Store } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import type { Work } from '../../repositories.ts'
import { byPreference, expectedRestore_s, isTainted, prospectOf } from './preference.ts'
import type { Prospect } from './preference.ts'

/** One recovery point at one place. */
export interface Candidate {
  readonly store: string
  readonly repository: Repository
  readonly snapshot: Snapshot
  /** Estimated duration of a complete restore with nothing else under way. */
  readonly expected_s: number
}

export interface Candidates {
  /** Every point that is not tainted, newest first; of copies of one point, the one that can be restored soonest first. */
  readonly clean: readonly Candidate[]
  /**
   * Number of tainted points. A point kept at several places counts once, because it is examined only once in the
   * search for a clean one.
   */
  readonly tainted: number
  /** Why the points at some places cannot be used. */
  readonly unreachable: readonly string[]
  /** Stores that are out of reach and may be back later. */
  readonly outOfReach: readonly string[]
}

export async function findCandidates(
  { world, repositories }: Operations,
  incident: Incident,
  dataset: string,
  work: Work,
): Promise<Candidates> {
  const onset = world.instant(incident.onset_s)
  const clean: Candidate[] = []
  const tainted = new Set<number>()
  const unreachable: string[] = []
  const outOfReach: string[] = []
  for (const store of world.stores.values()) {
    // Deleted blobs that the store still keeps are brought back.
    if (incident.logical) store.objects.undelete(onset)
    if (!repositories.exists(store.name, dataset)) continue
    if (!store.alive) {
      unreachable.push(`${store.name} is gone`)
      continue
    }
    try {
      const repository = await repositories.open(store.name, dataset, work)
      const prospect = prospectOf(world, store, dataset, work.node)
      for (const snapshot of await repository.snapshots()) {
        // People go by a snapshot's own time; after a physical incident no point is tainted.
        if (isTainted(incident, snapshot.time, world)) tainted.add(snapshot.time)
        else {
          const expected_s = expectedRestore_s(prospect, snapshot.source_bytes)
          clean.push({ store: store.name, repository, snapshot, expected_s })
        }
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (isOutOfReach(error)) outOfReach.push(store.name)
      const isSealed = error instanceof RepositoryFormatError && holdsOnlyPacks(store, dataset)
      const why = isSealed ? 'its configuration is gone, and nothing opens the rest' : error.message
      unreachable.push(`${store.name}: ${why}`)
    }
  }
  clean.sort((a, b) => byPreference(knownOf(a), knownOf(b)))
  return { clean, tainted: tainted.size, unreachable, outOfReach }
}

function knownOf({ snapshot, expected_s }: Candidate): Prospect {
  return { time: snapshot.time, expected_s }
}

/** A remark for when a newer point than the chosen one exists at a place that is out of reach; otherwise empty. */
export function newerOutOfReach(
  { points }: Operations,
  { logical, onset_s }: Incident,
  dataset: string,
  { outOfReach }: Candidates,
  taken_s: number,
): string {
  const until_s = logical ? onset_s : Infinity
  const newer = points.all.filter(
    (point) =>
      point.dataset === dataset && point.until_s === Infinity && point.cut_s > taken_s && point.cut_s < until_s,
  )
  const missed = outOfReach.filter((name) => newer.some(({ store }) => store === name))
  return missed.length === 0 ? '' : `${missed.join(' and ')} had a newer point, and was out of reach`
}

/**
 * People go by the times that snapshots carry. A remark for when one that seemed older would have been newer; otherwise
 * empty.
 */
export function misledByClock(
  { world, repositories }: Operations,
  { logical, onset_s }: Incident,
  candidates: readonly Candidate[],
  { snapshot }: Candidate,
): string {
  const taken = repositories.cutOf(snapshot)
  if (taken === undefined) return ''
  const until = logical ? world.instant(onset_s) : Infinity
  const hidden = candidates.find((other) => {
    const cut = repositories.cutOf(other.snapshot)
    return cut !== undefined && cut > taken && cut < until && other.snapshot.time <= snapshot.time
  })
  if (hidden === undefined) return ''
  const cut = repositories.cutOf(hidden.snapshot)!
  return `a clock was wrong: a point of ${dateOf(cut)} on ${hidden.store} says ${dateOf(hidden.snapshot.time)}, the one taken, of ${dateOf(taken)}, says ${dateOf(snapshot.time)}`
}

function dateOf(instant: Instant): string {
  return new Date(instant * 1000).toISOString().slice(0, 16)
}

/** Whether somebody has deleted the configuration or keys of a repository but could not delete all its packs. */
function holdsOnlyPacks({ objects }: Store, dataset: string): boolean {
  return objects.find(`${dataset}/config`) === undefined && objects.names(`${dataset}/data/`).length > 0
}

/** Whether the error may go away when an outage ends. */
export function isOutOfReach(error: EngineError): boolean {
  return error instanceof StoreUnavailableError || error instanceof FileSystemError
}
