import { EngineError } from '../../engine/errors.ts'
import { forget, synthesiseFull } from '../../engine/index.ts'
import type { SynthesiseJob } from '../strategy.ts'
import { carrier } from './carrier.ts'
import type { JobKind } from './job.ts'
import { streamsOf } from './streams.ts'
import { thinOut } from './thin-out.ts'

/**
 * A full backup of the newest point without its source: a node beside the store reads what is there and stores it
 * again. The full replaces the point that it was made from.
 */
export const synthesiseJob: JobKind<SynthesiseJob> = {
  kind: 'synthesise',
  subject: (job) => `backup of ${job.dataset} to ${job.store}`,
  node: (job, world) => carrier(world, job.store),
  async run(job, context) {
    const { world, repositories, points, work } = context
    const { dataset, store } = job
    if (!repositories.exists(store, dataset)) throw new EngineError(`${store} holds no backup of ${dataset} yet`)
    const repository = await repositories.open(store, dataset, work)
    const newest = (await repository.snapshots()).at(-1)
    if (newest === undefined) throw new EngineError(`${store} holds no backup of ${dataset} yet`)
    if (newest.type === 'full') return { read_bytes: 0, written_bytes: 0, remark: 'the newest point is a full already' }
    const { snapshot, fetched_bytes, stored_bytes } = await synthesiseFull(repository, newest.id, streamsOf(job))
    const cut = repositories.cutOf(newest)
    if (cut !== undefined) repositories.noteCut(snapshot, cut)
    points.add({ dataset, store }, snapshot, (cut ?? snapshot.time) - world.start, world.simulation.now)
    const { forgotten } = await forget(repository, [newest.id])
    for (const replaced of forgotten) points.forget(replaced, world.simulation.now)
    if (forgotten.length > 0) repositories.wasteful.add(repository.id)
    if (job.keep !== undefined) await thinOut(context, repository, job.keep)
    return { read_bytes: fetched_bytes, written_bytes: stored_bytes, remark: '' }
  },
}
