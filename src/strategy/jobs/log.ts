import { extentStream, freshContent } from '../../adapters/virtual/index.ts'
import { EngineError } from '../../engine/errors.ts'
import type { BlobStore, Content } from '../../engine/ports.ts'
import type { World } from '../../world/index.ts'
import type { Log, LogSegment } from '../logs.ts'
import { patienceOf } from '../repositories.ts'
import type { Work } from '../repositories.ts'
import type { LogJob } from '../strategy.ts'
import type { JobContext, JobKind } from './job.ts'

/**
 * Ships the closed segments of a database's log one after the other, like PostgreSQL's archiver: a segment that cannot
 * be shipped waits, and so do those behind it, until a retry succeeds. Segments older than the oldest backup are
 * useless and are deleted.
 */
export const logJob: JobKind<LogJob> = {
  kind: 'log',
  subject: (job) => `log of ${job.dataset} to ${job.to}`,
  node: (job, world) => world.nodeOf(job.dataset).name,
  follow(job, { world, logs, busy }, launch) {
    const { simulation, start } = world
    const { files, specification } = world.dataset(job.dataset)
    const { writeInterval_s } = specification
    const log = logs.of(job)
    let tick = Math.max(1, Math.ceil(simulation.now / writeInterval_s))
    return {
      get next_s() {
        return Math.min(tick * writeInterval_s, log.switched_s + job.timeout_s, log.retryAt_s)
      },
      fire() {
        const { now } = simulation
        if (tick * writeInterval_s <= now) tick += 1
        if (log.retryAt_s <= now) log.retryAt_s = Infinity
        log.close(job, files, start, now)
        if (log.waiting !== undefined && log.retryAt_s === Infinity && !busy()) launch(now)
      },
    }
  },
  async run(job, context) {
    const { world, logs, work } = context
    const log = logs.of(job)
    const archive = connectLog(world, job, work)
    let shipped_bytes = 0
    try {
      for (let segment = log.waiting; segment !== undefined; segment = log.waiting) {
        await archive.put(segmentName(job, segment), [segmentContent(world, job, segment)])
        log.shipped(segment, world.simulation.now)
        work.onRead?.(segment.bytes)
        shipped_bytes += segment.bytes
      }
      if (context.pruneDue) await dropOld(job, log, archive, context)
    } catch (error) {
      if (log.waiting !== undefined) {
        log.retryAt_s = world.simulation.now + job.wait_s
        world.timetable.refresh()
      }
      throw error
    }
    return { read_bytes: shipped_bytes, written_bytes: shipped_bytes, remark: '' }
  },
}

/** Deletes segments older than the oldest remaining backup. */
async function dropOld(job: LogJob, log: Log, archive: BlobStore, { points, world }: JobContext): Promise<void> {
  const bases = points.all.filter((point) => point.dataset === job.dataset && point.until_s === Infinity)
  const oldest_s = Math.min(...bases.map(({ cut_s }) => cut_s))
  if (bases.length === 0) return
  for (const segment of log.between(-Infinity, oldest_s)) {
    if (segment.until_s < Infinity || segment.shipped_s === undefined || segment.to_s > oldest_s) continue
    try {
      await archive.delete(segmentName(job, segment))
    } catch (error) {
      // Locked, or beyond the rights of whoever ships the log: it stays, and costs space.
      if (!(error instanceof EngineError)) throw error
      return
    }
    log.dropped(segment, world.simulation.now)
  }
}

/** The archive of a log, with the access of a piece of work. */
export function connectLog(world: World, job: LogJob, work: Work): BlobStore {
  const { principal, may } = world.principals.accessFor(work, job.to)
  const { purpose, node, session, pace = session, onStored } = work
  // Shipping does not retry within a run, as the segment waits for the next one; a restore has no next run.
  const patience = purpose === 'restore' ? patienceOf(world, work) : {}
  return world.connect(job.to, node, { principal, may, purpose, session: pace, onStored, ...patience })
}

/** Names of datasets contain no dot, so the log cannot collide with the blobs of a repository. */
export function segmentName(
  { dataset, name }: { readonly dataset: string; readonly name: string },
  { number }: LogSegment,
): string {
  return `${dataset}.${name}/${String(number).padStart(10, '0')}`
}

/**
 * The content of a segment, derived from its identity, so that a reader recognises damage as it would by the checksums
 * in a real log.
 */
export function segmentContent(world: World, job: LogJob, segment: LogSegment): Content {
  const { fidelity } = world.dataset(job.dataset).specification
  return freshContent(fidelity, extentStream(segmentName(job, segment), 1), 0, Math.ceil(segment.bytes))
}
