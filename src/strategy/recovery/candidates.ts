import { EngineError, FileSystemError, RepositoryFormatError, StoreUnavailableError } from '../../engine/errors.ts'
import type { Repository, Snapshot } from '../../engine/index.ts'
import type { Instant } from '../../engine/ports.ts'
import type { Incident, Store, World } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import type { Work } from '../repositories.ts'

/** One recovery point at one place. */
export interface Candidate {
  readonly store: string
  readonly repository: Repository
  readonly snapshot: Snapshot
  /** Bytes a second of the narrowest part of the way back. */
  readonly bandwidth_bytesPerSecond: number
}

export interface Candidates {
  /** Every point that is not tainted, newest first; of the same point, the copy with the widest way back first. */
  readonly clean: readonly Candidate[]
  /** Instants of points that are tainted: at how many places does not matter to who looks for a clean one. */
  readonly tainted: number
  /** Why what some places hold does not count. */
  readonly unreachable: readonly string[]
  /** Something was out of reach that may be back later. */
  readonly outOfReach: boolean
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
  let outOfReach = false
  for (const store of world.stores.values()) {
    // What the incident deleted is brought back where the store has kept it.
    if (incident.logical) store.objects.undelete(onset)
    if (!repositories.exists(store.name, dataset)) continue
    if (!store.alive) {
      unreachable.push(`${store.name} is gone`)
      continue
    }
    try {
      const repository = await repositories.open(store.name, dataset, work)
      const bandwidth_bytesPerSecond = bottleneck(world, store.name, work.node)
      for (const snapshot of await repository.snapshots()) {
        // People go by the time that a snapshot says; after a physical incident none is tainted.
        if (incident.logical && snapshot.time >= onset) tainted.add(snapshot.time)
        else clean.push({ store: store.name, repository, snapshot, bandwidth_bytesPerSecond })
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      outOfReach ||= isOutOfReach(error)
      const isSealed = error instanceof RepositoryFormatError && holdsOnlyPacks(store, dataset)
      const why = isSealed ? 'its configuration is gone, and nothing opens the rest' : error.message
      unreachable.push(`${store.name}: ${why}`)
    }
  }
  clean.sort((a, b) => b.snapshot.time - a.snapshot.time || b.bandwidth_bytesPerSecond - a.bandwidth_bytesPerSecond)
  return { clean, tainted: tainted.size, unreachable, outOfReach }
}

/** People go by the times that snapshots say: says when one that they took for older would have been newer; else empty. */
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

/** Somebody has deleted the way into a repository, and could not delete all that it leads to. */
function holdsOnlyPacks({ objects }: Store, dataset: string): boolean {
  return objects.find(`${dataset}/config`) === undefined && objects.names(`${dataset}/data/`).length > 0
}

/** Whether it may be otherwise when an outage ends. */
export function isOutOfReach(error: EngineError): boolean {
  return error instanceof StoreUnavailableError || error instanceof FileSystemError
}

function bottleneck(world: World, store: string, node: string): number {
  const { resources } = world.route(store, node)
  return Math.min(world.store(store).read.capacity, ...resources.map((resource) => resource.capacity))
}
