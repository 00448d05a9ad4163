import type { Scenario } from '../scenario/scenario.ts'
import type { DirectoryReader } from '../world/index.ts'
import { digestOf } from './digest.ts'
import type { CellDefinition } from './estate.ts'
import type { Results } from './results.ts'
import { runCell } from './run-cell.ts'
import type { CellResult } from './run-cell.ts'

export interface RunOptions {
  /** Instead of the scenario's own. */
  readonly seed?: string
  /** Drills of each hazard in each cell, instead of the scenario's own. */
  readonly replications?: number
  /** Needed when a dataset comes from a real directory. */
  readonly readDirectory?: DirectoryReader
  readonly onProgress?: (progress: RunProgress) => void
  /** Also give a digest of the full trace: of every event that a trace shows, in every simulation. */
  readonly traced?: boolean
  /** Runs the cells; one after the other in this thread unless told otherwise. */
  readonly execute?: CellExecutor
}

export interface RunProgress {
  readonly strategy: string
  readonly topology: string
  readonly done: number
  readonly total: number
}

/** Runs all cells and gives their results in the order of the cells. */
export type CellExecutor = (
  cells: readonly CellDefinition[],
  replications: number,
  onProgress: (progress: RunProgress) => void,
) => Promise<CellResult[]>

/** One cell after the other, in this thread. */
export const inOrder: CellExecutor = async (cells, replications, onProgress) => {
  const results: CellResult[] = []
  for (const cell of cells) {
    const names = { strategy: cell.strategy.name, topology: cell.topology.name }
    results.push(await runCell(cell, replications, (done, total) => onProgress({ ...names, done, total })))
  }
  return results
}

/**
 * Runs a scenario: every strategy on every topology. The same scenario, seed and replications give the same results, bit
 * for bit, however the cells are executed.
 */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<Results> {
  const seed = options.seed ?? scenario.seed
  const replications = options.replications ?? scenario.experiment.replications
  const { readDirectory, traced = false } = options
  const cells: CellDefinition[] = []
  for (const strategy of scenario.strategies) {
    for (const topology of scenario.topologies) {
      cells.push({
        scenario,
        strategy,
        topology,
        seed,
        traced,
        ...(readDirectory === undefined ? {} : { readDirectory }),
      })
    }
  }
  const execute = options.execute ?? inOrder
  const results = await execute(cells, replications, options.onProgress ?? (() => {}))
  const { id, name, start, horizon_s, assumptions, warnings } = scenario
  const observations: Omit<Results, 'digest' | 'traceDigest'> = {
    scenario: { id, name, start, horizon_s },
    seed,
    replications,
    cells: results.map((result) => result.cell),
    incidents: results.flatMap((result) => result.incidents),
    jobs: results.flatMap((result) => result.jobs),
    links: results.flatMap((result) => result.links),
    stores: results.flatMap((result) => result.stores),
    costs: results.flatMap((result) => result.costs),
    assumptions,
    warnings,
  }
  const digest = digestOf(observations)
  if (!traced) return { ...observations, digest }
  return { ...observations, digest, traceDigest: digestOf(results.map((result) => result.traceDigest)) }
}
