import type { RecurringEvent, World } from '../../world/index.ts'
import type { Logs } from '../logs.ts'
import type { RecoveryPoints } from '../recovery-points.ts'
import type { Replicas } from '../replicas.ts'
import type { Repositories, Work } from '../repositories.ts'
import type { Job } from '../strategy.ts'

/** What one run of a job transferred. */
export interface JobReport {
  /** Bytes read from the source: the dataset, or the store that is copied or verified. */
  readonly read_bytes: number
  /** Bytes put into the target store. */
  readonly written_bytes: number
  /** Empty when there is nothing to report. */
  readonly remark: string
}

export interface JobContext {
  readonly world: World
  readonly repositories: Repositories
  readonly replicas: Replicas
  readonly logs: Logs
  readonly points: RecoveryPoints
  readonly work: Work
  /** True where this run also prunes, if the job prunes at all. */
  readonly pruneDue: boolean
}

/** What a job needs in order to follow the application's writes. */
export interface Following {
  readonly world: World
  readonly replicas: Replicas
  readonly logs: Logs
  /** True while a run of the job, or of another on the same subject, is under way. */
  readonly busy: () => boolean
}

/** One kind of job. To add one: a file in this folder, and a line in the registry. */
export interface JobKind<J extends Job> {
  readonly kind: J['kind']
  /** Jobs on the same subject do not overlap: the later one is skipped. */
  subject(job: J): string
  /** Node on which the job runs. */
  node(job: J, world: World): string
  /** Runs that are in no calendar, because they depend on what the application writes. */
  follow?(job: J, following: Following, launch: (scheduled_s: number) => void): RecurringEvent | undefined
  run(job: J, context: JobContext): Promise<JobReport>
}
