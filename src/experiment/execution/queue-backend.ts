import type * as Bullmq from 'bullmq'
import type { BackendFactory, IQueueBackend } from 'bullmq'
import type { Settings } from '../../scenario/document/set-values.ts'
import type { Block } from '../cell/run-block.ts'
import { firedrillVersion } from '../version.ts'

/** A block as it is sent to another machine: that machine reads the scenario for itself. */
export interface QueuedBlock {
  readonly scenario: { readonly text: string; readonly path: string; readonly settings: Settings }
  readonly strategy: string
  readonly topology: string
  readonly seed: string
  readonly traced: boolean
  readonly block: Block
  /** What it found when it was run before, and interrupted; as text. */
  readonly known: readonly string[]
}

/** What has become of a block; 'gone' when the server knows nothing of it. */
export type JobState =
  | { readonly state: 'gone' | 'waiting' }
  | { readonly state: 'done'; readonly result: string }
  | { readonly state: 'failed'; readonly reason: string }

/** The end of a queue at which blocks are handed in. */
export interface BlockQueue {
  /** Does nothing when there is one of that name. */
  add(name: string, block: QueuedBlock): Promise<void>
  look(name: string): Promise<JobState>
  /** Does nothing to a block under way. */
  remove(name: string): Promise<void>
  /** @returns a function that ends it */
  onEnd(listener: (name: string) => void): () => void
  /** What workers tell of blocks on their way. It may be told twice, or, where the server died, never. Returns as above. */
  onNews(listener: (name: string, news: string) => void): () => void
  ready(): Promise<void>
  close(): Promise<void>
}

/** The end at which they are taken. */
export interface BlockWorker {
  close(): Promise<void>
}

/** The two ends of one queue. Results travel as text. */
export interface QueueBackend {
  openQueue(onTrouble: (message: string) => void): BlockQueue
  openWorker(
    process: (block: QueuedBlock, tell: (news: string) => void) => Promise<string>,
    plan: WorkerPlan,
    onTrouble: (message: string) => void,
  ): BlockWorker
}

export interface WorkerPlan {
  /** Blocks at a time. */
  readonly concurrency: number
  /** A worker that has given no sign of life for so long is taken for dead, and its blocks go to others. */
  readonly patience_ms: number
}

/** No server, no such kind of server, or a package that is not installed; the message says which. */
export class QueueError extends Error {
  override readonly name = 'QueueError'
}

/** Versions may differ in what they find: each has its own queue. */
const QUEUE = `firedrill-blocks-${firedrillVersion()}`
/** Enough that a worker's death is no reason to give up, but bounded, in case a block kills every worker that takes it. */
const MOST_DEATHS = 20
/** How long results are kept whose requester has died: the next request finds them. */
const KEEP_S = 7 * 86_400

/**
 * The queue at an address.
 * @param url redis:, rediss:, postgres: or postgresql:
 * @throws QueueError
 */
export async function queueAt(url: string): Promise<QueueBackend> {
  const { protocol, hostname } = URL.parse(url) ?? {}
  // PostgreSQL's may be left out: a socket of this machine.
  if ((protocol === 'redis:' || protocol === 'rediss:') && hostname !== '') return onRedis(url)
  if (protocol === 'postgres:' || protocol === 'postgresql:') return onPostgres(url)
  throw new QueueError(
    `${url}: expected the address of a server, such as redis://host:6379 or postgres://user@host/database`,
  )
}

async function onRedis(url: string): Promise<QueueBackend> {
  const [bullmq] = await Promise.all([
    needed('bullmq', () => import('bullmq')),
    needed('ioredis', () => import('ioredis')),
  ])
  // Without an end of tries: a server that is started again finds everybody waiting.
  return endsOf(bullmq, bullmq.createRedisBackend, { url, maxRetriesPerRequest: null })
}

async function onPostgres(url: string): Promise<QueueBackend> {
  const [bullmq] = await Promise.all([needed('bullmq', () => import('bullmq')), needed('pg', () => import('pg'))])
  return endsOf(bullmq, bullmq.createPostgresBackend, { connectionString: url, migrate: true })
}

function endsOf<Backend extends IQueueBackend, Connection>(
  { withBackend }: Pick<typeof Bullmq, 'withBackend'>,
  factory: BackendFactory<Backend, Connection>,
  connection: Connection,
): QueueBackend {
  const { Queue, QueueEvents, Worker } = withBackend(factory)
  return {
    openQueue(onTrouble) {
      const queue = new Queue<QueuedBlock, string>(QUEUE, { connection })
      const events = new QueueEvents(QUEUE, { connection })
      queue.on('error', ({ message }) => onTrouble(message))
      events.on('error', ({ message }) => onTrouble(message))
      return {
        async add(name, block) {
          const kept = { removeOnComplete: { age: KEEP_S }, removeOnFail: { age: KEEP_S } }
          await queue.add('block', block, { jobId: name, ...kept })
        },
        async look(name) {
          // The state first: of a block that ends between two questions, what was read before its end has no result.
          const state = await queue.getJobState(name)
          const job = await queue.getJob(name)
          if (job === undefined) return { state: 'gone' }
          if (state === 'completed') return { state: 'done', result: job.returnvalue }
          return state === 'failed' ? { state: 'failed', reason: job.failedReason } : { state: 'waiting' }
        },
        async remove(name) {
          const job = await queue.getJob(name)
          if (job !== undefined && !(await job.isActive())) await queue.remove(name)
        },
        onEnd(listener) {
          const told = ({ jobId }: { readonly jobId: string }): void => listener(jobId)
          events.on('completed', told)
          events.on('failed', told)
          return () => {
            events.off('completed', told)
            events.off('failed', told)
          }
        },
        onNews(listener) {
          const told = ({ jobId, data }: { readonly jobId: string; readonly data: unknown }): void => {
            if (typeof data === 'string') listener(jobId, data)
          }
          events.on('progress', told)
          return () => events.off('progress', told)
        },
        async ready() {
          await Promise.all([queue.waitUntilReady(), events.waitUntilReady()])
        },
        async close() {
          await Promise.all([queue.close(), events.close()])
        },
      }
    },
    openWorker(process, { concurrency, patience_ms }, onTrouble) {
      const run = async (job: Bullmq.Job<QueuedBlock, string>): Promise<string> =>
        // News that does not arrive is no loss: the result has it all.
        process(job.data, (news) => void job.updateProgress(news).catch(() => {}))
      const worker = new Worker<QueuedBlock, string>(QUEUE, run, {
        connection,
        concurrency,
        lockDuration: patience_ms,
        stalledInterval: patience_ms,
        maxStalledCount: MOST_DEATHS,
      })
      worker.on('error', ({ message }) => onTrouble(message))
      return { close: () => worker.close() }
    },
  }
}

async function needed<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new QueueError(`a queue needs the package ${name}, which is not installed; try: npm install ${name}`)
    }
    throw error
  }
}
