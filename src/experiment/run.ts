import { weakSpots } from '../scenario/checks/weak-spots.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { DirectoryReader } from '../world/index.ts'
import { cellsOf, drillBlocks, naturalBlocks } from './blocks.ts'
import { digestOf } from './digest.ts'
import type { Batch } from './cell/drill.ts'
import { cellOf, rowsOf, withDrills, withNaturalWorlds } from './cell-run.ts'
import type { CellRun, CompletedDrills, Completed } from './cell-run.ts'
import { inThisThread } from './execution/executor.ts'
import type { Executor } from './execution/executor.ts'
import { TOLD_OF, precisionOf, replicationsFor } from './precision.ts'
import type { PrecisionGoal } from './precision.ts'
import { fullStores } from './full-stores.ts'
import { missingRuns } from './missing-runs.ts'
import type { Results } from './results.ts'
import { BlockRun } from './block-run.ts'
import { withFoundWarmUp } from './summary/found-warm-up.ts'

export interface RunOptions {
  /** Replaces the seed of the scenario. */
  readonly seed?: string
  /** How many drills of each hazard are staged in each cell; replaces the number in the scenario. */
  readonly replications?: number
  /** Drills go on until the statistics are this precise; replaces the goal in the scenario. */
  readonly precision?: PrecisionGoal
  /** How many worlds each cell gets in which hazards strike at their own rates; replaces the number in the scenario. */
  readonly naturalWorlds?: number
  /** Needed when a dataset comes from a real directory. */
  readonly readDirectory?: DirectoryReader
  readonly onProgress?: (progress: RunProgress) => void
  /** Also digests the full trace, that is every event of every simulation that a trace would show. */
  readonly traced?: boolean
  /** Runs the blocks. By default they run one after the other in this thread. */
  readonly execute?: Executor
  /** When it is aborted, the run ends with what is complete at that moment; see `Results.interrupted`. */
  readonly signal?: AbortSignal
}

export interface RunProgress {
  /** What is going on: 'drills 1 to 30 of each hazard', or 'the undisturbed worlds' where there are none. */
  readonly what: string
  /** How much of that is done, from 0 to 1. */
  readonly share: number
  /** How many drills of each hazard are complete in all cells. */
  readonly replications: number
  /** Relative half-width of the least precise mean after those drills; undefined before the first ones are complete. */
  readonly precision: number | undefined
}

/** The run was interrupted before any result was complete. */
export class NothingCompleteError extends Error {
  override readonly name = 'NothingCompleteError'
}

/** What the work resolves with; undefined when it is interrupted before anything is complete. */
export async function unlessNothingComplete<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof NothingCompleteError) return undefined
    throw error
  }
}

/**
 * Runs a scenario: every strategy on every topology. The same scenario, seed and replications give the same results, bit
 * for bit, however the blocks are executed.
 * @throws NothingCompleteError when it is interrupted before anything is complete
 */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<Results> {
  return runSettled(await settled(scenario, options), options)
}

/**
 * Replaces `warm-up: auto` by the warm-up that the undisturbed worlds of the scenario turn out to need. A scenario that states
 * its warm-up is returned unchanged.
 * @throws NothingCompleteError
 */
export async function settled(scenario: Scenario, options: RunOptions = {}): Promise<Scenario> {
  if (scenario.experiment.findsWarmUp !== true) return scenario
  const tell = (progress: RunProgress): void => options.onProgress?.({ ...progress, what: 'the worlds without drills' })
  const worlds = { ...options, onProgress: tell, traced: false, replications: 0, naturalWorlds: 0 }
  const { jobs, interrupted } = await runSettled(scenario, worlds)
  if (interrupted !== undefined) throw new NothingCompleteError('interrupted while the warm-up was looked for')
  return withFoundWarmUp(scenario, jobs)
}

async function runSettled(scenario: Scenario, options: RunOptions): Promise<Results> {
  const { traced = false } = options
  const seed = options.seed ?? scenario.seed
  const goal = options.precision ?? (options.replications === undefined ? scenario.experiment.precision : undefined)
  const planned = {
    replications: options.replications ?? scenario.experiment.replications,
    naturalWorlds: options.naturalWorlds ?? scenario.experiment.naturalWorlds,
  }
  const cells = cellsOf(scenario, { ...options, seed }).map((definition): CellRun => {
    return { definition, incidents: [], traceDigests: [] }
  })
  const drilled = await runBatches(cells, planned.replications, goal, options)
  const struck = drilled.whole ? await runNaturalWorlds(drilled, planned.naturalWorlds, options) : drilled
  const summaries = struck.cells.map(cellOf)
  const { replications } = drilled
  const { id, name, start, horizon_s } = scenario
  const rows = rowsOf(struck.cells)
  const observations: Omit<Results, 'digest' | 'traceDigest' | 'weakSpots'> = {
    scenario: { id, name, start, horizon_s },
    seed,
    replications,
    ...(goal === undefined ? {} : { precision: precisionOf(goal, summaries) }),
    ...(struck.whole ? {} : { interrupted: { ...planned, replications: drilled.wanted } }),
    cells: summaries,
    ...rows,
    assumptions: scenario.assumptions,
    warnings: [
      ...scenario.warnings,
      ...fullStores(rows.jobs, scenario.strategies, start),
      ...missingRuns(rows.jobs, start),
      ...(struck.whole ? [] : [interruption(cells, struck, drilled)]),
    ],
  }
  const found = { ...observations, digest: digestOf(observations), weakSpots: weakSpots(scenario) }
  return traced ? { ...found, traceDigest: digestOf(struck.cells.map(({ traceDigests }) => traceDigests)) } : found
}

/** Runs one batch of drills after another until the goal is met. */
async function runBatches(
  cells: readonly CellRun[],
  replications: number,
  goal: PrecisionGoal | undefined,
  { execute = inThisThread, onProgress = () => {}, signal }: RunOptions,
): Promise<CompletedDrills> {
  let batch: Batch = { from: 0, count: replications }
  let known: CompletedDrills = { cells, replications: 0, wanted: 0, whole: false }
  for (;;) {
    const { from, count } = batch
    const before = known.cells
    const blocks = drillBlocks(
      cells.map(({ definition }) => definition),
      batch,
      execute.workers,
      from === 0,
    )
    const blockRun = new BlockRun(blocks)
    const what = count === 0 ? 'the undisturbed worlds' : `drills ${from + 1} to ${from + count} of each hazard`
    const told: Pick<RunProgress, 'replications' | 'precision'> = { replications: from, precision: undefined }
    await blockRun.run(execute, {
      signal,
      onProgress(share, news) {
        if (news) Object.assign(told, precisionSoFar(withDrills(before, blockRun, batch), goal ?? TOLD_OF))
        onProgress({ what, share, ...told })
      },
    })
    known = withDrills(before, blockRun, batch)
    if (!known.whole) {
      if (known.cells.length === 0) throw new NothingCompleteError('interrupted before a first part was complete')
      return known
    }
    const wanted = goal === undefined ? known.wanted : replicationsFor(goal, known.cells.map(cellOf), known.wanted)
    if (wanted <= known.wanted) return known
    batch = { from: known.wanted, count: wanted - known.wanted }
  }
}

function precisionSoFar(
  { cells, replications }: CompletedDrills,
  goal: PrecisionGoal,
): Pick<RunProgress, 'replications' | 'precision'> {
  return { replications, precision: precisionOf(goal, cells.map(cellOf)).relative }
}

async function runNaturalWorlds(
  { cells, replications }: CompletedDrills,
  worlds: number,
  { execute = inThisThread, onProgress = () => {}, signal }: RunOptions,
): Promise<Completed> {
  if (worlds === 0) return { cells, whole: true }
  const blocks = naturalBlocks(
    cells.map(({ definition }) => definition),
    worlds,
  )
  const blockRun = new BlockRun(blocks)
  const what = `${worlds} worlds that hazards strike by themselves`
  await blockRun.run(execute, {
    signal,
    onProgress: (share) => onProgress({ what, share, replications, precision: undefined }),
  })
  return withNaturalWorlds(cells, blockRun)
}

/** The warning that goes with the results of an interrupted run. */
function interruption(
  planned: readonly CellRun[],
  { cells }: Completed,
  { replications, wanted }: CompletedDrills,
): string {
  const without = planned.filter(({ definition }) => !cells.some((cell) => cell.definition === definition))
  const names = without.map(({ definition: { strategy, topology } }) => `${strategy.name} on ${topology.name}`)
  const left = names.length === 0 ? '' : `; without ${names.join(', ')}, of which too little was complete`
  return `interrupted after ${replications} of ${wanted} drills of each hazard${left}`
}
