import { ship } from '../../world/ship.ts'
import type { ReplicateJob } from '../strategy.ts'
import type { JobKind } from './job.ts'

/**
 * Ships what was written since the last run, the first time everything, and brings the replica to the state at which the
 * run began. Shipping is a stream: read here, sent, written there at once, at the pace of the slowest of them.
 */
export const replicateJob: JobKind<ReplicateJob> = {
  kind: 'replicate',
  subject: (job) => `replica of ${job.dataset} on ${job.to}`,
  node: (job, world) => world.nodeOf(job.dataset).name,
  async run(job, { world, replicas, work }) {
    const { simulation } = world
    const { files } = world.dataset(job.dataset)
    const replica = replicas.of(job)
    const cut_s = simulation.now
    const tree = files.root
    const { newest } = replica
    const shipped_bytes =
      newest === undefined ? files.bytes : files.writtenBytes(world.instant(newest.cut_s), world.instant(cut_s))
    const { purpose, session } = work
    if (shipped_bytes > 0) await ship(world, { from: work.node, to: job.to, bytes: shipped_bytes, purpose, session })
    replica.advance({ cut_s, tree })
    return { read_bytes: shipped_bytes, written_bytes: shipped_bytes, remark: '' }
  },
}
