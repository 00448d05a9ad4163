import { BlobNotFoundError } from '../../../engine/errors.ts'
import { bytesFidelity } from '../../../engine/index.ts'
import type { Fidelity, Instant } from '../../../engine/ports.ts'
import { extentsFidelity } from '../../../adapters/virtual/index.ts'
import type { Damage, Incident, World } from '../../../world/index.ts'
import { completed } from '../../../world/network/ship.ts'
import { connectLog, segmentContent, segmentName } from '../../jobs/log.ts'
import type { LogSegment } from '../../logs.ts'
import type { Operations } from '../../operations.ts'
import type { Work } from '../../repositories.ts'
import type { LogJob } from '../../strategy.ts'

/** The result of replaying a log. */
export interface Replay {
  /** Instant of the state that was reached. */
  readonly reached: Instant
  /** Store of the log. */
  readonly archive: string
  /** Time spent fetching and applying. */
  readonly apply_s: number
  /** Why it did not reach its goal; empty when it did. */
  readonly remark: string
}

/** The job that ships the log of a dataset. */
export function logJobOf({ strategy }: Operations, dataset: string): LogJob | undefined {
  return strategy.jobs.find((job): job is LogJob => job.kind === 'log' && job.dataset === dataset)
}

/** The last state worth restoring: for a physical incident that of its onset, for a logical one that just before. */
function goalOf(world: World, { logical, onset_s }: Incident): Instant {
  const onset = world.instant(onset_s)
  return logical ? onset * (1 - Number.EPSILON) : onset
}

/** The segments of a log that can be used after an incident: those in the archive, and on the node if its disk survived. */
function usable({ world, logs }: Operations, job: LogJob, damage: Damage, from: Instant, goal: Instant): LogSegment[] {
  const keepsItsLog = damage.only !== undefined && world.nodeOf(job.dataset).alive
  const { start } = world
  const found: LogSegment[] = []
  let at = from - start
  for (const segment of logs.of(job).between(from - start, goal - start)) {
    const isThere = segment.shipped_s === undefined ? keepsItsLog : segment.until_s === Infinity
    if (!isThere || segment.from_s > at) break
    found.push(segment)
    at = segment.to_s
  }
  return found
}

/** The state that a backup of an instant and the log lead to, as far as is known without reading the log. */
export function reachOfLog(operations: Operations, incident: Incident, damage: Damage, from: Instant): Instant {
  const { world } = operations
  const job = logJobOf(operations, damage.dataset)
  if (job === undefined || !world.store(job.to).alive) return from
  const goal = goalOf(world, incident)
  const last = usable(operations, job, damage, from, goal).at(-1)
  return last === undefined ? from : Math.min(goal, world.instant(last.to_s))
}

/**
 * Rolls a restored state forward: fetches the log segment by segment and applies each, up to just before a logical
 * incident or as far as the log was shipped. A segment that cannot be read ends it. Undefined where no log is kept.
 * @param from instant of the restored state
 * @throws EngineError when the archive is out of reach
 */
export async function replayLog(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  from: Instant,
  work: Work,
): Promise<Replay | undefined> {
  const { world } = operations
  const { simulation } = world
  const job = logJobOf(operations, damage.dataset)
  if (job === undefined) return undefined
  const archive = job.to
  if (!world.store(archive).alive)
    return { reached: from, archive, apply_s: 0, remark: `${archive} is gone with the log` }
  const began_s = simulation.now
  const goal = goalOf(world, incident)
  const blobs = connectLog(world, job, work)
  const node = world.node(work.node)
  const fidelity: Fidelity =
    world.dataset(job.dataset).specification.fidelity === 'bytes' ? bytesFidelity : extentsFidelity
  let reached = from
  let remark = ''
  for (const segment of usable(operations, job, damage, from, goal)) {
    if (segment.shipped_s !== undefined) {
      try {
        const content = await blobs.get(segmentName(job, segment))
        if (!fidelity.equal(content, segmentContent(world, job, segment)))
          remark = `segment ${segment.number} is damaged`
      } catch (error) {
        if (!(error instanceof BlobNotFoundError)) throw error
        remark = `segment ${segment.number} is gone`
      }
    }
    if (remark !== '') break
    const over = [work.session, ...node.writes].map((resource) => ({ resource }))
    const cap = job.replay_bytesPerSecond === Infinity ? {} : { cap: job.replay_bytesPerSecond }
    await completed(simulation.flows.transfer({ amount: segment.bytes, over, purpose: work.purpose, ...cap }))
    reached = Math.min(goal, world.instant(segment.to_s))
  }
  if (remark !== '') remark = `the log in ${archive} ends early: ${remark}`
  return { reached, archive, apply_s: simulation.now - began_s, remark }
}
