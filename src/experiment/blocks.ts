import type { Scenario } from '../scenario/scenario.ts'
import type { DirectoryReader } from '../world/index.ts'
import type { Batch } from './drill.ts'
import type { CellDefinition } from './estate.ts'
import type { CellBlock } from './execution/executor.ts'

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
 * Cuts a batch of drills into blocks. A slice takes every so-manieth drill and covers all the time evenly, so that whole
 * slices are a fair sample when a run is interrupted. A part is a piece of a slice's time, so that more workers than there
 * are cells have something to do. How it is cut does not change what a drill finds. Of all cells, the first slice comes
 * first.
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
  const slices = first.traced === true ? 1 : Math.max(1, Math.min(batch.count, Math.floor(drills / DRILLS_A_SLICE)))
  const parts = first.traced === true ? 1 : partsOf(cells.length * slices, drills / slices, workers)
  return Array.from({ length: slices }, (_, slice) =>
    cells.flatMap((cell) =>
      Array.from({ length: parts }, (__, part): CellBlock => {
        const undisturbed = observe && slice === 0 && part === parts - 1
        return { cell, block: { batch, slice, slices, part, parts, undisturbed } }
      }),
    ),
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
  const parts = partsOf(cells.length, drills, workers)
  return cells.flatMap((cell) =>
    Array.from({ length: parts }, (_, part): CellBlock => {
      return {
        cell,
        block: { batch, slice: 0, slices: 1, only, part, parts, undisturbed: observe && part === parts - 1 },
      }
    }),
  )
}

/**
 * As many parts as keep all workers busy to the end, no more: each repeats the undisturbed world up to its drills. Blocks
 * that come out even are left whole.
 */
export function partsOf(blocks: number, drills: number, workers: number): number {
  if (blocks % workers === 0 || blocks >= 3 * workers) return 1
  const wanted = blocks < workers ? Math.ceil(workers / blocks) : 2
  return Math.max(1, Math.min(wanted, Math.floor(drills / LEAST_DRILLS_A_PART)))
}

/** Of natural worlds, for a block: enough that starting it does not count, few enough that threads end together. */
const WORLDS_A_BLOCK = 8

/** Cuts worlds that hazards strike by themselves into blocks; of all cells, the first worlds come first. */
export function naturalBlocks(cells: readonly CellDefinition[], worlds: number): CellBlock[] {
  return Array.from({ length: Math.ceil(worlds / WORLDS_A_BLOCK) }, (_, slice) => {
    const from = slice * WORLDS_A_BLOCK
    const count = Math.min(WORLDS_A_BLOCK, worlds - from)
    return cells.map((cell): CellBlock => ({ cell, block: { worlds: { from, count }, slice } }))
  }).flat()
}
