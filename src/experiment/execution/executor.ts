import type { CellDefinition } from '../cell/operated-world.ts'
import { runBlock } from '../cell/run-block.ts'
import type { Block, BlockResult, Finding } from '../cell/run-block.ts'

/** A block and the cell it belongs to. */
export interface CellBlock {
  readonly cell: CellDefinition
  readonly block: Block
  /** What it found when it was run before, and interrupted. */
  readonly known?: readonly Finding[]
}

export interface FinishedBlock {
  /** Which of the blocks that were handed over, from 0. */
  readonly index: number
  readonly result: BlockResult
}

export interface ExecutionOptions {
  /** Told how far a block has come, between 0 and 1. Executors that cannot know need not tell. */
  readonly onProgress?: (index: number, share: number) => void
  /** Told what a block finds before it is done. Executors whose blocks run elsewhere need not tell. */
  readonly onFinding?: (index: number, finding: Finding) => void
  /** Once it is aborted, no more results come. */
  readonly signal?: AbortSignal
}

/**
 * Runs blocks wherever it likes: in this thread, in many, on other machines, or not at all because their results are known.
 * Results are folded in the order of the blocks, so that it does not matter who ran what and which came first.
 */
export interface Executor {
  /** How many blocks it runs at once. */
  readonly workers: number
  /** Gives the result of each block, in any order; a block that was run twice gives the same twice. */
  run(blocks: readonly CellBlock[], options?: ExecutionOptions): AsyncIterable<FinishedBlock>
}

/** An executor that holds threads or connections until it is closed. */
export interface OpenExecutor extends Executor {
  close(): Promise<void>
}

/** One block after the other, in this thread. */
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

/** What promises come to, each as soon as it has; the first that fails ends it. */
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
