import { parentPort } from 'node:worker_threads'
import type { BlockTask } from './pool.ts'
import { readRealDirectory } from './real-directory.ts'
import { runBlock } from './run-cell.ts'
import type { BlockResult } from './run-cell.ts'
import type { BlockProgress } from './run.ts'

/** What a worker thread of the pool does with one task. */
export default async function runTask(task: BlockTask): Promise<BlockResult> {
  const { scenario, seed, block, traced } = task
  const strategy = scenario.strategies[task.strategy]
  const topology = scenario.topologies[task.topology]
  if (strategy === undefined || topology === undefined) throw new Error('the task names a cell that does not exist')
  const definition = { scenario, strategy, topology, seed, readDirectory: readRealDirectory, traced }
  return runBlock(definition, block, (done, total) => {
    const progress: BlockProgress = { strategy: strategy.name, topology: topology.name, part: block.part, done, total }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
    parentPort?.postMessage(progress)
  })
}
