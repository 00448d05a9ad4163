import { EngineError } from '../../engine/errors.ts'
import { completed } from '../../world/network/ship.ts'
import type { SnapshotJob } from '../strategy.ts'
import type { JobKind } from './job.ts'

/**
 * Keeps states of a dataset on its own array. A copy-on-write snapshot exists at once. A split mirror is first
 * synchronised with what was written since the last split, which uses the same disks; its cut is the split, at the end.
 */
export const snapshotJob: JobKind<SnapshotJob> = {
  kind: 'snapshot',
  subject: (job) => `snapshots of ${job.dataset}`,
  node: (job, world) => world.nodeOf(job.dataset).name,
  async run(job, { world, work }) {
    const { files, snapshots } = world.dataset(job.dataset)
    const { reads, writes } = world.node(work.node)
    const newest = snapshots.kept.at(-1)
    let copied_bytes = 0
    if (job.mirror) {
      copied_bytes = newest === undefined ? files.bytes : files.writtenBytes(newest.cut, world.clock.now())
      const over = [work.session, ...reads, ...writes].map((resource) => ({ resource }))
      await completed(world.simulation.flows.transfer({ amount: copied_bytes, over, purpose: work.purpose }))
    }
    const now = world.clock.now()
    const { dropped } = snapshots
    if (!snapshots.take(files, now, job)) throw new EngineError('the reserve is full of snapshots that are locked')
    const lost = snapshots.dropped - dropped
    const remark = lost === 0 ? '' : `the reserve is full: ${lost} dropped`
    return { read_bytes: copied_bytes, written_bytes: copied_bytes, remark }
  },
}
