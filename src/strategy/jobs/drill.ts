import { VirtualFileSystem, compareTrees, virtualTarget } from '../../adapters/virtual/index.ts'
import { EngineError } from '../../engine/errors.ts'
import { restore } from '../../engine/index.ts'
import type { DrillJob } from '../strategy.ts'
import type { JobKind } from './job.ts'
import { streamsOf } from './streams.ts'

/**
 * A rehearsal: restores the newest point of a store to another node and discards it. Its run lasts as long as the
 * restore, and fails when files are damaged or differ from the history.
 */
export const drillJob: JobKind<DrillJob> = {
  kind: 'drill',
  subject: (job) => `drill of ${job.dataset} from ${job.from}`,
  node: (job) => job.to,
  async run(job, { world, repositories, work }) {
    const { dataset, from } = job
    if (!repositories.exists(from, dataset)) throw new EngineError(`${from} holds no backup of ${dataset} yet`)
    const repository = await repositories.open(from, dataset, work)
    const newest = (await repository.snapshots()).at(-1)
    if (newest === undefined) throw new EngineError(`${from} holds no backup of ${dataset} yet`)
    const files = new VirtualFileSystem({ time: world.clock.now() })
    const target = virtualTarget(files, {
      simulation: world.simulation,
      clock: world.clock,
      disk: world.node(job.to).diskWrite,
      under: world.node(job.to).under.writes,
      session: work.session,
      purpose: work.purpose,
      writeBehind_bytes: repositories.writeBehind_bytes,
    })
    const { failedFiles, fetched_bytes, restored_bytes } = await restore(repository, newest.id, target, {
      ...streamsOf(job),
      ...repositories.reading,
    })
    await target.flushed()
    const [first] = failedFiles
    if (first !== undefined) {
      throw new EngineError(`${failedFiles.length} files are damaged, first ${first.path}: ${first.reason}`)
    }
    const cut = repositories.cutOf(newest)
    const expected = cut === undefined ? undefined : world.dataset(dataset).files.at(cut)
    if (expected === undefined || !compareTrees(files.root, expected).equal) {
      throw new EngineError(`what the newest point holds is not ${dataset}`)
    }
    return { read_bytes: fetched_bytes, written_bytes: restored_bytes, remark: '' }
  },
}
