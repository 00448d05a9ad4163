import { VirtualFileSystem, compareTrees, virtualTarget } from '../../../adapters/virtual/index.ts'
import { EngineError } from '../../../engine/errors.ts'
import { restore } from '../../../engine/index.ts'
import type { Repository, RestoreReport, Snapshot } from '../../../engine/index.ts'
import type { Instant } from '../../../engine/ports.ts'
import type { Damage, Dataset, Incident, World } from '../../../world/index.ts'
import type { RestoreFailureHazard } from '../../../world/hazards/restore-failure.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import type { Operations } from '../../operations.ts'
import type { Work } from '../../repositories.ts'
import type { InstantPlan } from '../../strategy.ts'
import { isOutOfReach } from '../points/candidates.ts'
import type { Candidate } from '../points/candidates.ts'
import { divided } from './divided.ts'
import { rebuildIndexIfNeeded } from './rebuild-index.ts'
import { boot, canServe } from './boot-from-backup.ts'
import { logJobOf, replayLog } from './replay-log.ts'
import type { Part, RestoredDataset, Spent } from './restored-dataset.ts'
import { adoptFrom } from './parts-of-tree.ts'

export interface RestoreTask {
  readonly operations: Operations
  readonly incident: Incident
  readonly damage: Damage
  readonly spent: Spent
  /** Only points of these instants count; absent: all count. */
  readonly cuts?: ReadonlySet<Instant>
  /** Absent: all of it. */
  readonly part?: Part | undefined
}

export interface Occasion {
  readonly work: Work
  readonly occasion: number
  /** Repositories whose index has been checked, and rebuilt where needed. */
  readonly repaired: Set<Repository>
  /** Another place with the same point, from which damaged chunks are read. */
  readonly fallback: Candidate | undefined
}

/** What one point restored, and what prevented a later state; empty when nothing did. */
interface RestoredCandidate extends Omit<RestoredDataset, 'passedOver' | 'older'> {
  readonly remark: string
  /** What another copy contributed; empty when nothing. */
  readonly recovered: string
}

/** Why a point could not be used. */
interface Unusable {
  readonly why: string
  readonly outOfReach: boolean
  /** It is not worth another attempt. */
  readonly forGood: boolean
}

/** Restores one point. If its index turns out not to cover what is stored, rebuilds the index and tries once more. */
export async function restoreCandidate(
  task: RestoreTask,
  candidate: Candidate,
  occasion: Occasion,
): Promise<RestoredCandidate | Unusable> {
  const tried = await restoreOnce(task, candidate, occasion)
  const { repository } = candidate
  if ('store' in tried || tried.outOfReach || tried.forGood || occasion.repaired.has(repository)) return tried
  occasion.repaired.add(repository)
  return (await rebuildIndexIfNeeded(repository)) ? restoreOnce(task, candidate, occasion) : tried
}

/** What a point is restored onto, and which part of it is wanted. */
interface Plan {
  /** The history at the point's cut; absent when the point holds something else. */
  readonly expected: Tree | undefined
  readonly files: VirtualFileSystem
  /** Paths to restore; absent: all. */
  readonly only: readonly string[] | undefined
  /** Paths of the result that are compared with the history; absent: all. */
  readonly compared: readonly string[] | undefined
  /** Top-level entries to be restored later. */
  readonly left: readonly string[]
  /** Everything is restored to a separate place, and what was deleted is taken from there. */
  readonly isBeside: boolean
  /** Present where its machine runs from the backup meanwhile. */
  readonly instant: InstantPlan | undefined
}

export function planOf(task: RestoreTask, candidate: Candidate, cut: Instant | undefined): Plan {
  const { operations, damage } = task
  const { world } = operations
  const dataset = world.dataset(damage.dataset)
  const instant = instantFrom(task, candidate)
  const part = instant === undefined && task.part !== undefined && 'instant' in task.part ? undefined : task.part
  const expected = cut === undefined ? undefined : treeAt(dataset, cut)
  const wanted = expected === undefined ? { left: [] } : divided(expected, part)
  // A log can roll forward a whole database only.
  const isBeside = damage.only !== undefined && logJobOf(operations, damage.dataset) !== undefined
  // A deletion is repaired in place; otherwise the data are restored to an empty disk.
  const inPlace = isBeside ? undefined : damage.only
  return {
    expected,
    files: inPlace === undefined ? new VirtualFileSystem({ time: world.clock.now() }) : dataset.files,
    // What was created after the point is not in it.
    only: inPlace?.filter((path) => expected === undefined || expected.lookup(path) !== undefined) ?? wanted.only,
    compared: inPlace ?? wanted.only,
    left: wanted.left,
    isBeside,
    instant,
  }
}

/** Restores one point, and compares the result with the history. */
async function restoreOnce(
  task: RestoreTask,
  candidate: Candidate,
  occasion: Occasion,
): Promise<RestoredCandidate | Unusable> {
  const { operations, incident, damage } = task
  const { world, repositories } = operations
  const { store, snapshot } = candidate
  const span = world.simulation.span('restore', damage.dataset, { store, snapshot: snapshot.id })
  const cut = repositories.cutOf(snapshot)
  const plan = planOf(task, candidate, cut)
  try {
    const { failedFiles, restored_bytes, recoveredChunks } = await bringBack(task, candidate, occasion, plan)
    if (failedFiles.length > 0) {
      const [first] = failedFiles
      span.end({ failedFiles: failedFiles.length })
      const why = `${failedFiles.length} files damaged, first ${first?.path}: ${first?.reason}`
      return { why, outOfReach: false, forGood: false }
    }
    span.end({ restored_bytes })
    const { expected, files, compared } = plan
    if (cut === undefined || expected === undefined) {
      return { why: `what it holds is not ${damage.dataset}`, outOfReach: false, forGood: true }
    }
    assertEqualToHistory(expected, files, snapshot, damage.dataset, compared)
    if (incident.logical && cut >= world.instant(incident.onset_s)) {
      return { why: 'holds what the incident did, though its time says otherwise', outOfReach: false, forGood: true }
    }
    const replay = await replayLog(operations, incident, damage, cut, occasion.work)
    const reached = replay?.reached ?? cut
    task.spent.apply_s += replay?.apply_s ?? 0
    const dataset = world.dataset(damage.dataset)
    if (plan.isBeside) adoptFrom(treeAt(dataset, reached), dataset.files, damage.only ?? [], world.clock.now())
    return {
      store: replay === undefined || replay.archive === store ? store : `${store}, log from ${replay.archive}`,
      recoveryPoint_s: reached - world.start,
      restored_bytes,
      lost_bytes: lostWork_bytes(world, incident, damage, reached),
      left: plan.left,
      ...(plan.instant === undefined ? {} : { servedFrom: store }),
      remark: replay?.remark ?? '',
      recovered:
        recoveredChunks === 0
          ? ''
          : `${recoveredChunks} damaged chunks of ${store} came from ${occasion.fallback!.store}`,
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    span.end({ error: error.message })
    return { why: error.message, outOfReach: isOutOfReach(error), forGood: false }
  }
}

/** Lets the engine restore the wanted part of a point, unless the restore is to break off. */
async function bringBack(
  { operations, damage, incident }: RestoreTask,
  candidate: Candidate,
  { work, occasion, fallback }: Occasion,
  { files, only, instant, isBeside }: Plan,
): Promise<Pick<RestoreReport, 'failedFiles' | 'restored_bytes' | 'recoveredChunks'>> {
  const { world, repositories } = operations
  const { store, snapshot } = candidate
  const now = world.clock.now()
  // What is there now is replaced.
  for (const path of (isBeside ? undefined : damage.only) ?? []) {
    if (files.lookup(path) !== undefined) files.remove(path, now)
  }
  const breaksOffAfter = restoreFailure(world, damage.dataset, candidate, { onset_s: incident.onset_s, occasion })
  const repository =
    breaksOffAfter === undefined
      ? candidate.repository
      : await repositories.open(store, damage.dataset, { ...work, breaksOffAfter })
  if (instant !== undefined) {
    await boot({ repository, snapshot }, instant, bootsOf(world, damage.dataset, occasion))
    if (breaksOffAfter !== undefined) throw new EngineError('the machine did not start')
  }
  const node = world.nodeOf(damage.dataset)
  const target = virtualTarget(files, {
    simulation: world.simulation,
    clock: world.clock,
    disk: node.diskWrite,
    under: node.under.writes,
    session: work.session,
    purpose: work.purpose,
    writeBehind_bytes: repositories.writeBehind_bytes,
  })
  const report =
    only?.length === 0
      ? { failedFiles: [], restored_bytes: 0, recoveredChunks: 0 }
      : await restore(repository, snapshot.id, target, {
          ...repositories.reading,
          ...(only === undefined ? {} : { only }),
          ...(fallback === undefined ? {} : { copies: [fallback.repository], repairFirst: true }),
        })
  await target.flushed()
  if (breaksOffAfter !== undefined) throw new EngineError('what was restored could not be used')
  return report
}

/** The plan for instant recovery from a store; undefined where each read would wind a tape. */
function instantFrom({ operations, part }: RestoreTask, { store }: Candidate): InstantPlan | undefined {
  return part !== undefined && 'instant' in part && canServe(operations.world, store) ? part.instant : undefined
}

function bootsOf({ simulation }: World, dataset: string, occasion: number): RandomStream {
  return simulation.random(dataset, 'boot', occasion)
}

/** After how many packs a restore is to fail, if it is. One with fewer packs fails when everything has been read. */
function restoreFailure(
  world: World,
  dataset: string,
  { store, snapshot }: Candidate,
  { onset_s, occasion }: { readonly onset_s: number; readonly occasion: number },
): number | undefined {
  for (const { hazard } of world.conditions.holding<RestoreFailureHazard>('restore-failure')) {
    if (hazard.target !== store) continue
    // Drills at different instants are different incidents, though they may restore the same point.
    const restored = `${hazard.name} ${dataset} ${snapshot.id} after ${onset_s}`
    const random = world.simulation.random(restored, 'restore fails', occasion)
    if (world.chances.happens(hazard.share, random)) return random.integer(BREAKS_OFF_WITHIN)
  }
  return undefined
}

const BREAKS_OFF_WITHIN = 20

type Tree = NonNullable<ReturnType<VirtualFileSystem['at']>>

function treeAt({ files, name }: Dataset, cut: Instant): Tree {
  const tree = files.at(cut)
  if (tree === undefined) throw new Error(`the history of ${name} does not reach back to ${cut}`)
  return tree
}

/** The simulator never reports data as recovered that the history does not confirm. */
function assertEqualToHistory(
  expected: Tree,
  restored: VirtualFileSystem,
  snapshot: Snapshot,
  dataset: string,
  only: readonly string[] | undefined,
): void {
  const { equal, differences } = compareTrees(restored.root, expected, only)
  if (equal) return
  const [first] = differences
  throw new Error(
    `restoring ${dataset} from snapshot ${snapshot.id} gave other bytes than the history holds: ` +
      `${differences.length} differences, first ${first?.path}: ${first?.what}`,
  )
}

/** Bytes that the application wrote after the recovery point and that are lost with the incident. */
function lostWork_bytes(world: World, incident: Incident, damage: Damage, point: number): number {
  const { files } = world.dataset(damage.dataset)
  const until = world.instant(incident.logical ? incident.detected_s : incident.onset_s)
  return files.writtenBytes(point, until, damage.only)
}
