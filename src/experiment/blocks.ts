import type { Scenario } from '../scenario/scenario.ts'
import type { DirectoryReader } from '../world/index.ts'
import type { Batch } from './cell/drill.ts'
import type { CellDefinition } from './cell/operated-world.ts'
import type { CellBlock } from './execution/executor.ts'
import type { DrillBlock } from './cell/run-block.ts'

export interface CellOptions {
  readonly seed: string
  /** Needed when a dataset comes from a real directory. */
  readonly readDirectory?: DirectoryReader
  readonly traced?: boolean
}

/** Every strategy on every topology. */
export function cellsOf(scenario: Scenario, { seed, readDirectory, traced = false }: CellOptions): CellDefinition[] {
  return scenario.strategies.flatMap((strategy) =>
    scenario.topologies.map((topology) => ({
      scenario,
      strategy,
      topology,
      seed,
      traced,
      ...(readDirectory === undefined ? {} : { readDirectory }),
    })),
  )
}

/** Each slice repeats the undisturbed world, so it should have many drills; it is what an interruption can lose. */
const DRILLS_A_SLICE = 256
/** Each part repeats the undisturbed world up to its drills, so a part should have a few. */
const LEAST_DRILLS_A_PART = 8

/**
 * Cuts a batch of drills into blocks. A slice takes every n-th drill and covers all the time evenly, so that whole
 * slices are a fair sample when a run is interrupted. A part is a piece of a slice's time, so that no worker is left without
 * something to do. How it is cut does not change what a drill finds. Of all cells, the first slice comes first.
 */
export function drillBlocks(
  cells: readonly CellDefinition[],
  batch: Batch,
  workers: number,
  observe: boolean,
): CellBlock[] {
  const [first] = cells
  if (first === undefined) return []
  const drills = batch.count * first.scenario.experiment.drills.length
  // A traced cell stays whole: its trace is of the world in one piece.
  const whole = first.traced === true
  const slices = whole ? 1 : Math.max(1, Math.min(batch.count, Math.floor(drills / DRILLS_A_SLICE)))
  const parts = partsOfEach(cells.length * slices, drills / slices, whole ? 1 : workers)
  return Array.from({ length: slices }, (_, slice) =>
    cells.flatMap((cell, k) => {
      return inParts(cell, parts[slice * cells.length + k]!, { batch, slice, slices }, observe && slice === 0)
    }),
  ).flat()
}

/** Blocks for some of the drills of a batch, by their numbers. */
export function blocksOfSome(
  cells: readonly CellDefinition[],
  { batch, only }: { readonly batch: Batch; readonly only: readonly number[] },
  workers: number,
  observe: boolean,
): CellBlock[] {
  const drills = only.length * (cells[0]?.scenario.experiment.drills.length ?? 0)
  const parts = partsOfEach(cells.length, drills, workers)
  return cells.flatMap((cell, k) => inParts(cell, parts[k]!, { batch, slice: 0, slices: 1, only }, observe))
}

/** The last part sees the end of the undisturbed world, and so observes it. */
function inParts(
  cell: CellDefinition,
  parts: number,
  block: Pick<DrillBlock, 'batch' | 'slice' | 'slices' | 'only'>,
  observe: boolean,
): CellBlock[] {
  return Array.from({ length: parts }, (_, part) => {
    return { cell, block: { ...block, part, parts, undisturbed: observe && part === parts - 1 } }
  })
}

/**
 * Into how many parts each of `pieces` equal pieces of work is cut. Only the last ones are cut, which would be left
 * over when all workers have had equally many: each part repeats the undisturbed world up to its drills.
 */
export function partsOfEach(pieces: number, drills: number, workers: number): number[] {
  const over = pieces % workers
  const wanted = over === 0 ? 1 : Math.ceil(workers / over)
  const parts = Math.max(1, Math.min(wanted, Math.floor(drills / LEAST_DRILLS_A_PART)))
  return Array.from({ length: pieces }, (_, k) => (k < pieces - over ? 1 : parts))
}

/** Natural worlds per block: enough that starting it does not matter, few enough that threads end together. */
const WORLDS_A_BLOCK = 8

/** Cuts worlds that hazards strike by themselves into blocks; of all cells, the first worlds come first. */
export function naturalBlocks(cells: readonly CellDefinition[], worlds: number): CellBlock[] {
  return Array.from({ length: Math.ceil(worlds / WORLDS_A_BLOCK) }, (_, slice) => {
    const from = slice * WORLDS_A_BLOCK
    const count = Math.min(WORLDS_A_BLOCK, worlds - from)
    return cells.map((cell): CellBlock => ({ cell, block: { worlds: { from, count }, slice } }))
  }).flat()
}
