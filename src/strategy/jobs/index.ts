import type { World } from '../../world/index.ts'
import type { Job } from '../strategy.ts'
import { backupJob } from './backup.ts'
import { copyJob } from './copy.ts'
import { drillJob } from './drill.ts'
import type { JobKind } from './job.ts'
import { journalJob } from './journal.ts'
import { logJob } from './log.ts'
import { pruneJob } from './prune.ts'
import { replicateJob } from './replicate.ts'
import { snapshotJob } from './snapshot.ts'
import { synthesiseJob } from './synthesise.ts'
import { verifyJob } from './verify.ts'

const kinds: { readonly [K in Job['kind']]: JobKind<Extract<Job, { kind: K }>> } = {
  backup: backupJob,
  copy: copyJob,
  drill: drillJob,
  journal: journalJob,
  log: logJob,
  prune: pruneJob,
  replicate: replicateJob,
  snapshot: snapshotJob,
  synthesise: synthesiseJob,
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
