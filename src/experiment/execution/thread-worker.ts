import { parentPort } from 'node:worker_threads'
import { readRealDirectory } from '../cell/real-directory.ts'
import { runBlock } from '../cell/run-block.ts'
import type { BlockResult } from '../cell/run-block.ts'
import type { ThreadMessage, ThreadTask } from './threads.ts'

/** What a worker thread of the pool does with one task. */
export default async function runTask(given: ThreadTask): Promise<BlockResult> {
  const { scenario, seed, block, known, traced, task } = given
  const strategy = scenario.strategies[given.strategy]
  const topology = scenario.topologies[given.topology]
  if (strategy === undefined || topology === undefined) throw new Error('the task names a cell that does not exist')
  const definition = { scenario, strategy, topology, seed, readDirectory: readRealDirectory, traced }
  return runBlock(definition, block, {
    known,
    onProgress: (share) => tell({ task, share }),
    onFinding: (finding) => tell({ task, finding }),
  })
}

function tell(message: ThreadMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
  parentPort?.postMessage(message)
}
