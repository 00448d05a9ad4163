import { copySnapshots, selectSnapshots } from '../../engine/index.ts'
import type { Repository } from '../../engine/index.ts'
import type { CopyJob } from '../strategy.ts'
import { carrier } from './carrier.ts'
import type { JobKind } from './job.ts'
import { lockOf, remarkOn } from './renew-locks.ts'
import { streamsOf } from './streams.ts'
import { thinOut } from './thin-out.ts'

/**
 * Copies the due snapshots that the target lacks, oldest first. A snapshot is due when it has been held long enough and
 * the target's policy would not forget it at once. Runs beside the source store, or at the target.
 */
export const copyJob: JobKind<CopyJob> = {
  kind: 'copy',
  subject: (job) => `copy from ${job.from} to ${job.to}`,
  node: (job, world) => carrier(world, job.from, job.to),
  async run(job, context) {
    const { world, repositories, points, work } = context
    let read_bytes = 0
    let written_bytes = 0
    let remark = ''
    // A bandwidth limit applies to what is sent, not to what is read beside the source.
    const { pace: _pace, onStored: _stored, ...reading } = work
    const { onRead: _read, ...writing } = work
    for (const dataset of world.datasets.keys()) {
      if (!repositories.exists(job.from, dataset)) continue
      const from = await repositories.open(job.from, dataset, reading)
      const to = await repositories.open(job.to, dataset, writing, from)
      const snapshots = await dueSnapshots(job, from, to, world.clockOf(work.node).now())
      const report = await copySnapshots(from, to, { snapshots, ...streamsOf(job), ...lockOf(job, context) })
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

/** Ids of the snapshots to copy. */
async function dueSnapshots(
  { hold_s = 0, newestOnly = false, keep }: CopyJob,
  from: Repository,
  to: Repository,
  now: number,
): Promise<string[]> {
  const held = (await from.snapshots()).filter(({ completed }) => completed + hold_s <= now)
  if (newestOnly) return held.slice(-1).map(({ id }) => id)
  if (keep === undefined) return held.map(({ id }) => id)
  // A snapshot that was copied and then forgotten at the target would otherwise be copied again at every run.
  const there = await to.snapshots()
  const originals = new Set(there.map(({ id, original = id }) => original))
  const missing = held.filter(({ id, original = id }) => !originals.has(original))
  const decisions = selectSnapshots([...there, ...missing], keep, now)
  return missing.filter((_, at) => decisions[there.length + at]!.keep).map(({ id }) => id)
}
