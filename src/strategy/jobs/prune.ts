import type { PruneJob } from '../strategy.ts'
import { carrier } from './carrier.ts'
import type { JobKind } from './job.ts'
import { dropUnneeded, forgetBy } from './thin-out.ts'

/**
 * Retention on a schedule of its own, beside the store: forgets by the policy, and rewrites packs that are only partly
 * needed. For a forever-incremental chain this merges the oldest increment into the full.
 */
export const pruneJob: JobKind<PruneJob> = {
  kind: 'prune',
  subject: (job) => `retention on ${job.store}`,
  node: (job, world) => carrier(world, job.store),
  async run(job, context) {
    const { world, repositories, work } = context
    let moved_bytes = 0
    for (const dataset of world.datasets.keys()) {
      if (!repositories.exists(job.store, dataset)) continue
      const repository = await repositories.open(job.store, dataset, work)
      await forgetBy(context, repository, job.keep)
      const { maxUnused, grace_s } = job
      moved_bytes += await dropUnneeded(context, repository, { maxUnused, grace_s })
    }
    return { read_bytes: moved_bytes, written_bytes: moved_bytes, remark: '' }
  },
}
