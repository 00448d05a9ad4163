import { VirtualFileSystem, compareTrees, virtualTarget } from '../../adapters/virtual/index.ts'
import { EngineError } from '../../engine/errors.ts'
import { restore } from '../../engine/index.ts'
import type { Repository, Snapshot } from '../../engine/index.ts'
import type { Instant } from '../../engine/ports.ts'
import type { Damage, Dataset, Incident, World } from '../../world/index.ts'
import type { RandomStream } from '../../kernel/index.ts'
import type { Operations } from '../operations.ts'
import type { Work } from '../repositories.ts'
import type { InstantPlan } from '../strategy.ts'
import { findCandidates, isOutOfReach, misledByClock } from './candidates.ts'
import type { Candidate, Candidates } from './candidates.ts'
import { logJobOf, replayLog } from './replay-log.ts'
import { restoreFromJournal } from './restore-from-journal.ts'
import { boot, canServe } from './instant.ts'
import { pointsToExamine } from './clean-point.ts'
import { divided } from './divided.ts'
import { isIndexMadeAnew } from './index-made-anew.ts'
import type { Part, RestoredDataset, Spent } from './restored-dataset.ts'
import { adoptFrom, revert } from './revert.ts'
import { assertUnharmed } from './unharmed.ts'

export interface RestoreTask {
  readonly operations: Operations
  readonly incident: Incident
  readonly damage: Damage
  readonly spent: Spent
  /** Points other than of these instants do not count; absent: all count. */
  readonly cuts?: ReadonlySet<Instant>
  /** Absent: all of it. */
  readonly part?: Part | undefined
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
 */
export async function restoreDataset(task: RestoreTask): Promise<RestoredDataset | string> {
  const { operations, incident, damage, cuts, part } = task
  const { world } = operations
  const { simulation } = world
  if (damage.backAt_s !== undefined) return untilBack(world, incident, damage, damage.backAt_s)
  // Its machine has been replaced: the images are where they were.
  const { now } = simulation
  if (damage.intactOn !== undefined) return untilBack(world, incident, { ...damage, backAt_s: now }, now)
  const isWhole = part === undefined || 'instant' in part
  const reverted = cuts === undefined && isWhole ? await revert(operations, incident, damage) : undefined
  if (reverted !== undefined) return reverted
  const fromJournal = await restoreFromJournal(operations, incident, damage)
  if (fromJournal !== undefined) return fromJournal
  for (let attempt = 0; ; attempt += 1) {
    const result = await restoreNewest(task, attempt)
    if ('store' in result) return { ...result, passedOver: [...deletedSnapshots(task), ...result.passedOver] }
    const { nextEnd_s } = world.outages
    if (!result.outOfReach || nextEnd_s === undefined) {
      const reasons = [...deletedSnapshots(task), ...result.reasons]
      if (reasons.length > 0) return reasons.join('; ')
      return `no recovery point of ${damage.dataset} from before the incident`
    }
    await simulation.sleep(nextEnd_s - simulation.now)
  }
}

/** What would have been the nearest way back, and an intruder took. */
function deletedSnapshots({ operations: { world }, damage }: RestoreTask): string[] {
  const { deleted } = world.dataset(damage.dataset).snapshots
  return deleted === 0 ? [] : [`${deleted} snapshots of ${world.arrayOf(damage.dataset)} were deleted`]
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
  return {
    store: node,
    recoveryPoint_s: onset_s,
    restored_bytes: 0,
    lost_bytes: 0,
    passedOver: [],
    older: false,
    left: [],
  }
}

async function restoreNewest(task: RestoreTask, attempt: number): Promise<RestoredDataset | Failure> {
  const { operations, incident, damage, cuts, part } = task
  const { world, repositories, strategy } = operations
  const work: Work = {
    principal: 'recovery',
    purpose: 'restore',
    node: world.nodeOf(damage.dataset).name,
    occurrence: incident.onset_s,
    session: world.simulation.flows.resource({ name: 'recovery', capacity: Infinity }),
    retrieval: task.spent.retrieval,
  }
  const found = await findCandidates(operations, incident, damage.dataset, work)
  if (attempt === 0 && damage.only === undefined && !isRest(part)) await examine(task, found)
  const rest_s = isRest(part) ? part.cut_s : undefined
  const candidates = found.clean.filter(({ snapshot }) => {
    const cut = repositories.cutOf(snapshot)
    if (rest_s !== undefined && cut !== world.instant(rest_s)) return false
    return cuts === undefined || cuts.has(cut ?? Number.NaN)
  })
  let { outOfReach } = found
  const passedOver: Array<{ readonly time: Instant; readonly why: string }> = []
  const repaired = new Set<Repository>()
  for (const candidate of candidates) {
    for (let retry = 0; retry <= strategy.recovery.retries; retry += 1) {
      const occasion = attempt * 1000 + passedOver.length
      const fallback = otherCopyOf(candidate, candidates)
      const tried = await restoreCandidate(task, candidate, { work, occasion, repaired, fallback })
      if ('store' in tried) {
        const { time } = candidate.snapshot
        const { remark, recovered, ...restored } = tried
        const clock = misledByClock(operations, incident, candidates, candidate)
        const why = [...passedOver.map((other) => other.why), remark, recovered, clock].filter((text) => text !== '')
        const older = remark !== '' || clock !== '' || passedOver.some((other) => other.time > time)
        return { ...restored, passedOver: why, older }
      }
      outOfReach ||= tried.outOfReach
      const { store, snapshot } = candidate
      const when = new Date(snapshot.time * 1000).toISOString()
      passedOver.push({ time: snapshot.time, why: `${store} at ${when}: ${tried.why}` })
      if (tried.forGood) break
    }
  }
  return { reasons: [...found.unreachable, ...passedOver.map(({ why }) => why)], outOfReach }
}

/** The widest way to another copy of the same point. */
function otherCopyOf({ store, snapshot }: Candidate, candidates: readonly Candidate[]): Candidate | undefined {
  const { id, original = id } = snapshot
  return candidates.find(
    (other) => other.store !== store && (other.snapshot.original ?? other.snapshot.id) === original,
  )
}

/** Of a point that is known already. */
function isRest(part: Part | undefined): part is Extract<Part, { readonly cut_s: number }> {
  return part !== undefined && 'cut_s' in part
}

/** Nobody knows since when the data have been tainted: points are examined until the newest clean one is known. */
async function examine({ operations, incident, damage, spent }: RestoreTask, found: Candidates): Promise<void> {
  const { world, strategy } = operations
  const { simulation } = world
  const { cleanPoint } = strategy.recovery
  // Shards that go further back are of points that were examined before.
  if (!incident.logical || cleanPoint === undefined || spent.examine_s > 0) return
  const clean = new Set(found.clean.map(({ snapshot }) => snapshot.time)).size
  const { bytes } = world.dataset(damage.dataset).files
  const each_s = cleanPoint.examine_s + bytes / cleanPoint.scan_bytesPerSecond
  const examined = pointsToExamine(cleanPoint, found.tainted, clean)
  const span = simulation.span('restore', `examine ${damage.dataset}`, { points: examined, tainted: found.tainted })
  spent.examine_s += examined * each_s
  await simulation.sleep(examined * each_s)
  span.end()
}

interface Occasion {
  readonly work: Work
  readonly occasion: number
  /** Repositories whose index has been looked at, and made anew where that was needed. */
  readonly repaired: Set<Repository>
  /** Where the same point is too: damaged chunks are read there. */
  readonly fallback: Candidate | undefined
}

/** What came back of one point, and what stood in the way of a later state; empty when nothing did. */
interface RestoredCandidate extends Omit<RestoredDataset, 'passedOver' | 'older'> {
  readonly remark: string
  /** What of it another copy gave; empty when nothing. */
  readonly recovered: string
}

/** Why a point could not be used. */
interface Unusable {
  readonly why: string
  readonly outOfReach: boolean
  /** It is not worth another try. */
  readonly forGood: boolean
}

/** Restores one point; where the index turns out not to lead to what is stored, once more after that has been made anew. */
async function restoreCandidate(
  task: RestoreTask,
  candidate: Candidate,
  occasion: Occasion,
): Promise<RestoredCandidate | Unusable> {
  const tried = await restoreOnce(task, candidate, occasion)
  const { repository } = candidate
  if ('store' in tried || tried.outOfReach || tried.forGood || occasion.repaired.has(repository)) return tried
  occasion.repaired.add(repository)
  return (await isIndexMadeAnew(repository)) ? restoreOnce(task, candidate, occasion) : tried
}

/** Restores one point, and compares what came back with the history. */
async function restoreOnce(
  task: RestoreTask,
  candidate: Candidate,
  { work, occasion, fallback }: Occasion,
): Promise<RestoredCandidate | Unusable> {
  const { operations, incident, damage } = task
  const { world, repositories } = operations
  const { store, repository, snapshot } = candidate
  const instant = instantFrom(task, candidate)
  const part = instant === undefined && task.part !== undefined && 'instant' in task.part ? undefined : task.part
  const dataset = world.dataset(damage.dataset)
  const node = world.nodeOf(damage.dataset)
  const span = world.simulation.span('restore', damage.dataset, { store, snapshot: snapshot.id })
  const cut = repositories.cutOf(snapshot)
  const expected = cut === undefined ? undefined : treeAt(dataset, cut)
  const wanted = expected === undefined ? { left: [] } : divided(expected, part)
  // A log brings forward a whole database only: it is restored beside, and what was deleted is taken from there.
  const isBeside = damage.only !== undefined && logJobOf(operations, damage.dataset) !== undefined
  // A deletion is repaired in place; otherwise the data comes back on an empty disk.
  const inPlace = isBeside ? undefined : damage.only
  const files = inPlace === undefined ? new VirtualFileSystem({ time: world.clock.now() }) : dataset.files
  // What came into being after the point is not in it; what stands there now gives way.
  const only = inPlace?.filter((path) => expected === undefined || expected.lookup(path) !== undefined) ?? wanted.only
  for (const path of inPlace ?? []) if (files.lookup(path) !== undefined) files.remove(path, world.clock.now())
  try {
    const breaksOffAfter = restoreFailure(world, damage.dataset, candidate, occasion)
    const fallible =
      breaksOffAfter === undefined
        ? repository
        : await repositories.open(store, damage.dataset, { ...work, breaksOffAfter })
    if (instant !== undefined) {
      await boot({ repository: fallible, snapshot }, instant, bootsOf(world, damage.dataset, occasion))
      if (breaksOffAfter !== undefined) throw new EngineError('the machine did not start')
    }
    const target = virtualTarget(files, {
      simulation: world.simulation,
      clock: world.clock,
      disk: node.diskWrite,
      under: node.under.writes,
      session: work.session,
      purpose: work.purpose,
    })
    const report =
      only?.length === 0
        ? { failedFiles: [], restored_bytes: 0, recoveredChunks: 0 }
        : await restore(fallible, snapshot.id, target, {
            ...repositories.reading,
            ...(only === undefined ? {} : { only }),
            ...(fallback === undefined ? {} : { fallback: fallback.repository, repairFirst: true }),
          })
    if (breaksOffAfter !== undefined) throw new EngineError('what was restored could not be used')
    const { failedFiles, restored_bytes, recoveredChunks } = report
    if (failedFiles.length > 0) {
      const [first] = failedFiles
      span.end({ failedFiles: failedFiles.length })
      const why = `${failedFiles.length} files damaged, first ${first?.path}: ${first?.reason}`
      return { why, outOfReach: false, forGood: false }
    }
    span.end({ restored_bytes })
    if (cut === undefined || expected === undefined) {
      return { why: `what it holds is not ${damage.dataset}`, outOfReach: false, forGood: true }
    }
    const compared = inPlace ?? wanted.only
    const { dataset: name } = damage
    assertEqualToHistory(
      expected,
      files,
      snapshot,
      compared === undefined ? { dataset: name } : { dataset: name, only: compared },
    )
    if (incident.logical && cut >= world.instant(incident.onset_s)) {
      return { why: 'holds what the incident did, though its time says otherwise', outOfReach: false, forGood: true }
    }
    const replay = await replayLog(operations, incident, damage, cut, work)
    const reached = replay?.reached ?? cut
    task.spent.apply_s += replay?.apply_s ?? 0
    if (isBeside) adoptFrom(treeAt(dataset, reached), dataset.files, damage.only ?? [], world.clock.now())
    return {
      store: replay === undefined || replay.archive === store ? store : `${store}, log from ${replay.archive}`,
      recoveryPoint_s: reached - world.start,
      restored_bytes,
      lost_bytes: lostWork_bytes(world, incident, damage, reached),
      left: wanted.left,
      ...(instant === undefined ? {} : { servedFrom: store }),
      remark: replay?.remark ?? '',
      recovered:
        recoveredChunks === 0 ? '' : `${recoveredChunks} damaged chunks of ${store} came from ${fallback!.store}`,
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    span.end({ error: error.message })
    return { why: error.message, outOfReach: isOutOfReach(error), forGood: false }
  }
}

/** Unless each read would wind a tape. */
function instantFrom({ operations, part }: RestoreTask, { store }: Candidate): InstantPlan | undefined {
  return part !== undefined && 'instant' in part && canServe(operations.world, store) ? part.instant : undefined
}

function bootsOf({ simulation }: World, dataset: string, occasion: number): RandomStream {
  return simulation.random(dataset, 'boot', occasion)
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
  { dataset, only }: Pick<Damage, 'dataset' | 'only'>,
): void {
  const { equal, differences } = compareTrees(restored.root, expected, only)
  if (equal) return
  const [first] = differences
  throw new Error(
    `restoring ${dataset} from snapshot ${snapshot.id} gave other bytes than the history holds: ` +
      `${differences.length} differences, first ${first?.path}: ${first?.what}`,
  )
}

/** Bytes that the application wrote after the recovery point and that are gone with the incident. */
function lostWork_bytes(world: World, incident: Incident, damage: Damage, point: number): number {
  const { files } = world.dataset(damage.dataset)
  const until = world.instant(incident.logical ? incident.detected_s : incident.onset_s)
  return files.writtenBytes(point, until, damage.only)
}
