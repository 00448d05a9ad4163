import { check, repair } from '../../engine/index.ts'
import type { CheckError, Repository } from '../../engine/index.ts'
import type { VerifyJob } from '../strategy.ts'
import { carrier } from './carrier.ts'
import type { JobKind } from './job.ts'
import { streamsOf } from './streams.ts'

/** Reads a share of the packs back and checks every chunk in them; damage is repaired from a copy, if there is one. */
export const verifyJob: JobKind<VerifyJob> = {
  kind: 'verify',
  subject: (job) => `verify ${job.store}`,
  node: (job, world) => carrier(world, job.store),
  async run(job, { world, repositories, work }) {
    let read_bytes = 0
    let written_bytes = 0
    const remarks: string[] = []
    for (const dataset of world.datasets.keys()) {
      if (!repositories.exists(job.store, dataset)) continue
      const repository = await repositories.open(job.store, dataset, work)
      const report = await check(repository, { readData: job.sample, ...streamsOf(job) })
      read_bytes += report.read_bytes
      if (report.errors.length === 0) continue
      const errors = await standing(report.errors, await repositories.open(job.store, dataset, work))
      if (errors === 0) continue
      remarks.push(`${errors} errors found`)
      if (job.healFrom === undefined || !repositories.exists(job.healFrom, dataset)) continue
      const donor = await repositories.open(job.healFrom, dataset, work)
      const { damagedPacks, damagedSnapshots, stored_bytes } = await repair(repository, { readData: true, donor })
      written_bytes += stored_bytes
      const lost = damagedPacks.reduce((sum, pack) => sum + pack.lost, 0)
      remarks.push(damagedSnapshots.length === 0 ? 'all put right' : `${lost} chunks lost in ${job.healFrom} too`)
    }
    return { read_bytes, written_bytes, remark: remarks.join('; ') }
  },
}

/** Counts the errors that still hold: data that retention deleted during the days of reading are not missing. */
async function standing(errors: readonly CheckError[], repository: Repository): Promise<number> {
  const snapshots = new Set((await repository.snapshots()).map(({ id }) => id))
  await repository.loadIndex()
  const packs = new Set(repository.index.packs().map(({ name }) => name))
  return errors.filter(({ kind, subject }) => {
    if (kind === 'pack') return packs.has(subject)
    return kind !== 'snapshot' || snapshots.has(subject)
  }).length
}
