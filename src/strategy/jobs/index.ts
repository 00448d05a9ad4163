import type { World } from '../../world/index.ts'
import type { Job } from '../strategy.ts'
import { backupJob } from './backup.ts'
import { copyJob } from './copy.ts'
import type { JobKind } from './job.ts'
import { replicateJob } from './replicate.ts'
import { snapshotJob } from './snapshot.ts'
import { verifyJob } from './verify.ts'

const kinds: { readonly [K in Job['kind']]: JobKind<Extract<Job, { kind: K }>> } = {
  backup: backupJob,
  copy: copyJob,
  replicate: replicateJob,
  snapshot: snapshotJob,
  verify: verifyJob,
}

export function kindOf(job: Job): JobKind<Job> {
  return kinds[job.kind]
}

/** Name of the node on which a job runs. */
export function nodeOfJob(job: Job, world: World): string {
  return kindOf(job).node(job, world)
}

export type { JobContext, JobReport } from './job.ts'
