import type { Job } from '../strategy.ts'
import { backupJob } from './backup.ts'
import { copyJob } from './copy.ts'
import type { JobKind } from './job.ts'
import { replicateJob } from './replicate.ts'
import { verifyJob } from './verify.ts'

const kinds: { readonly [K in Job['kind']]: JobKind<Extract<Job, { kind: K }>> } = {
  backup: backupJob,
  copy: copyJob,
  replicate: replicateJob,
  verify: verifyJob,
}

export function kindOf(job: Job): JobKind<Job> {
  return kinds[job.kind]
}

export type { JobContext, JobReport } from './job.ts'
