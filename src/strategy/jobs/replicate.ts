import { ship } from '../../world/network/ship.ts'
import { patienceOf } from '../repositories.ts'
import type { JobTerms, ReplicateJob } from '../strategy.ts'
import type { Kept } from '../replicas.ts'
import type { RecurringEvent } from '../../world/index.ts'
import type { Following, JobContext, JobKind, JobReport } from './job.ts'

/**
 * Keeps a copy of the dataset on another node and updates it at every run. A synchronous replica counts as having every
 * write at once (standby-point.ts); its runs carry the first copy and the writes over the links.
 */
export const replicateJob: JobKind<ReplicateJob> = {
  kind: 'replicate',
  subject: (job) => `replica of ${job.dataset} on ${job.to}`,
  node: (job, world) => world.nodeOf(job.dataset).name,
  follow: (job, following, launch) => (job.synchronous ? followWrites(job, following, launch) : undefined),
  run: (job, context) => shipChanges(job, job.terms, context),
}

/** Schedules a run whenever the application has written something that the replica does not have yet. */
export function followWrites(
  kept: Kept,
  { world, replicas, busy }: Following,
  launch: (scheduled_s: number) => void,
): RecurringEvent {
  const { simulation } = world
  const { files, specification } = world.dataset(kept.dataset)
  const { writeInterval_s } = specification
  // Where nothing is ever written, and the interval is infinite, a first copy still has to be made.
  let tick = simulation.now === 0 ? 0 : Math.max(1, Math.ceil(simulation.now / writeInterval_s))
  return {
    get next_s() {
      return tick === 0 ? 0 : tick * writeInterval_s
    },
    fire() {
      const { now } = simulation
      tick += 1
      const { newest } = replicas.of(kept)
      const isBehind = newest === undefined || files.writtenBytes(world.instant(newest.cut_s), world.instant(now)) > 0
      if (isBehind && !busy()) launch(now)
    },
  }
}

/**
 * Ships what was written since the last run (everything, the first time) and brings the replica to the state at which
 * the run began. It is one stream: read, sent and written at the same time, at the pace of the slowest.
 */
export async function shipChanges(
  job: Kept,
  { streams = 1 }: JobTerms = {},
  { world, replicas, work }: JobContext,
): Promise<JobReport> {
  const { simulation } = world
  const { files } = world.dataset(job.dataset)
  const replica = replicas.of(job)
  const cut_s = simulation.now
  const tree = files.root
  const { newest } = replica
  const shipped_bytes =
    newest === undefined ? files.bytes : files.writtenBytes(world.instant(newest.cut_s), world.instant(cut_s))
  const { node, purpose, session, pace = session } = work
  const onPassed = (bytes: number): void => {
    work.onRead?.(bytes)
    work.onStored?.(bytes)
  }
  const held = { session: pace, streams, onPassed, ...patienceOf(world, work) }
  const shipment = { from: node, to: job.to, bytes: shipped_bytes, purpose, ...held }
  if (shipped_bytes > 0) await ship(world, shipment)
  replica.advance({ cut_s, tree, shipped_bytes }, simulation.now)
  return { read_bytes: shipped_bytes, written_bytes: shipped_bytes, remark: '' }
}
