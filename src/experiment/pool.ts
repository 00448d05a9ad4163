import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { Scenario } from '../scenario/scenario.ts'
import type { CellResult } from './run-cell.ts'
import type { CellExecutor, RunProgress } from './run.ts'

/** A cell as it is sent to a worker thread: plain data. */
export interface CellTask {
  readonly scenario: Scenario
  readonly strategy: number
  readonly topology: number
  readonly seed: string
  readonly replications: number
  readonly traced: boolean
}

/**
 * Runs cells on worker threads, one cell a thread at a time. Datasets from real directories are read by each worker.
 * @param threads at most this many; the machine's cores by default
 */
export function onThreads(threads = availableParallelism()): CellExecutor {
  return async (cells, replications, onProgress) => {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    const pool = new Piscina({
      filename: new URL(`./cell-worker${extension}`, import.meta.url).href,
      maxThreads: Math.max(1, Math.min(threads, cells.length)),
      idleTimeout: Infinity,
    })
    pool.on('message', (message: RunProgress) => onProgress(message))
    try {
      return await Promise.all(
        cells.map(async (cell): Promise<CellResult> => {
          const { scenario, seed, traced = false } = cell
          const task: CellTask = {
            scenario,
            strategy: scenario.strategies.indexOf(cell.strategy),
            topology: scenario.topologies.indexOf(cell.topology),
            seed,
            replications,
            traced,
          }
          const result: CellResult = await pool.run(task)
          return result
        }),
      )
    } finally {
      await pool.destroy()
    }
  }
}
