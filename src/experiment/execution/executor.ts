import type { CellDefinition } from '../cell/operated-world.ts'
import { runBlock } from '../cell/run-block.ts'
import type { Block, BlockResult, Finding } from '../cell/run-block.ts'

/** A block and the cell it belongs to. */
export interface CellBlock {
  readonly cell: CellDefinition
  readonly block: Block
  /** Findings of an earlier run of the block that was interrupted. */
  readonly known?: readonly Finding[]
}

export interface FinishedBlock {
  /** Number of the block among those that were handed over, from 0. */
  readonly index: number
  readonly result: BlockResult
}

export interface ExecutionOptions {
  /** Called with how far a block has come, between 0 and 1. An executor that cannot know this does not call it. */
  readonly onProgress?: (index: number, share: number) => void
  /** Called with what a block finds before it is done. An executor whose blocks run elsewhere need not call it. */
  readonly onFinding?: (index: number, finding: Finding) => void
  /** After it is aborted, no more results are given. */
  readonly signal?: AbortSignal
}

/**
 * Runs blocks wherever it likes: in this thread, in several, on other machines, or not at all because their results are known.
 * Results are folded in the order of the blocks, so it does not matter where each block ran and which was ready first.
 */
export interface Executor {
  /** How many blocks it runs at the same time. */
  readonly workers: number
  /** Yields the result of each block, in any order. A block may run twice; both results are the same. */
  run(blocks: readonly CellBlock[], options?: ExecutionOptions): AsyncIterable<FinishedBlock>
}

/** An executor that holds threads or connections until it is closed. */
export interface OpenExecutor extends Executor {
  close(): Promise<void>
}

/** Runs one block after the other in this thread. */
export const inThisThread: Executor = {
  workers: 1,
  async *run(blocks, { onProgress = () => {}, onFinding = () => {}, signal } = {}) {
    for (const [index, { cell, block, known = [] }] of blocks.entries()) {
      if (signal?.aborted === true) return
      const result = await runBlock(cell, block, {
        known,
        onProgress: (share) => onProgress(index, share),
        onFinding: (finding) => onFinding(index, finding),
      })
      yield { index, result }
    }
  },
}

/** Yields the values of promises, each as soon as it is there. The first rejection ends the iteration. */
export async function* asTheySettle<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  const settled: Promise<T>[] = []
  let wake: (() => void) | undefined
  for (const promise of promises) {
    const arrive = (): void => {
      settled.push(promise)
      wake?.()
    }
    promise.then(arrive, arrive)
  }
  for (let given = 0; given < promises.length; given += 1) {
    while (settled.length <= given) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    yield await settled[given]!
  }
}
