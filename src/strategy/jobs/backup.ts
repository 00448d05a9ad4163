import { isHeldInGroups, virtualSource } from '../../adapters/virtual/index.ts'
import { EngineError } from '../../engine/errors.ts'
import { backup, setReplacedAside } from '../../engine/index.ts'
import type { SetAsideReport, Snapshot } from '../../engine/index.ts'
import type { FileSystem } from '../../engine/ports.ts'
import type { BackupJob } from '../strategy.ts'
import { carrier } from './carrier.ts'
import type { JobContext, JobKind } from './job.ts'
import { lockOf, remarkOn } from './renew-locks.ts'
import { streamsOf } from './streams.ts'
import { thinOut } from './thin-out.ts'

/** Bytes handed to the chunker at once where content is only described: large, because nothing is held in memory. */
const EXTENTS_WINDOW_BYTES = 2 ** 30
const BYTES_WINDOW_BYTES = 2 ** 24

/**
 * Reads a consistent snapshot of the dataset, taken for the backup or kept by the array, and stores the chunks that
 * this type of backup may not reuse.
 */
export const backupJob: JobKind<BackupJob> = {
  kind: 'backup',
  subject: (job) => `backup of ${job.dataset} to ${job.to}`,
  // Images of a virtual machine are read by its host.
  node: (job, world) => world.placements.hostOf(world.nodeOf(job.dataset).name),
  async run(job, context) {
    const { world, repositories, points } = context
    // Reads from the repository do not count as reads from the source.
    const { onRead, ...work } = context.work
    const dataset = world.dataset(job.dataset)
    const { files, snapshots, specification } = dataset
    const kept = job.fromSnapshot === true ? snapshots.kept.at(-1) : undefined
    if (job.fromSnapshot === true && kept === undefined) {
      throw new EngineError(`the array keeps no snapshot of ${job.dataset} yet`)
    }
    const node = world.nodeOf(job.dataset)
    const reading = virtualSource(files, {
      simulation: world.simulation,
      clock: world.clockOf(work.node),
      disk: node.diskRead,
      under: node.under.reads,
      session: work.session,
      scan_entriesPerSecond: node.specification.disk.scan_entriesPerSecond,
      purpose: work.purpose,
      onRead,
      groups:
        specification.fidelity === 'extents' && specification.scan === undefined && isHeldInGroups(specification.files),
      ...(kept === undefined ? {} : { state: { time: kept.cut, root: kept.tree } }),
      ...(specification.changeTracking_bytes === undefined
        ? {}
        : { changeTracking_bytes: specification.changeTracking_bytes, trackedSince: dataset.trackedSince }),
    })
    let cut = kept?.cut ?? world.clock.now()
    // Shards are cut at the instant at which their jobs begin: the same for all whose jobs begin together.
    const cutAtOnce = specification.group === undefined ? undefined : reading.snapshot()
    const source: FileSystem = {
      async snapshot() {
        if (cutAtOnce !== undefined) return cutAtOnce
        if (kept === undefined) cut = world.clock.now()
        return reading.snapshot()
      },
    }
    const repository = await repositories.open(job.to, job.dataset, work)
    const report = await backup(repository, source, {
      type: job.type === 'reverse-incremental' ? 'snapshot' : job.type,
      host: node.name,
      dataset: job.dataset,
      window_bytes: specification.fidelity === 'extents' ? EXTENTS_WINDOW_BYTES : BYTES_WINDOW_BYTES,
      ...(job.skipIfUnchanged === true ? { skipIfUnchanged: true } : {}),
      ...lockOf(job, context),
      ...streamsOf(job),
    })
    const isNew = report.skipped !== true
    if (isNew) {
      repositories.noteCut(report.snapshot, cut)
      const place = { dataset: job.dataset, store: job.to }
      points.add(place, report.snapshot, cut - world.start, world.simulation.now)
    }
    const aside =
      isNew && job.type === 'reverse-incremental' ? await setAside(job, context, report.snapshot) : undefined
    if (job.keep !== undefined) await thinOut(context, repository, job.keep)
    return {
      read_bytes: report.read_bytes + (aside?.fetched_bytes ?? 0),
      written_bytes: report.stored_bytes + (aside?.stored_bytes ?? 0),
      remark: isNew ? remarkOn(report.locks) : 'nothing had changed: no new point',
    }
  },
}

/** Reverses the chain. A node beside the store does it, so that the link carries only what is new. */
async function setAside(
  job: BackupJob,
  { world, repositories, work }: JobContext,
  snapshot: Snapshot,
): Promise<SetAsideReport> {
  const { pace: _pace, ...beside } = work
  const step = { step: 'set aside', node: carrier(world, job.to) }
  const repository = await repositories.open(job.to, job.dataset, { ...beside, ...step })
  // Backups of a dataset to one store do not overlap, and a copy begins after one.
  return setReplacedAside(repository, snapshot.id, { grace_s: 0, ...streamsOf(job) })
}
