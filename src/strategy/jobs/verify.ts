import { check } from '../../engine/index.ts'
import type { VerifyJob } from '../strategy.ts'
import { nodeBeside } from './copy.ts'
import type { JobKind } from './job.ts'

/** Reads a share of the packs back and checks every chunk in them. */
export const verifyJob: JobKind<VerifyJob> = {
  kind: 'verify',
  subject: (job) => `verify ${job.store}`,
  node: (job, world) => nodeBeside(job.store, world),
  async run(job, { world, repositories, work }) {
    let read_bytes = 0
    let errors = 0
    for (const dataset of world.datasets.keys()) {
      if (!repositories.exists(job.store, dataset)) continue
      const repository = await repositories.open(job.store, dataset, work)
      const report = await check(repository, { readData: job.sample })
      read_bytes += report.read_bytes
      errors += report.errors.length
    }
    return { read_bytes, written_bytes: 0, remark: errors === 0 ? '' : `${errors} errors found` }
  },
}
