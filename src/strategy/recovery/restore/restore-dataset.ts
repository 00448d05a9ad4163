import type { World } from '../../../world/index.ts'
import type { Repository } from '../../../engine/index.ts'
import type { Instant } from '../../../engine/ports.ts'
import type { Damage, Incident } from '../../../world/index.ts'
import type { Work } from '../../repositories.ts'
import { findCandidates, misledByClock, newerOutOfReach } from '../points/candidates.ts'
import type { Candidate, Candidates } from '../points/candidates.ts'
import { pointsToExamine } from '../points/clean-point.ts'
import { restoreCandidate } from './restore-candidate.ts'
import type { RestoreTask } from './restore-candidate.ts'
import { restoreFromJournal } from './restore-from-journal.ts'
import type { Part, RestoredDataset } from './restored-dataset.ts'
import { revert } from './revert.ts'
import { assertUnharmed } from './unharmed.ts'

/** Why no point could be restored. */
interface Failure {
  readonly reasons: readonly string[]
  /** Something was out of reach that may be back later. */
  readonly outOfReach: boolean
}

/**
 * Restores the newest point that can be restored; a text says why none could. Waits while nothing but an outage
 * prevents it.
 */
export async function restoreDataset(task: RestoreTask): Promise<RestoredDataset | string> {
  const { operations, incident, damage } = task
  const { world } = operations
  const { simulation } = world
  if (damage.backAt_s !== undefined) return untilBack(world, incident, damage, damage.backAt_s)
  // The host has been replaced, and the images survived elsewhere.
  const { now } = simulation
  if (damage.intactOn !== undefined) return untilBack(world, incident, { ...damage, backAt_s: now }, now)
  const newest = await withoutBackups(task)
  if (newest !== undefined) return newest
  for (let attempt = 0; ; attempt += 1) {
    const result = await restoreNewest(task, attempt)
    if ('store' in result) return { ...result, passedOver: [...deletedSnapshots(task), ...result.passedOver] }
    const { nextEnd_s } = world.outages
    if (!result.outOfReach || nextEnd_s === undefined) {
      const older = await withoutBackups(task, { evenIfOlder: true })
      if (older !== undefined) return { ...older, passedOver: result.reasons, older: true }
      const reasons = [...deletedSnapshots(task), ...result.reasons]
      if (reasons.length > 0) return reasons.join('; ')
      return `no recovery point of ${damage.dataset} from before the incident`
    }
    // Counts as waiting for media: a faster link would not help.
    await task.spent.retrieval.readying(() => simulation.sleep(nextEnd_s - simulation.now))
  }
}

/** Restores from the array or a journal, where one of them has a newer state than the backups. */
async function withoutBackups(
  { operations, incident, damage, cuts, part }: RestoreTask,
  options: { readonly evenIfOlder?: boolean } = {},
): Promise<RestoredDataset | undefined> {
  const isWhole = part === undefined || 'instant' in part
  const reverted = cuts === undefined && isWhole ? await revert(operations, incident, damage, options) : undefined
  return reverted ?? restoreFromJournal(operations, incident, damage, options)
}

/** Says that an intruder deleted the array's snapshots, which would have been the quickest way back. */
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
  const interruptions: string[] = []
  const work: Work = {
    principal: 'recovery',
    purpose: 'restore',
    node: world.nodeOf(damage.dataset).name,
    occurrence: incident.onset_s,
    session: world.simulation.flows.resource({ name: 'recovery', capacity: Infinity }),
    retrieval: task.spent.retrieval,
    keepTrying_s: strategy.recovery.keepTrying_s,
    onBack: (lasted_s, why) => interruptions.push(`went on after ${(lasted_s / 60).toPrecision(3)} min (${why})`),
  }
  const found = await findCandidates(operations, incident, damage.dataset, work)
  if (attempt === 0 && damage.only === undefined && !isRest(part)) await examine(task, found)
  const rest_s = isRest(part) ? part.cut_s : undefined
  const candidates = found.clean.filter(({ snapshot }) => {
    const cut = repositories.cutOf(snapshot)
    if (rest_s !== undefined && cut !== world.instant(rest_s)) return false
    return cuts === undefined || cuts.has(cut ?? Number.NaN)
  })
  let outOfReach = found.outOfReach.length > 0
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
        const missed = newerOutOfReach(operations, incident, damage.dataset, found, restored.recoveryPoint_s)
        const said = [...passedOver.map((other) => other.why), ...interruptions, missed, remark, recovered, clock]
        const why = said.filter((text) => text !== '')
        const older =
          [remark, clock, missed].some((text) => text !== '') || passedOver.some((other) => other.time > time)
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

/** Another copy of the same point: the one that can be restored soonest. */
function otherCopyOf({ store, snapshot }: Candidate, candidates: readonly Candidate[]): Candidate | undefined {
  const { id, original = id } = snapshot
  return candidates.find(
    (other) => other.store !== store && (other.snapshot.original ?? other.snapshot.id) === original,
  )
}

/** Whether this is the remainder of a restore whose point is known already. */
function isRest(part: Part | undefined): part is Extract<Part, { readonly cut_s: number }> {
  return part !== undefined && 'cut_s' in part
}

/** Nobody knows since when the data have been tainted: points are examined until the newest clean one is known. */
async function examine({ operations, incident, damage, spent }: RestoreTask, found: Candidates): Promise<void> {
  const { world, strategy } = operations
  const { simulation } = world
  const { cleanPoint } = strategy.recovery
  // The search is done once. Shards that have to go back further use points examined then.
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
