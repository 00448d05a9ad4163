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
 * Ships what has been closed of a database's log, one segment after the other, as the archiver of PostgreSQL does: what
 * cannot be shipped waits, in order, and is tried again. Segments from before the oldest backup lead nowhere and are dropped.
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

/** Drops what no backup that is left leads to. */
async function dropOld(job: LogJob, log: Log, archive: BlobStore, { points, world }: JobContext): Promise<void> {
  const bases = points.all.filter((point) => point.dataset === job.dataset && point.until_s === Infinity)
  const oldest_s = Math.min(...bases.map(({ cut_s }) => cut_s))
  if (bases.length === 0) return
  for (const segment of log.between(-Infinity, oldest_s)) {
    if (segment.until_s < Infinity || segment.shipped_s === undefined || segment.to_s > oldest_s) continue
    try {
      await archive.delete(segmentName(job, segment))
    } catch (error) {
      // Locked, or not to be deleted by whoever ships: it stays, and costs space.
      if (!(error instanceof EngineError)) throw error
      return
    }
    log.dropped(segment, world.simulation.now)
  }
}

/** The archive of a log, as who does a piece of work reaches it. */
export function connectLog(world: World, job: LogJob, work: Work): BlobStore {
  const { principal, may } = world.principals.accessFor(work, job.to)
  const { purpose, node, session, pace = session, onStored } = work
  // What cannot be shipped waits for its next turn; who restores has none.
  const patience = purpose === 'restore' ? patienceOf(world, work) : {}
  return world.connect(job.to, node, { principal, may, purpose, session: pace, onStored, ...patience })
}

/** No dataset has a point in its name: the log is not among the blobs of a repository. */
export function segmentName(
  { dataset, name }: { readonly dataset: string; readonly name: string },
  { number }: LogSegment,
): string {
  return `${dataset}.${name}/${String(number).padStart(10, '0')}`
}

/** What a segment holds: whoever reads another thing knows that it is damaged, as by the checksums in a real log. */
export function segmentContent(world: World, job: LogJob, segment: LogSegment): Content {
  const { fidelity } = world.dataset(job.dataset).specification
  return freshContent(fidelity, extentStream(segmentName(job, segment), 1), 0, Math.ceil(segment.bytes))
}
