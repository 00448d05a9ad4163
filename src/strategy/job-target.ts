import type { Job } from './strategy.ts'

/** The store that a job writes to or makes room in; undefined for a job that does neither. */
export function targetOf(job: Job): string | undefined {
  if (job.kind === 'backup' || job.kind === 'copy' || job.kind === 'log') return job.to
  return job.kind === 'synthesise' || job.kind === 'prune' ? job.store : undefined
}
