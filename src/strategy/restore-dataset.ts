import { VirtualFileSystem, compareTrees, virtualTarget } from '../adapters/virtual/index.ts'
import { EngineError, FileSystemError, StoreUnavailableError } from '../engine/errors.ts'
import { repair, restore } from '../engine/index.ts'
import type { Repository, Snapshot } from '../engine/index.ts'
import type { Instant } from '../engine/ports.ts'
import type { Damage, Dataset, Incident, World } from '../world/index.ts'
import type { Operations } from './operations.ts'
import { logJobOf, replayLog } from './replay-log.ts'
import type { Work } from './repositories.ts'
import { restoreFromJournal } from './restore-from-journal.ts'
import { adoptFrom, revert } from './revert.ts'
import { assertUnharmed } from './wait-out.ts'

export interface RestoredDataset {
  readonly store: string
  readonly recoveryPoint_s: number
  readonly restored_bytes: number
  readonly lost_bytes: number
  /** What applying a log took of the time. */
  readonly apply_s: number
  /** Newer points that could not be restored, and why. */
  readonly passedOver: readonly string[]
}

/** One recovery point at one place. */
interface Candidate {
  readonly store: string
  readonly repository: Repository
  readonly snapshot: Snapshot
  /** Bytes a second of the narrowest part of the way back. */
  readonly bandwidth_bytesPerSecond: number
}

/** Why no point could be restored. */
interface Failure {
  readonly reasons: readonly string[]
  /** Something was out of reach that may be back later. */
  readonly outOfReach: boolean
}

/**
 * Restores the newest point that can be restored; a text says why none could. While nothing but an outage stands in the
 * way it is waited for.
 * @param cuts points other than of these instants do not count; default: all count
 */
export async function restoreDataset(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  cuts?: ReadonlySet<Instant>,
): Promise<RestoredDataset | string> {
  const { world } = operations
  const { simulation } = world
  if (damage.backAt_s !== undefined) return untilBack(world, incident, damage, damage.backAt_s)
  // Its machine has been replaced: the images are where they were.
  const { now } = simulation
  if (damage.intactOn !== undefined) return untilBack(world, incident, { ...damage, backAt_s: now }, now)
  const reverted = cuts === undefined ? await revert(operations, incident, damage) : undefined
  if (reverted !== undefined) return reverted
  const fromJournal = await restoreFromJournal(operations, incident, damage)
  if (fromJournal !== undefined) return fromJournal
  for (let attempt = 0; ; attempt += 1) {
    const result = await restoreNewest(operations, incident, damage, attempt, cuts)
    if ('store' in result) return result
    const { nextEnd_s } = world.outages
    if (!result.outOfReach || nextEnd_s === undefined) {
      if (result.reasons.length > 0) return result.reasons.join('; ')
      return `no recovery point of ${damage.dataset} from before the incident`
    }
    await simulation.sleep(nextEnd_s - simulation.now)
  }
}

/** Data that an outage has put out of reach are used again when it ends. */
async function untilBack(
  world: World,
  { onset_s }: Incident,
  damage: Damage,
  backAt_s: number,
): Promise<RestoredDataset> {
  const { simulation } = world
  await simulation.sleep(Math.max(0, backAt_s - simulation.now))
  assertUnharmed(world, damage, onset_s)
  const { node } = world.dataset(damage.dataset).specification
  return { store: node, recoveryPoint_s: onset_s, restored_bytes: 0, lost_bytes: 0, apply_s: 0, passedOver: [] }
}

async function restoreNewest(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  attempt: number,
  cuts: ReadonlySet<Instant> | undefined,
): Promise<RestoredDataset | Failure> {
  const { world, repositories } = operations
  const { simulation } = world
  const dataset = world.dataset(damage.dataset)
  const node = world.nodeOf(damage.dataset)
  const work: Work = {
    principal: 'recovery',
    purpose: 'restore',
    node: node.name,
    occurrence: incident.onset_s,
    session: simulation.flows.resource({ name: 'recovery', capacity: Infinity }),
  }
  const found = await findCandidates(operations, incident, damage.dataset, work)
  let { outOfReach } = found
  const passedOver: string[] = []
  const repaired = new Set<Repository>()
  const candidates = found.candidates.filter(
    ({ snapshot }) => cuts === undefined || cuts.has(repositories.cutOf(snapshot) ?? Number.NaN),
  )
  for (let candidate = candidates.shift(); candidate !== undefined; candidate = candidates.shift()) {
    const { store, repository, snapshot } = candidate
    const time = `${store} at ${new Date(snapshot.time * 1000).toISOString()}`
    const span = simulation.span('restore', damage.dataset, { store, snapshot: snapshot.id })
    const cut = repositories.cutOf(snapshot)
    const expected = cut === undefined ? undefined : treeAt(dataset, cut)
    // A deletion is repaired in place; otherwise the data comes back on an empty disk.
    // A log brings forward a whole database only: it is restored beside, and what was deleted is taken from there.
    const isBeside = damage.only !== undefined && logJobOf(operations, damage.dataset) !== undefined
    const inPlace = damage.only !== undefined && !isBeside
    const files = inPlace ? dataset.files : new VirtualFileSystem({ time: world.clock.now() })
    // What came into being after the point is not in it; what stands there now gives way.
    const wanted = inPlace ? damage.only : undefined
    const only = wanted?.filter((path) => expected === undefined || expected.lookup(path) !== undefined)
    for (const path of wanted ?? []) if (files.lookup(path) !== undefined) files.remove(path, world.clock.now())
    const target = virtualTarget(files, {
      simulation,
      clock: world.clock,
      disk: node.diskWrite,
      under: node.under.writes,
      session: work.session,
      purpose: work.purpose,
    })
    try {
      const occasion = attempt * 1000 + passedOver.length
      const breaksOffAfter = restoreFailure(world, damage.dataset, candidate, occasion)
      const fallible =
        breaksOffAfter === undefined
          ? repository
          : await repositories.open(store, damage.dataset, { ...work, breaksOffAfter })
      const report =
        only?.length === 0
          ? { failedFiles: [], restored_bytes: 0 }
          : await restore(fallible, snapshot.id, target, {
              ...repositories.reading,
              ...(only === undefined ? {} : { only }),
            })
      if (breaksOffAfter !== undefined) throw new EngineError('what was restored could not be used')
      if (report.failedFiles.length > 0) {
        const [first] = report.failedFiles
        passedOver.push(`${time}: ${report.failedFiles.length} files damaged, first ${first?.path}: ${first?.reason}`)
        span.end({ failedFiles: report.failedFiles.length })
        continue
      }
      span.end({ restored_bytes: report.restored_bytes })
      if (cut === undefined || expected === undefined) {
        passedOver.push(`${time}: what it holds is not ${damage.dataset}`)
        continue
      }
      assertEqualToHistory(expected, files, snapshot, isBeside ? { dataset: damage.dataset } : damage)
      if (incident.logical && cut >= world.instant(incident.onset_s)) {
        passedOver.push(`${time}: holds what the incident did, though its time says otherwise`)
        continue
      }
      const replay = await replayLog(operations, incident, damage, cut, work)
      const reached = replay?.reached ?? cut
      if (isBeside) adoptFrom(treeAt(dataset, reached), dataset.files, damage.only ?? [], world.clock.now())
      if (replay !== undefined && replay.remark !== '') passedOver.push(replay.remark)
      return {
        store: replay === undefined || replay.archive === store ? store : `${store}, log from ${replay.archive}`,
        recoveryPoint_s: reached - world.start,
        restored_bytes: report.restored_bytes,
        lost_bytes: lostWork_bytes(world, incident, damage, reached),
        apply_s: replay?.apply_s ?? 0,
        passedOver,
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      span.end({ error: error.message })
      if (!repaired.has(repository) && [...repository.damaged.keys()].some((name) => name.startsWith('index/'))) {
        repaired.add(repository)
        if (await isRepaired(repository)) {
          candidates.unshift(candidate)
          continue
        }
      }
      outOfReach ||= isOutOfReach(error)
      passedOver.push(`${time}: ${error.message}`)
    }
  }
  return { reasons: [...found.unreachable, ...passedOver], outOfReach }
}

/** Makes a lost index anew from the packs; false when that is not possible, or not allowed. */
async function isRepaired(repository: Repository): Promise<boolean> {
  try {
    await repair(repository)
    return true
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return false
  }
}

/** Whether a restore is to fail: after how many packs; one that has fewer fails when all is read. */
function restoreFailure(
  world: World,
  dataset: string,
  { store, snapshot }: Candidate,
  occasion: number,
): number | undefined {
  for (const { hazard } of world.conditions.holding('restore-failure')) {
    if (hazard.target !== store) continue
    const random = world.simulation.random(`${hazard.name} ${dataset} ${snapshot.id}`, 'restore fails', occasion)
    if (random.chance(hazard.share)) return random.integer(BREAKS_OFF_WITHIN)
  }
  return undefined
}

const BREAKS_OFF_WITHIN = 20

/** Every point that is not tainted, newest first; of the same point, the copy with the widest way back first. */
async function findCandidates(
  operations: Operations,
  incident: Incident,
  dataset: string,
  work: Work,
): Promise<{ candidates: Candidate[]; unreachable: string[]; outOfReach: boolean }> {
  const { world, repositories } = operations
  const onset = world.instant(incident.onset_s)
  const candidates: Candidate[] = []
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
        if (!incident.logical || snapshot.time < onset) {
          candidates.push({ store: store.name, repository, snapshot, bandwidth_bytesPerSecond })
        }
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      outOfReach ||= isOutOfReach(error)
      unreachable.push(`${store.name}: ${error.message}`)
    }
  }
  candidates.sort(
    (a, b) => b.snapshot.time - a.snapshot.time || b.bandwidth_bytesPerSecond - a.bandwidth_bytesPerSecond,
  )
  return { candidates, unreachable, outOfReach }
}

/** Whether it may be otherwise when an outage ends. */
function isOutOfReach(error: EngineError): boolean {
  return error instanceof StoreUnavailableError || error instanceof FileSystemError
}

function bottleneck(world: World, store: string, node: string): number {
  const { resources } = world.route(store, node)
  return Math.min(world.store(store).read.capacity, ...resources.map((resource) => resource.capacity))
}

type Tree = NonNullable<ReturnType<VirtualFileSystem['at']>>

function treeAt({ files, name }: Dataset, cut: Instant): Tree {
  const tree = files.at(cut)
  if (tree === undefined) throw new Error(`the history of ${name} does not reach back to ${cut}`)
  return tree
}

/** The simulator never reports data as recovered that the history does not confirm. */
function assertEqualToHistory(expected: Tree, restored: VirtualFileSystem, snapshot: Snapshot, damage: Damage): void {
  const { equal, differences } = compareTrees(restored.root, expected, damage.only)
  if (equal) return
  const [first] = differences
  throw new Error(
    `restoring ${damage.dataset} from snapshot ${snapshot.id} gave other bytes than the history holds: ` +
      `${differences.length} differences, first ${first?.path}: ${first?.what}`,
  )
}

/** Bytes that the application wrote after the recovery point and that are gone with the incident. */
function lostWork_bytes(world: World, incident: Incident, damage: Damage, point: number): number {
  const { files } = world.dataset(damage.dataset)
  const until = world.instant(incident.logical ? incident.detected_s : incident.onset_s)
  return files.writtenBytes(point, until, damage.only)
}
