import type { Kept } from '../replicas.ts'
import type { Job, JournalJob } from '../strategy.ts'
import type { JobKind } from './job.ts'
import { followWrites, shipChanges } from './replicate.ts'

/**
 * Continuous data protection: every write is sent to another node as it is made, as fast as the route allows. The
 * journal there can go back to any write within its reach and capacity.
 */
export const journalJob: JobKind<JournalJob> = {
  kind: 'journal',
  subject: (job) => `journal of ${job.dataset} on ${job.to}`,
  node: (job, world) => world.nodeOf(job.dataset).name,
  follow: (job, following, launch) => followWrites(journalOf(job), following, launch),
  run: (job, context) => shipChanges(journalOf(job), job.terms, context),
}

/** The journal, described as a replica that can go back. */
export function journalOf(job: JournalJob): {
  readonly name: string
  readonly dataset: string
  readonly to: string
  readonly journal_s: number
  readonly journal_bytes: number
} {
  const { name, dataset, to, reach_s, capacity_bytes } = job
  return { name, dataset, to, journal_s: reach_s, journal_bytes: capacity_bytes }
}

/** The journal that a job keeps, from which deleted parts can be restored; undefined for a job that keeps none. */
export function journalKeptBy(job: Job): Kept | undefined {
  if (job.kind === 'journal') return journalOf(job)
  return job.kind === 'replicate' && job.journal_s > 0 && !job.synchronous ? job : undefined
}
