import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { Piscina } from 'piscina'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Block, BlockResult, Finding } from '../cell/run-block.ts'
import { asTheySettle } from './executor.ts'
import type { Executor, FinishedBlock, OpenExecutor } from './executor.ts'

/** A block as it is sent to a worker thread: plain data. */
export interface ThreadTask {
  readonly scenario: Scenario
  readonly strategy: number
  readonly topology: number
  readonly seed: string
  readonly block: Block
  readonly known: readonly Finding[]
  readonly traced: boolean
  /** Unique among the tasks of a pool. */
  readonly task: number
}

/** News of a task that a thread is working on. */
export type ThreadMessage =
  | { readonly task: number; readonly share: number }
  | { readonly task: number; readonly finding: Finding }

/**
 * The young generation of a thread starts at one megabyte and grows as it fills up; until it has grown, all threads of
 * the process keep waiting for helpers that collect garbage. Starting at this size, two threads take a sixth less
 * processor time.
 */
const YOUNG_GENERATION_MB = 16

/**
 * Opens worker threads that stay for run after run, each of which runs one block at a time. Every thread reads the datasets that
 * come from real directories for itself.
 * @param threads how many at most; by default as many as the machine has cores
 */
export function openThreads(threads = availableParallelism()): OpenExecutor {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  // This applies to threads that are started from now on, not to the current one.
  setFlagsFromString(`--min-semi-space-size=${YOUNG_GENERATION_MB}`)
  const pool = new Piscina({
    filename: new URL(`./thread-worker${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: Infinity,
  })
  let tasks = 0
  return {
    workers: threads,
    async *run(blocks, { onProgress = () => {}, onFinding = () => {}, signal } = {}) {
      const first = tasks
      tasks += blocks.length
      const tell = (message: ThreadMessage): void => {
        const index = message.task - first
        if (index < 0 || index >= blocks.length) return
        if ('share' in message) onProgress(index, message.share)
        else onFinding(index, message.finding)
      }
      pool.on('message', tell)
      // A caller that stops iterating wants no more results.
      const given = new AbortController()
      const ended = signal === undefined ? given.signal : AbortSignal.any([given.signal, signal])
      const results = blocks.map(async ({ cell, block, known = [] }, index): Promise<FinishedBlock> => {
        const { scenario, seed, traced = false } = cell
        const task: ThreadTask = {
          scenario,
          strategy: scenario.strategies.indexOf(cell.strategy),
          topology: scenario.topologies.indexOf(cell.topology),
          seed,
          block,
          known,
          traced,
          task: first + index,
        }
        const result: BlockResult = await pool.run(task, { signal: ended })
        return { index, result }
      })
      try {
        yield* asTheySettle(results)
      } catch (error) {
        if (signal?.aborted !== true) throw error
      } finally {
        given.abort()
        pool.off('message', tell)
      }
    },
    close: () => pool.destroy(),
  }
}

/** Runs blocks on worker threads that are started for one run and ended after it. */
export function onThreads(threads = availableParallelism()): Executor {
  return {
    workers: threads,
    async *run(blocks, options) {
      const pool = openThreads(Math.max(1, Math.min(threads, blocks.length)))
      try {
        yield* pool.run(blocks, options)
      } finally {
        await pool.close()
      }
    },
  }
}
