import { parseScenario } from '../../scenario/load.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Settings } from '../../scenario/document/set-values.ts'
import { exposureOver } from '../exposure/exposure.ts'
import type { JobRow, PointRow, Results } from '../results.ts'
import { NothingCompleteError, run, unlessNothingComplete } from '../run.ts'
import { settlingOf } from '../statistics/warm-up.ts'
import type { Settling } from '../statistics/warm-up.ts'
import type { RunOptions, RunProgress } from '../run.ts'
import { worksUnnoticed } from '../exposure/unnoticed.ts'
import { storeGrowth } from './store-growth.ts'
import type { StoreGrowth } from './store-growth.ts'

const DAY_S = 86_400

/** How a job keeps to its schedule and its window. */
export interface JobWindows {
  readonly strategy: string
  readonly topology: string
  readonly job: string
  readonly runs: number
  /** Runs that were skipped, because the one before was still going on or the node was down. */
  readonly skipped: number
  readonly failed: number
  /** Runs that ended after the next one should have started. */
  readonly overran: number
  readonly longestOverrun_s: number
  /** Runs that were still going on when their window ended; undefined for a job without a window. */
  readonly late: number | undefined
  /** The first of them, seconds since 1970. */
  readonly firstLate: number | undefined
  /** Duration of the first run that succeeded, which seeds the store. */
  readonly seeding_s: number | undefined
  readonly seeding_bytes: number | undefined
  /** The longest of all later runs that succeeded. */
  readonly longest_s: number | undefined
}

/** How old the newest point of a dataset at a store gets at most on each day. */
export interface DailyPeak {
  readonly strategy: string
  readonly topology: string
  readonly dataset: string
  readonly store: string
  readonly mean_s: number
  readonly worst_s: number
  /** First day after the warm-up on which it exceeds the RPO of a service that needs the dataset, seconds since 1970. */
  readonly firstOver: number | undefined
}

export interface CapacityPlan {
  /** When the duration of each job has settled. With a shorter warm-up, seeding would be part of the statistics. */
  readonly settling: readonly Settling[]
  readonly warmUp_s: number
  readonly stores: readonly StoreGrowth[]
  readonly jobs: readonly JobWindows[]
  readonly peaks: readonly DailyPeak[]
}

/** Reads a capacity plan from the undisturbed worlds of a run, which needs no drills (`replications: 0`). */
export function planFrom(results: Results, scenario: Scenario): CapacityPlan {
  const { warmUp_s } = scenario.experiment
  return {
    settling: settlingOf(results.jobs),
    warmUp_s,
    stores: storeGrowth(results),
    jobs: [
      ...Map.groupBy(results.jobs, ({ strategy, topology, job }) => JSON.stringify([strategy, topology, job])),
    ].map(([, runs]) => windowsOf(runs, scenario)),
    peaks: [
      ...Map.groupBy(results.points, ({ strategy, topology, dataset, store }) =>
        JSON.stringify([strategy, topology, dataset, store]),
      ),
    ].map(([, points]) => peakOf(points, scenario)),
  }
}

function windowsOf(runs: readonly JobRow[], { strategies, start }: Scenario): JobWindows {
  const { strategy, topology, job } = runs[0]!
  const { jobs } = strategies.find(({ name }) => name === strategy)!
  const window_s = jobs.find(({ name }) => name === job)?.terms?.window_s
  const late = runs.filter(
    ({ started_s, ended_s }) =>
      window_s !== undefined && started_s !== undefined && (ended_s ?? Infinity) - started_s >= window_s,
  )
  const done = runs.filter(({ outcome }) => outcome === 'succeeded')
  const lengths = done.map(({ started_s, ended_s }) => ended_s! - started_s!)
  const [seeding] = done
  const overruns = runs.flatMap(({ ended_s }, k) => {
    const next = runs[k + 1]?.scheduled_s
    return ended_s !== undefined && next !== undefined && ended_s > next ? [ended_s - next] : []
  })
  return {
    strategy,
    topology,
    job,
    runs: runs.length,
    skipped: runs.filter(({ outcome }) => outcome === 'skipped').length,
    failed: runs.filter(({ outcome }) => outcome === 'failed').length,
    overran: overruns.length,
    longestOverrun_s: Math.max(0, ...overruns),
    late: window_s === undefined ? undefined : late.length,
    firstLate: late[0] === undefined ? undefined : start + late[0].scheduled_s,
    seeding_s: lengths[0],
    seeding_bytes: seeding?.written_bytes,
    longest_s: lengths.length < 2 ? undefined : Math.max(...lengths.slice(1)),
  }
}

function peakOf(points: readonly PointRow[], { topologies, experiment, start, horizon_s }: Scenario): DailyPeak {
  const { strategy, topology, dataset, store } = points[0]!
  const usable = points.map(({ cut_s, durable_s, forgotten_s }) => ({
    cut_s,
    since_s: durable_s,
    until_s: forgotten_s ?? Infinity,
  }))
  const services = [...topologies.find(({ name }) => name === topology)!.world.services.values()]
  const objective_s = Math.min(
    ...services.filter(({ needs }) => needs.includes(dataset)).map(({ objectives }) => objectives.rpo_s),
  )
  let firstOver: number | undefined
  // Starts with the first whole day that has a point.
  const first = Math.ceil(Math.min(...usable.map(({ since_s }) => since_s)) / DAY_S)
  const peaks: number[] = []
  for (let day = first; (day + 1) * DAY_S <= horizon_s; day += 1) {
    const span = { from_s: day * DAY_S, to_s: (day + 1) * DAY_S }
    const peak_s = exposureOver(usable, span, Infinity).max_s
    peaks.push(peak_s)
    if (peak_s > objective_s && span.from_s >= experiment.warmUp_s) firstOver ??= start + span.from_s
  }
  const mean_s = peaks.length === 0 ? Number.NaN : peaks.reduce((sum, peak) => sum + peak, 0) / peaks.length
  return { strategy, topology, dataset, store, mean_s, worst_s: Math.max(...peaks), firstOver }
}

/** The plan of one variant of a scenario. */
export interface WhatIf {
  readonly settings: Settings
  readonly plan: CapacityPlan
}

type PlanOptions = Pick<RunOptions, 'seed' | 'execute' | 'readDirectory' | 'signal' | 'onProgress'>

/**
 * Plans for variants of a scenario, growth of a dataset above all: undisturbed worlds, without drills. When the signal is
 * aborted, for those that were complete by then.
 */
export async function whatIf(
  text: string,
  path: string,
  variants: readonly Settings[],
  { onProgress = () => {}, ...options }: PlanOptions = {},
): Promise<WhatIf[]> {
  const scenarios = variants.map((settings) => parseScenario(text, path, settings))
  const found: WhatIf[] = []
  for (const [k, scenario] of scenarios.entries()) {
    const tell = (progress: RunProgress): void => {
      const what = `${variants.length} variants`
      onProgress({ ...progress, what, share: (k + progress.share) / variants.length })
    }
    const results = await undisturbed(scenario, { ...options, onProgress: tell })
    if (results === undefined || results.interrupted !== undefined) break
    found.push({ settings: variants[k]!, plan: planFrom(results, scenario) })
  }
  return found
}

/** Runs without drills; undefined where it was interrupted before the first cell was complete. */
export async function undisturbed(scenario: Scenario, options: PlanOptions): Promise<Results | undefined> {
  return unlessNothingComplete(run(scenario, { ...options, replications: 0, naturalWorlds: 0 }))
}

/** What a link has to carry so that the newest point outside a hazard's reach is young enough for so much of the time. */
export interface BandwidthNeed {
  readonly strategy: string
  readonly topology: string
  readonly link: string
  readonly share: number
  /** To 2 %; undefined when no bandwidth is enough: then time passes elsewhere than on the link. */
  readonly bandwidth_bytesPerSecond: number | undefined
  /** What the scenario says otherwise in this variant. */
  readonly settings: Settings
}

/** Bisection ends when the bounds differ by no more than this factor. */
const PRECISION = 1.02
/** The search goes from the present bandwidth divided by this to the present bandwidth times this. */
const RANGE = 64

/**
 * Bandwidth of a link that is needed to meet every RPO for a share of the time: found by running the undisturbed world with
 * one bandwidth after another, so that windows, queues and other traffic count. Exposure over time is exact, without drills.
 * Throttles, when there are any, stay as they are.
 * @param share 1 for always, from the warm-up on
 * @returns of each strategy; when the signal is aborted, of those that were complete by then
 */
export async function bandwidthNeeded(
  text: string,
  path: string,
  link: string,
  share: number,
  { onProgress = () => {}, settings = {}, ...options }: PlanOptions & { readonly settings?: Settings } = {},
): Promise<BandwidthNeed[]> {
  const scenario = parseScenario(text, path, settings)
  const { world } = scenario.topologies[0]!
  const { hazards } = world
  const present = world.links.get(link)?.bandwidth_bytesPerSecond ?? Number.NaN
  const needs: BandwidthNeed[] = []
  for (const strategy of scenario.strategies) {
    let tries = 0
    const meets = async (bytesPerSecond: number): Promise<boolean> => {
      tries += 1
      const bandwidth = { [`links.${link}.bandwidth`]: `${Math.round(bytesPerSecond)} B/s` }
      const variant = parseScenario(text, path, { ...settings, ...bandwidth })
      const alone = {
        ...variant,
        strategies: variant.strategies.filter(({ name }) => name === strategy.name),
        topologies: variant.topologies.slice(0, 1),
        experiment: { ...variant.experiment, naturalWorlds: 0 },
      }
      const what = `bandwidth ${tries} of ${link} for ${strategy.name}`
      const tell = (progress: RunProgress): void => onProgress({ ...progress, what })
      const { exposures } = await run(alone, { ...options, onProgress: tell, replications: 0 })
      // No bandwidth makes a hazard known sooner that works unnoticed.
      const destroying = exposures.filter(({ hazard }) => !worksUnnoticed(hazards.get(hazard)!))
      // A hair below: the sum of many spans of time is rounded.
      return destroying.every(({ objectiveMet }) => objectiveMet >= share - 1e-9)
    }
    try {
      const bandwidth_bytesPerSecond = await least(meets, present / RANGE, present * RANGE)
      needs.push({ strategy: strategy.name, topology: 'base', link, share, bandwidth_bytesPerSecond, settings })
    } catch (error) {
      if (error instanceof NothingCompleteError) break
      throw error
    }
  }
  return needs
}

async function least(
  holds: (value: number) => Promise<boolean>,
  low: number,
  high: number,
): Promise<number | undefined> {
  if (!(low > 0 && Number.isFinite(high)) || !(await holds(high))) return undefined
  if (await holds(low)) return low
  let [below, above] = [low, high]
  while (above > below * PRECISION) {
    const middle = Math.sqrt(below * above)
    if (await holds(middle)) above = middle
    else below = middle
  }
  return above
}
