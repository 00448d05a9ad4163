import type { Job } from './strategy.ts'

/** One run of a job. Times are seconds since start. */
export interface JobRun {
  readonly job: string
  readonly kind: Job['kind']
  readonly scheduled_s: number
  started_s: number | undefined
  ended_s: number | undefined
  outcome: 'succeeded' | 'failed' | 'skipped' | 'running'
  reason: string
  /** The store that had no room for it; absent where that is not why it failed. */
  fullStore?: string
  read_bytes: number
  written_bytes: number
}
