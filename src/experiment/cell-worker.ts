import { parentPort } from 'node:worker_threads'
import type { CellTask } from './pool.ts'
import { readRealDirectory } from './real-directory.ts'
import { runCell } from './run-cell.ts'
import type { CellResult } from './run-cell.ts'
import type { RunProgress } from './run.ts'

/** What a worker thread of the pool does with one task. */
export default async function runTask(task: CellTask): Promise<CellResult> {
  const { scenario, seed, replications, traced } = task
  const strategy = scenario.strategies[task.strategy]
  const topology = scenario.topologies[task.topology]
  if (strategy === undefined || topology === undefined) throw new Error('the task names a cell that does not exist')
  const definition = { scenario, strategy, topology, seed, readDirectory: readRealDirectory, traced }
  return runCell(definition, replications, (done, total) => {
    const progress: RunProgress = { strategy: strategy.name, topology: topology.name, done, total }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
    parentPort?.postMessage(progress)
  })
}
