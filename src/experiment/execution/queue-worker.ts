import { setTimeout } from 'node:timers/promises'
import { parseScenario } from '../../scenario/load.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { readRealDirectory } from '../cell/real-directory.ts'
import type { Finding } from '../cell/run-block.ts'
import { findingOfText, textOfNews, textOfResult } from './block-identity.ts'
import type { CellBlock } from './executor.ts'
import { queueAt } from './queue-backend.ts'
import type { QueuedBlock } from './queue-backend.ts'
import { openThreads } from './threads.ts'

export interface QueueWorkerOptions {
  readonly threads: number
  /** See WorkerPlan. */
  readonly patience_s: number
  readonly onBlock: (done: number) => void
  readonly onTrouble: (message: string) => void
}

/**
 * Runs blocks from a queue until it is closed. Blocks run in threads of their own, so that signs of life go on
 * meanwhile: a worker that computes in the thread that gives them is taken for dead.
 * @returns a function that waits for the blocks under way and ends; it resolves with whether the server was told, which
 *   one that is gone cannot be
 */
export async function startQueueWorker(
  url: string,
  { threads, patience_s, onBlock, onTrouble }: QueueWorkerOptions,
): Promise<() => Promise<boolean>> {
  const backend = await queueAt(url)
  const pool = openThreads(threads)
  let done = 0
  let underWay = 0
  const worker = backend.openWorker(
    async (queued, tell) => {
      const news = {
        onFinding: (_: number, finding: Finding): void => tell(textOfNews({ finding })),
        onProgress: (_: number, share: number): void => tell(textOfNews({ share })),
      }
      underWay += 1
      try {
        for await (const { result } of pool.run([blockOf(queued)], news)) {
          onBlock((done += 1))
          return textOfResult(result)
        }
      } finally {
        underWay -= 1
      }
      throw new Error('the thread ended without a result')
    },
    { concurrency: threads, patience_ms: patience_s * 1000 },
    onTrouble,
  )
  return async () => {
    const closed = worker.close().then(() => true)
    for (;;) {
      // After finishing a block a worker has the whole time to hand it in.
      const idle = underWay === 0
      const told = await Promise.race([closed, setTimeout(GOODBYE_MS, false, { ref: false })])
      if (!told && !idle) continue
      await pool.close()
      return told
    }
  }
}

/** So long a server has to take note that a worker ends; it would be waited for until it is back. */
const GOODBYE_MS = 3000

/** The scenario that was read last: the blocks of a run come one after the other. */
let last: { readonly key: string; readonly scenario: Scenario } | undefined

function blockOf({ scenario: { text, path, settings }, ...queued }: QueuedBlock): CellBlock {
  const key = JSON.stringify([text, path, settings])
  if (last?.key !== key) last = { key, scenario: parseScenario(text, path, settings) }
  const { scenario } = last
  const strategy = scenario.strategies.find(({ name }) => name === queued.strategy)
  const topology = scenario.topologies.find(({ name }) => name === queued.topology)
  if (strategy === undefined || topology === undefined) throw new Error('the block is of a cell that does not exist')
  const { seed, traced, block, known } = queued
  const cell = { scenario, strategy, topology, seed, traced, readDirectory: readRealDirectory }
  return { cell, block, known: known.map(findingOfText) }
}
