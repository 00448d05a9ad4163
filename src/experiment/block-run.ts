import type { CellDefinition } from './cell/operated-world.ts'
import type { CellBlock, Executor } from './execution/executor.ts'
import { STEPS } from './cell/passes.ts'
import type { DrilledRow } from './results.ts'
import { drillsOf, rankIn } from './cell/run-block.ts'
import type { Block, BlockResult, Finding, UndisturbedObservations } from './cell/run-block.ts'

export interface BlockRunOptions {
  readonly signal: AbortSignal | undefined
  /** @param news whether more may be complete in all cells than at the last call */
  readonly onProgress: (share: number, news: boolean) => void
}

/**
 * How much of each slice is done, by the number of the slice: all drills whose rank is a multiple of the value, so that 1 stands
 * for every drill. A slice of which there is no fair sample yet is missing.
 */
export type SlicesDone = ReadonlyMap<number, number>

/** Blocks that run together, and their results so far. */
export class BlockRun {
  readonly #blocks: readonly CellBlock[]
  readonly #results: (BlockResult | undefined)[]
  /** Findings of blocks that are not complete yet. */
  readonly #findings: readonly Finding[][]
  readonly #shares: number[]

  constructor(blocks: readonly CellBlock[]) {
    this.#blocks = blocks
    this.#results = blocks.map(() => undefined)
    this.#findings = blocks.map(() => [])
    this.#shares = blocks.map(() => 0)
  }

  /** Resolves when all blocks are done or when the signal is aborted, whichever comes first. */
  async run(execute: Executor, { signal, onProgress }: BlockRunOptions): Promise<void> {
    const share = (): number => this.#shares.reduce((sum, each) => sum + each, 0) / this.#shares.length
    let news = false
    const tell = (index: number, done: number): void => {
      this.#shares[index] = Math.max(this.#shares[index]!, done)
      onProgress(share(), news)
      news = false
    }
    const note = (index: number, finding: Finding): void => {
      const noted = this.#findings[index]!
      // After the death of a worker, another one finds the same things again.
      if (this.#results[index] !== undefined || noted.some((each) => keyOf(each) === keyOf(finding))) return
      noted.push(finding)
      news ||= 'undisturbed' in finding
    }
    const options = { onProgress: tell, onFinding: note, ...(signal === undefined ? {} : { signal }) }
    for await (const { index, result } of execute.run(this.#blocks, options)) {
      // A block may have run twice, because its first result was not known; it counts once.
      this.#results[index] ??= result
      this.#findings[index]!.length = 0
      news = true
      tell(index, 1)
    }
    if (!this.whole && signal?.aborted !== true) throw new Error('the executor ended before all blocks were done')
  }

  get whole(): boolean {
    return this.#results.every((result) => result !== undefined)
  }

  /** What is complete in all of these cells, in ascending order of slices. */
  done(cells: readonly CellDefinition[]): SlicesDone {
    const steps = new Map<number, number>()
    for (const [index, { cell, block }] of this.#blocks.entries()) {
      if (cells.includes(cell)) steps.set(block.slice, Math.max(steps.get(block.slice) ?? 1, this.#stepOf(index)))
    }
    return new Map([...steps].filter(([, step]) => step < Infinity).sort(([a], [b]) => a - b))
  }

  /** The smallest step for which all drills of the block whose rank is a multiple of it have been found. */
  #stepOf(index: number): number {
    if (this.#results[index] !== undefined) return 1
    const { cell, block } = this.#blocks[index]!
    if (!('batch' in block)) return Infinity
    const found = new Set(
      this.#findings[index]!.flatMap((finding) => ('undisturbed' in finding ? [] : [nameOf(finding)])),
    )
    const planned = drillsOf(cell, block)
    const isDone = (step: number): boolean =>
      planned.every(({ hazard: { name: hazard }, replication }) => {
        return rankIn(block, replication) % step !== 0 || found.has(nameOf({ hazard, replication }))
      })
    return STEPS.toReversed().find(isDone) ?? Infinity
  }

  /** Into how many slices the blocks are cut. */
  get slices(): number {
    return new Set(this.#blocks.map(({ block }) => block.slice)).size
  }

  /** The blocks of these slices of a cell. */
  blocksOf(cell: CellDefinition, slices: readonly number[]): Block[] {
    return this.#blocks.flatMap(({ cell: own, block }) => (own === cell && slices.includes(block.slice) ? [block] : []))
  }

  /**
   * The results of the blocks in these slices of a cell, always in the order of the blocks and not in the order of
   * their arrival.
   */
  resultsOf(cell: CellDefinition, slices: readonly number[]): BlockResult[] {
    return this.#blocks.flatMap(({ cell: own, block }, index) => {
      const result = this.#results[index]
      return own === cell && slices.includes(block.slice) && result !== undefined ? [result] : []
    })
  }

  /** The incidents of a cell in the drills that are complete. */
  incidentsOf(cell: CellDefinition, done: SlicesDone): DrilledRow[] {
    return this.#blocks.flatMap(({ cell: own, block }, index) => {
      const step = done.get(block.slice)
      if (own !== cell || step === undefined || !('batch' in block)) return []
      const incidents = this.#results[index]?.incidents ?? this.#findings[index]!.flatMap(incidentsIn)
      return incidents.filter(({ replication }) => rankIn(block, replication) % step === 0)
    })
  }

  /** The observations in the undisturbed world of a cell, once they are known. */
  undisturbedOf(cell: CellDefinition): UndisturbedObservations | undefined {
    for (const [index, { cell: own }] of this.#blocks.entries()) {
      if (own !== cell) continue
      const finding = this.#findings[index]!.find((each) => 'undisturbed' in each)
      const undisturbed = this.#results[index]?.undisturbed ?? finding?.undisturbed
      if (undisturbed !== undefined) return undisturbed
    }
    return undefined
  }
}

function keyOf(finding: Finding): string {
  return 'undisturbed' in finding ? 'undisturbed' : nameOf(finding)
}

function nameOf({ hazard, replication }: { readonly hazard: string; readonly replication: number }): string {
  return JSON.stringify([hazard, replication])
}

function incidentsIn(finding: Finding): readonly DrilledRow[] {
  return 'undisturbed' in finding ? [] : finding.incidents
}
