import { copySnapshots } from '../../engine/index.ts'
import type { World } from '../../world/index.ts'
import type { CopyJob } from '../strategy.ts'
import type { JobKind } from './job.ts'
import { lockOf, remarkOn } from './renew-locks.ts'
import { thinOut } from './thin-out.ts'

/** Copies the snapshots that the target does not have yet, oldest first. Runs where the dataset is. */
export const copyJob: JobKind<CopyJob> = {
  kind: 'copy',
  subject: (job) => `copy from ${job.from} to ${job.to}`,
  node: (job, world) => nodeBeside(job.from, world),
  async run(job, context) {
    const { world, repositories, points, work } = context
    let read_bytes = 0
    let written_bytes = 0
    let remark = ''
    for (const dataset of world.datasets.keys()) {
      if (!repositories.exists(job.from, dataset)) continue
      const from = await repositories.open(job.from, dataset, work)
      const to = await repositories.open(job.to, dataset, work, from)
      const report = await copySnapshots(from, to, lockOf(job, context))
      remark ||= remarkOn(report.locks)
      read_bytes += report.fetched_bytes
      written_bytes += report.stored_bytes
      for (const snapshot of report.snapshots) {
        points.add({ dataset, store: job.to }, snapshot, snapshot.time - world.start, world.simulation.now)
      }
      if (job.keep !== undefined) await thinOut(context, to, job.keep)
    }
    return { read_bytes, written_bytes, remark }
  },
}

/** A node at the store's site, or the first of all: somebody has to carry the bytes. */
export function nodeBeside(store: string, world: World): string {
  const { site } = world.store(store).specification
  const nodes = [...world.nodes.values()]
  const node = nodes.find((candidate) => candidate.specification.site === site) ?? nodes[0]
  if (node === undefined) throw new Error('a world without nodes cannot run jobs')
  return node.name
}
