import type { RecurringEvent, World } from '../../world/index.ts'
import type { Logs } from '../logs.ts'
import type { RecoveryPoints } from '../recovery-points.ts'
import type { Replicas } from '../replicas.ts'
import type { Repositories, Work } from '../repositories.ts'
import type { Job } from '../strategy.ts'

/** What one run of a job moved. */
export interface JobReport {
  /** Bytes read from the source: the dataset, or the store that is copied or verified. */
  readonly read_bytes: number
  /** Bytes put into the target store. */
  readonly written_bytes: number
  /** Empty when there is nothing to say. */
  readonly remark: string
}

export interface JobContext {
  readonly world: World
  readonly repositories: Repositories
  readonly replicas: Replicas
  readonly logs: Logs
  readonly points: RecoveryPoints
  readonly work: Work
  /** Old packs are dropped in this run, if the job drops any. */
  readonly pruneDue: boolean
}

/** What a job that follows the application's writes looks at. */
export interface Following {
  readonly world: World
  readonly replicas: Replicas
  readonly logs: Logs
  /** A run of the job, or of another on the same subject, is under way. */
  readonly busy: () => boolean
}

/** One kind of job. To add one: a file beside this, and a line in the registry. */
export interface JobKind<J extends Job> {
  readonly kind: J['kind']
  /** Jobs that touch the same thing do not overlap: the later one is skipped. */
  subject(job: J): string
  /** Node on which the job runs. */
  node(job: J, world: World): string
  /** When runs are due that no calendar names, because they depend on what the application writes. */
  follow?(job: J, following: Following, launch: (scheduled_s: number) => void): RecurringEvent | undefined
  run(job: J, context: JobContext): Promise<JobReport>
}
