import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { Scenario } from '../scenario/scenario.ts'
import type { Block, BlockResult } from './run-cell.ts'
import type { Executor } from './run.ts'

/** A block as it is sent to a worker thread: plain data. */
export interface BlockTask {
  readonly scenario: Scenario
  readonly strategy: number
  readonly topology: number
  readonly seed: string
  readonly block: Block
  readonly traced: boolean
}

/** Worker threads that stay, for run after run. */
export interface Threads extends Executor {
  close(): Promise<void>
}

/**
 * Opens worker threads, which run one block a thread at a time. Datasets from real directories are read by each thread.
 * @param threads at most this many; the machine's cores by default
 */
export function openThreads(threads = availableParallelism()): Threads {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const pool = new Piscina({
    filename: new URL(`./cell-worker${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: Infinity,
  })
  return {
    workers: threads,
    async run(blocks, onProgress) {
      pool.on('message', onProgress)
      const results = Promise.all(
        blocks.map(async ({ cell, block }): Promise<BlockResult> => {
          const { scenario, seed, traced = false } = cell
          const task: BlockTask = {
            scenario,
            strategy: scenario.strategies.indexOf(cell.strategy),
            topology: scenario.topologies.indexOf(cell.topology),
            seed,
            block,
            traced,
          }
          const result: BlockResult = await pool.run(task)
          return result
        }),
      )
      try {
        return await results
      } finally {
        pool.off('message', onProgress)
      }
    },
    close: () => pool.destroy(),
  }
}

/** Runs blocks on worker threads that are there for one run only. */
export function onThreads(threads = availableParallelism()): Executor {
  return {
    workers: threads,
    async run(blocks, onProgress) {
      const pool = openThreads(Math.max(1, Math.min(threads, blocks.length)))
      try {
        return await pool.run(blocks, onProgress)
      } finally {
        await pool.close()
      }
    },
  }
}
