/**
 * The public library: what a notebook or another program imports. Times are seconds, sizes bytes, rates bytes a second and
 * money US dollars, unless a name says otherwise.
 */

// Scenarios: read from a file or a text, with values in the place of its own.
export { ScenarioError, loadScenario, parseScenario, readScenario } from './scenario/load.ts'
export { SettingError } from './scenario/document/set-values.ts'
export type { Settings } from './scenario/document/set-values.ts'
export type { Scenario } from './scenario/scenario.ts'

// Runs: every strategy on every topology. `run` does what `firedrill run` does.
export { NothingCompleteError, run } from './experiment/run.ts'
export type { RunOptions, RunProgress } from './experiment/run.ts'
export type * from './experiment/results.ts'
export { readRealDirectory } from './experiment/cell/real-directory.ts'

// Where the work of a run is done: in this thread, in others, or by workers on a queue.
export { inThisThread } from './experiment/execution/executor.ts'
export type { Executor, OpenExecutor } from './experiment/execution/executor.ts'
export { onThreads, openThreads } from './experiment/execution/threads.ts'
export { openQueue } from './experiment/execution/queue.ts'

// What is made of runs: `firedrill sweep`, `compare`, `optimize` and `plan`.
export { grid, oneAtATime } from './experiment/design.ts'
export type { ListAxis } from './experiment/design.ts'
export { sweep, tornado } from './experiment/sweep.ts'
export type { SweepOptions, SweepProgress, SweepRow, TornadoBar, TornadoEnd } from './experiment/sweep.ts'
export type { FigureName, Figures } from './experiment/figures.ts'
export { NotPairedError, compare } from './experiment/compare.ts'
export type { Compared, ComparisonRow, Contender } from './experiment/compare.ts'
export { optimise } from './experiment/optimise/index.ts'
export type { Candidate, OptimiseOptions, Optimum, Variants } from './experiment/optimise/index.ts'
export { planFrom } from './experiment/capacity/plan.ts'
export type { CapacityPlan, DailyPeak, JobWindows } from './experiment/capacity/plan.ts'

// Losses too rare to be met by drills.
export { serviceLosses } from './experiment/losses/index.ts'
export type { LossOptions, ServiceLosses } from './experiment/losses/index.ts'
export { rareLoss } from './experiment/losses/rare-loss.ts'
export type { RareLoss, RareLossOptions } from './experiment/losses/rare-loss.ts'
export { runMissions } from './experiment/losses/missions.ts'
export type { MissionOptions } from './experiment/losses/missions.ts'
export * from './world/durability/index.ts'

// Laws of durations, and the random numbers that are drawn from them.
export { fit, lawOf, momentsOf, randomStream } from './kernel/index.ts'
export type { Law, LawDescription, Observations, RandomStream } from './kernel/index.ts'

// Results on the terminal, as files and as charts.
export { CHARTS, loadRenderer, summaryOf, summaryRows, terminalSummary, writeResults } from './report/index.ts'
export type { Chart, Renderer, ResultsSummary, SummaryRow } from './report/index.ts'

// Prices and rates with which scenarios are worked out.
export { MONTH_S, egressCharge_usd, storageRate_usdPerSecond } from './world/index.ts'
export { objectStoreClasses } from './scenario/reference-data/object-stores.ts'
export { tapeGenerations } from './scenario/reference-data/tape.ts'
