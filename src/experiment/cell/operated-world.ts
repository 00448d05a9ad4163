import { Simulation } from '../../kernel/index.ts'
import type { Trace } from '../../kernel/index.ts'
import type { Scenario, Topology } from '../../scenario/scenario.ts'
import { Operations } from '../../strategy/index.ts'
import type { Strategy } from '../../strategy/strategy.ts'
import { World, drawIntervals } from '../../world/index.ts'
import type { DirectoryReader } from '../../world/index.ts'
import { strikeInBackground } from './background.ts'

/** One strategy on one topology, with everything that the names of random streams depend on. */
export interface CellDefinition {
  readonly scenario: Scenario
  readonly strategy: Strategy
  readonly topology: Topology
  readonly seed: string
  readonly readDirectory?: DirectoryReader
  /** Whether to hash everything that happens, which costs about a fifth more time. */
  readonly traced?: boolean
  /** Which of several histories of the world this is, where the experiment has several. */
  readonly history?: number
}

/** The names by which rows of results say which cell they belong to. */
export interface CellNames {
  readonly strategy: string
  readonly topology: string
}

/** A world together with the operations of the strategy that protects it. */
export interface OperatedWorld {
  readonly simulation: Simulation
  readonly world: World
  readonly operations: Operations
}

/**
 * Builds the world of a cell at time 0, or, with `origin`, an independent continuation of it from its present instant.
 * The origin must be idle, and must not go on until the continuation has come to its end. What happens is written into
 * `trace`.
 *
 * Strategy and topology do not enter the names of random streams: all cells see the same writes and the same incidents.
 */
export function buildOperatedWorld(
  cell: CellDefinition,
  { origin, trace }: { readonly origin?: OperatedWorld; readonly trace?: Trace | undefined } = {},
): OperatedWorld {
  const { scenario, strategy, topology, seed, readDirectory } = cell
  const now_s = origin?.simulation.now ?? 0
  const simulation = new Simulation({ seed, replication: 0, now_s, ...(trace === undefined ? {} : { trace }) })
  const options = { start: scenario.start, ...(readDirectory === undefined ? {} : { readDirectory }) }
  const world = new World(topology.world, simulation, options, origin?.world)
  const operations = new Operations(world, withIntervalsOf(seed, strategy, scenario.seed), origin?.operations)
  strikeInBackground(world, scenario.experiment.background, scenario.horizon_s)
  world.timetable.start()
  return { simulation, world, operations }
}

/** Jobs at random intervals run at other instants for each seed, as all that is random does. */
function withIntervalsOf(seed: string, strategy: Strategy, drawnWith: string): Strategy {
  if (seed === drawnWith) return strategy
  const jobs = strategy.jobs.map((job) => {
    if (!('at' in job.trigger) || job.trigger.at.intervals === undefined) return job
    const { at } = job.trigger
    return { ...job, trigger: { at: { ...at, occurrences: drawIntervals(at.intervals!, seed) } } }
  })
  return { ...strategy, jobs }
}
