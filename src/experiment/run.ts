import type { Scenario } from '../scenario/scenario.ts'
import type { DirectoryReader } from '../world/index.ts'
import { annualRisk } from './annual-risk.ts'
import { digestOf } from './digest.ts'
import type { Batch } from './drill.ts'
import type { CellDefinition } from './estate.ts'
import { precisionOf, replicationsFor } from './precision.ts'
import type { PrecisionGoal } from './precision.ts'
import type { Cell, IncidentRow, Results } from './results.ts'
import { runBlock } from './run-cell.ts'
import type { Block, BlockResult, UndisturbedObservations } from './run-cell.ts'
import { summariseCell } from './summarise-cell.ts'

export interface RunOptions {
  /** Instead of the scenario's own. */
  readonly seed?: string
  /** Drills of each hazard in each cell, instead of the scenario's own. */
  readonly replications?: number
  /** Go on with drills until the statistics are as precise as this, instead of the scenario's own. */
  readonly precision?: PrecisionGoal
  /** Worlds that hazards strike by themselves, for each cell, instead of the scenario's own number. */
  readonly naturalWorlds?: number
  /** Needed when a dataset comes from a real directory. */
  readonly readDirectory?: DirectoryReader
  readonly onProgress?: (progress: RunProgress) => void
  /** Also give a digest of the full trace: of every event that a trace shows, in every simulation. */
  readonly traced?: boolean
  /** Runs the blocks; one after the other in this thread unless told otherwise. */
  readonly execute?: Executor
}

/** How far a block has come. */
export interface BlockProgress {
  readonly strategy: string
  readonly topology: string
  readonly part: number
  readonly done: number
  readonly total: number
}

export interface RunProgress extends BlockProgress {
  /** Blocks that are run with this one, in all cells. */
  readonly blocks: number
  /** What they run: 'drills 1 to 30 of each hazard'. */
  readonly what: string
}

/** Runs blocks wherever it likes, in any order, and gives their results in the order of the blocks. */
export interface Executor {
  /** How many blocks it runs at once. */
  readonly workers: number
  run(blocks: readonly CellBlock[], onProgress: (progress: BlockProgress) => void): Promise<BlockResult[]>
}

export interface CellBlock {
  readonly cell: CellDefinition
  readonly block: Block
}

/** One block after the other, in this thread. */
export const inOrder: Executor = {
  workers: 1,
  async run(blocks, onProgress) {
    const results: BlockResult[] = []
    for (const { cell, block } of blocks) {
      const names = { strategy: cell.strategy.name, topology: cell.topology.name, part: block.part }
      results.push(await runBlock(cell, block, (done, total) => onProgress({ ...names, done, total })))
    }
    return results
  },
}

/** What is known of a cell so far. */
interface CellRun {
  readonly definition: CellDefinition
  readonly incidents: IncidentRow[]
  readonly traceDigests: string[]
  undisturbed?: UndisturbedObservations
  natural?: { readonly worlds: number; readonly incidents: readonly IncidentRow[] }
}

/**
 * Runs a scenario: every strategy on every topology. The same scenario, seed and replications give the same results, bit
 * for bit, however the blocks are executed.
 */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<Results> {
  const { execute = inOrder, onProgress = () => {}, traced = false } = options
  const seed = options.seed ?? scenario.seed
  const goal = options.precision ?? (options.replications === undefined ? scenario.experiment.precision : undefined)
  const cells = cellsOf(scenario, seed, options)
  let batch: Batch | undefined = { from: 0, count: options.replications ?? scenario.experiment.replications }
  let replications = 0
  while (batch !== undefined) {
    await runBatch(cells, batch, execute, onProgress)
    replications = batch.from + batch.count
    const wanted: number = goal === undefined ? replications : replicationsFor(goal, cells.map(cellOf), replications)
    batch = wanted > replications ? { from: replications, count: wanted - replications } : undefined
  }
  await runNaturalWorlds(cells, options.naturalWorlds ?? scenario.experiment.naturalWorlds, execute, onProgress)
  const { id, name, start, horizon_s, assumptions, warnings } = scenario
  const summaries = cells.map(cellOf)
  const observations: Omit<Results, 'digest' | 'traceDigest'> = {
    scenario: { id, name, start, horizon_s },
    seed,
    replications,
    ...(goal === undefined ? {} : { precision: precisionOf(goal, summaries) }),
    cells: summaries,
    incidents: cells.flatMap(({ incidents }) => incidents),
    ...naturalIncidentsOf(cells),
    jobs: cells.flatMap(({ undisturbed }) => undisturbed?.jobs ?? []),
    links: cells.flatMap(({ undisturbed }) => undisturbed?.links ?? []),
    traffic: cells.flatMap(({ undisturbed }) => undisturbed?.traffic ?? []),
    stores: cells.flatMap(({ undisturbed }) => undisturbed?.stores ?? []),
    points: cells.flatMap(({ undisturbed }) => undisturbed?.points ?? []),
    exposures: cells.flatMap(({ undisturbed }) => undisturbed?.exposures ?? []),
    costs: cells.flatMap(({ undisturbed }) => undisturbed?.costs ?? []),
    assumptions,
    warnings,
  }
  const digest = digestOf(observations)
  if (!traced) return { ...observations, digest }
  return { ...observations, digest, traceDigest: digestOf(cells.map(({ traceDigests }) => traceDigests)) }
}

function cellsOf(scenario: Scenario, seed: string, { readDirectory, traced = false }: RunOptions): CellRun[] {
  return scenario.strategies.flatMap((strategy) =>
    scenario.topologies.map((topology) => ({
      definition: {
        scenario,
        strategy,
        topology,
        seed,
        traced,
        ...(readDirectory === undefined ? {} : { readDirectory }),
      },
      incidents: [],
      traceDigests: [],
    })),
  )
}

async function runBatch(
  cells: readonly CellRun[],
  batch: Batch,
  execute: Executor,
  onProgress: (progress: RunProgress) => void,
): Promise<void> {
  const blocks = cells.flatMap(({ definition, undisturbed }): CellBlock[] => {
    const parts = partsOf(cells.length, batch, definition, execute.workers)
    return Array.from({ length: parts }, (_, part) => {
      const last = part === parts - 1
      return { cell: definition, block: { batch, part, parts, undisturbed: last && undisturbed === undefined } }
    })
  })
  const what = `drills ${batch.from + 1} to ${batch.from + batch.count} of each hazard`
  const results = await execute.run(blocks, (progress) => onProgress({ ...progress, blocks: blocks.length, what }))
  // Folded in the order of the blocks, never in that of their arrival.
  for (const [index, result] of results.entries()) {
    const cell = cells.find(({ definition }) => definition === blocks[index]?.cell)
    if (cell === undefined) throw new Error('there are more results than blocks')
    cell.incidents.push(...result.incidents)
    if (result.undisturbed !== undefined) cell.undisturbed = result.undisturbed
    if (result.traceDigest !== undefined) cell.traceDigests.push(result.traceDigest)
  }
  for (const { incidents } of cells) {
    incidents.sort((a, b) => (a.hazard < b.hazard ? -1 : a.hazard > b.hazard ? 1 : a.replication - b.replication))
  }
}

/** Of natural worlds, for a block: enough that starting it does not count, few enough that threads end together. */
const WORLDS_A_BLOCK = 8

async function runNaturalWorlds(
  cells: readonly CellRun[],
  worlds: number,
  execute: Executor,
  onProgress: (progress: RunProgress) => void,
): Promise<void> {
  if (worlds === 0) return
  const parts = Math.ceil(worlds / WORLDS_A_BLOCK)
  const blocks = cells.flatMap(({ definition }) =>
    Array.from({ length: parts }, (_, part): CellBlock => {
      const from = part * WORLDS_A_BLOCK
      return {
        cell: definition,
        block: { part, worlds: { from, count: Math.min(WORLDS_A_BLOCK, worlds - from) } },
      }
    }),
  )
  const what = `${worlds} worlds that hazards strike by themselves`
  const results = await execute.run(blocks, (progress) => onProgress({ ...progress, blocks: blocks.length, what }))
  for (const [index, cell] of cells.entries()) {
    const own = results.slice(index * parts, (index + 1) * parts)
    cell.natural = { worlds, incidents: own.flatMap(({ incidents }) => incidents) }
  }
}

function naturalIncidentsOf(cells: readonly CellRun[]): Pick<Results, 'naturalIncidents'> {
  if (cells.every(({ natural }) => natural === undefined)) return {}
  return { naturalIncidents: cells.flatMap(({ natural }) => natural?.incidents ?? []) }
}

/** Each part repeats the undisturbed world up to its drills, so a part should have a few. */
const LEAST_DRILLS_A_PART = 8

/**
 * As many parts as keep all workers busy to the end: cells differ in their work, so that one a worker is not enough. A traced
 * cell stays whole: its trace is of the world in one piece.
 */
function partsOf(cells: number, { count }: Batch, { scenario, traced }: CellDefinition, workers: number): number {
  if (traced === true || workers === 1 || cells >= 3 * workers) return 1
  const wanted = cells < workers ? Math.ceil(workers / cells) : 2
  const drills = count * scenario.experiment.drills.length
  return Math.max(1, Math.min(wanted, Math.floor(drills / LEAST_DRILLS_A_PART)))
}

function cellOf({ definition, incidents, undisturbed, natural }: CellRun): Cell {
  if (undisturbed === undefined) throw new Error('the undisturbed world was not observed')
  const { scenario, strategy, topology } = definition
  const cell = summariseCell(scenario, strategy.name, topology, { incidents, ...undisturbed })
  return natural === undefined ? cell : { ...cell, risk: annualRisk(scenario, topology, incidents, natural) }
}
