import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { Scenario } from '../scenario/scenario.ts'
import type { Block, BlockResult } from './run-cell.ts'
import type { Executor, BlockProgress } from './run.ts'

/** A block as it is sent to a worker thread: plain data. */
export interface BlockTask {
  readonly scenario: Scenario
  readonly strategy: number
  readonly topology: number
  readonly seed: string
  readonly block: Block
  readonly traced: boolean
}

/**
 * Runs blocks on worker threads, one block a thread at a time. Datasets from real directories are read by each worker.
 * @param threads at most this many; the machine's cores by default
 */
export function onThreads(threads = availableParallelism()): Executor {
  return {
    workers: threads,
    async run(blocks, onProgress) {
      const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
      const pool = new Piscina({
        filename: new URL(`./cell-worker${extension}`, import.meta.url).href,
        maxThreads: Math.max(1, Math.min(threads, blocks.length)),
        idleTimeout: Infinity,
      })
      pool.on('message', (message: BlockProgress) => onProgress(message))
      try {
        return await Promise.all(
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
      } finally {
        await pool.destroy()
      }
    },
  }
}
