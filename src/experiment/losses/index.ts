import type { Scenario } from '../../scenario/scenario.ts'
import type { DirectoryReader } from '../../world/index.ts'
import { cellsOf, partsOfEach } from '../blocks.ts'
import { inThisThread } from '../execution/executor.ts'
import type { CellBlock, Executor } from '../execution/executor.ts'
import type { IncidentRow } from '../results.ts'
import { NothingCompleteError, settled } from '../run.ts'
import { BlockRun } from '../block-run.ts'
import { combinationsOf } from './combinations.ts'
import type { Combination } from './combinations.ts'
import { estimateLosses, shareOut } from './estimate.ts'
import type { CombinationTally, LossEstimate } from './estimate.ts'
import { YEAR_S, nameOf } from './staged-combinations.ts'
import type { CombinationDrills } from './staged-combinations.ts'

export interface LossOptions {
  readonly seed?: string
  /** Seconds. Hazards that strike within this time after a first one belong to the same incident. */
  readonly window_s: number
  /** Greatest number of hazards that are staged together. For more of them at once only the rate is given. */
  readonly most: number
  /** Cases are added until the standard error of each estimate is this share of it. */
  readonly relativeError: number
  /** Greatest number of cases for each strategy on each topology. */
  readonly maxDrills: number
  readonly execute?: Executor
  readonly readDirectory?: DirectoryReader
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LossProgress) => void
}

export interface LossProgress {
  /** Counted from 1. Each round stages more cases, until the error is small enough. */
  readonly round: number
  /** How much of the round is done, from 0 to 1. */
  readonly share: number
  /** The largest relative error of all estimates after the last round; infinite if a service was never seen lost. */
  readonly relativeError: number | undefined
}

/** How often a service is lost under a strategy on a topology, however rarely. */
export interface ServiceLosses extends LossEstimate {
  readonly strategy: string
  readonly topology: string
  readonly service: string
  /** Cases that were staged. */
  readonly drills: number
  /** Rate a year of incidents with more hazards than were staged together. All of them may be losses. */
  readonly leftOut_perYear: number
  /** How many incidents crude simulation would have to stage for the same error; infinite if nothing was lost. */
  readonly crudeIncidents: number
}

/** Drills of each combination, before anything is known of it. */
const FIRST_DRILLS = 10
/** An error smaller than this is not worth comparing: combinations that always lose have none at all. */
const LEAST_ERROR = 0.01

/**
 * Estimates how often a year each service is lost, however rarely that is. With a good strategy a loss takes several hazards at
 * once: another one strikes before the damage of the first is repaired. Each combination of hazards is staged by itself in the
 * running world, and weighed by how often it occurs.
 *
 * If the signal is aborted, the estimates are those after the last complete round.
 * @throws NothingCompleteError when no round was complete
 *
 * Sources: forcing and failure biasing as in Nicola, Shahabuddin, Nakayama, IEEE Transactions on Reliability 50 (2001)
 * 246-264; stratified allocation: Neyman, Journal of the Royal Statistical Society 97 (1934) 558-625.
 */
export async function serviceLosses(given: Scenario, options: LossOptions): Promise<ServiceLosses[]> {
  const { window_s, most, relativeError, maxDrills, execute = inThisThread, onProgress = () => {}, signal } = options
  const { seed, readDirectory } = options
  const scenario = await settled(given, {
    execute,
    ...(seed === undefined ? {} : { seed }),
    ...(readDirectory === undefined ? {} : { readDirectory }),
    ...(signal === undefined ? {} : { signal }),
  })
  const cells = cellsOf(scenario, { ...options, seed: seed ?? scenario.seed })
  const hazards = ratedHazards(scenario)
  const { combinations, leftOut_perYear } = combinationsOf(hazards, window_s / YEAR_S, most)
  const incidents = new Map(cells.map((cell): [typeof cell, IncidentRow[]] => [cell, []]))
  let staged = combinations.map(() => 0)
  let wanted = combinations.map(() => FIRST_DRILLS)
  let last: ServiceLosses[] | undefined
  for (let round = 1; ; round += 1) {
    const reached = last === undefined ? undefined : Math.max(...last.map((each) => each.relativeError))
    const drills = combinations.flatMap(({ hazards: own }, k): CombinationDrills[] => {
      const [from, to] = [staged[k]!, wanted[k]!]
      return to > from ? [{ hazards: own.map(({ name }) => name), from, count: to - from }] : []
    })
    const cases = drills.reduce((sum, { count }) => sum + count, 0)
    const partsOf = partsOfEach(cells.length, cases, execute.workers)
    const blocks = cells.flatMap((cell, k) =>
      Array.from({ length: partsOf[k]! }, (_, part): CellBlock => {
        return { cell, block: { combinations: drills, window_s, slice: 0, part, parts: partsOf[k]! } }
      }),
    )
    const blockRun = new BlockRun(blocks)
    await blockRun.run(execute, { signal, onProgress: (share) => onProgress({ round, share, relativeError: reached }) })
    if (!blockRun.whole) {
      if (last === undefined) throw new NothingCompleteError('interrupted before a first round was complete')
      return last
    }
    for (const [cell, rows] of incidents)
      rows.push(...blockRun.resultsOf(cell, [0]).flatMap((result) => result.incidents))
    staged = wanted
    const total = staged.reduce((sum, n) => sum + n, 0)
    const found = cells.flatMap((cell) =>
      [...cell.topology.world.services.keys()].map((service): ServiceLosses & { tallies: CombinationTally[] } => {
        const tallies = talliesOf(combinations, staged, incidents.get(cell)!, service)
        const estimate = estimateLosses(tallies)
        return {
          strategy: cell.strategy.name,
          topology: cell.topology.name,
          service,
          ...estimate,
          drills: total,
          leftOut_perYear,
          crudeIncidents: crudeIncidents(combinations, estimate),
          tallies,
        }
      }),
    )
    const precise = found.every((each) => each.relativeError <= relativeError)
    last = found.map(({ tallies: _tallies, ...each }) => each)
    if (precise || total >= maxDrills) return last
    const shares = found.map(({ tallies }) => shareOut(tallies, Math.min(maxDrills, 2 * total)))
    wanted = combinations.map((_, k) => Math.max(...shares.map((share) => share[k]!)))
  }
}

/** Hazards that strike at random. Those that strike the world in the background do so in every case. */
function ratedHazards({ topologies, experiment }: Scenario): Combination['hazards'] {
  const { hazards } = topologies[0]!.world
  return experiment.drills.flatMap((name) => {
    const hazard = hazards.get(name)
    // A burst is itself a combination of hazards.
    return hazard === undefined || hazard.at_s !== undefined || hazard.kind === 'burst' ? [] : [hazard]
  })
}

function talliesOf(
  combinations: readonly Combination[],
  staged: readonly number[],
  incidents: readonly IncidentRow[],
  service: string,
): CombinationTally[] {
  const lost = Map.groupBy(
    incidents.filter((row) => row.service === service && row.outcome === 'lost'),
    ({ hazard }) => hazard,
  )
  return combinations.map((combination, k) => {
    const name = nameOf(combination.hazards.map((hazard) => hazard.name))
    return { combination, n: staged[k]!, weights: (lost.get(name) ?? []).map((row) => row.likelihoodRatio ?? 1) }
  })
}

/** Number of incidents that crude simulation would need: its relative error goes with the root of the number of losses. */
function crudeIncidents(combinations: readonly Combination[], { losses_perYear, relativeError }: LossEstimate): number {
  const all_perYear = combinations.reduce((sum, { rate_perYear }) => sum + rate_perYear, 0)
  const share = losses_perYear / all_perYear
  return (1 - share) / share / Math.max(relativeError, LEAST_ERROR) ** 2
}
