import type { CellDefinition } from './estate.ts'
import type { CellBlock, Executor } from './execution/executor.ts'
import type { Block, BlockResult } from './run-cell.ts'

export interface StageOptions {
  readonly signal: AbortSignal | undefined
  /** @param newSlice a slice has become complete in all cells since the last time */
  readonly onProgress: (share: number, newSlice: boolean) => void
}

/** Blocks that are run together, and what has come of them. */
export class Stage {
  readonly #blocks: readonly CellBlock[]
  readonly #results: (BlockResult | undefined)[]
  readonly #shares: number[]

  constructor(blocks: readonly CellBlock[]) {
    this.#blocks = blocks
    this.#results = blocks.map(() => undefined)
    this.#shares = blocks.map(() => 0)
  }

  /** Ends when all blocks are done, or with those that are when the signal is aborted. */
  async run(execute: Executor, { signal, onProgress }: StageOptions): Promise<void> {
    const share = (): number => this.#shares.reduce((sum, each) => sum + each, 0) / this.#shares.length
    const cells = [...new Set(this.#blocks.map(({ cell }) => cell))]
    const tell = (index: number, done: number): void => {
      this.#shares[index] = Math.max(this.#shares[index]!, done)
      onProgress(share(), false)
    }
    let slices = 0
    const options = { onProgress: tell, ...(signal === undefined ? {} : { signal }) }
    for await (const { index, result } of execute.run(this.#blocks, options)) {
      // A block that was run twice, because nobody knew that it was done, counts once.
      this.#results[index] ??= result
      this.#shares[index] = 1
      const complete = this.complete(cells).length
      onProgress(share(), complete > slices)
      slices = complete
    }
    if (!this.whole && signal?.aborted !== true) throw new Error('the executor ended before all blocks were done')
  }

  get whole(): boolean {
    return this.#results.every((result) => result !== undefined)
  }

  /** Slices of which every block of each of these cells is done, in ascending order. */
  complete(cells: readonly CellDefinition[]): number[] {
    const slices = new Map<number, boolean>()
    for (const [index, { cell, block }] of this.#blocks.entries()) {
      if (!cells.includes(cell)) continue
      slices.set(block.slice, (slices.get(block.slice) ?? true) && this.#results[index] !== undefined)
    }
    return [...slices].flatMap(([slice, done]) => (done ? [slice] : [])).sort((a, b) => a - b)
  }

  /** Into how many slices the blocks are cut. */
  get slices(): number {
    return new Set(this.#blocks.map(({ block }) => block.slice)).size
  }

  /** The blocks of these slices of a cell. */
  blocksOf(cell: CellDefinition, slices: readonly number[]): Block[] {
    return this.#blocks.flatMap(({ cell: own, block }) => (own === cell && slices.includes(block.slice) ? [block] : []))
  }

  /** What these slices of a cell found, in the order of the blocks, never in that of their arrival. */
  resultsOf(cell: CellDefinition, slices: readonly number[]): BlockResult[] {
    return this.#blocks.flatMap(({ cell: own, block }, index) => {
      const result = this.#results[index]
      return own === cell && slices.includes(block.slice) && result !== undefined ? [result] : []
    })
  }
}
