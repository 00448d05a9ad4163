/** The public library: what a notebook or another program imports. `run` does what `firedrill run` does. */

export { run } from './experiment/run.ts'
export type { RunOptions, RunProgress } from './experiment/run.ts'
export { runMissions } from './experiment/missions.ts'
export type { MissionOptions } from './experiment/missions.ts'
export { onThreads } from './experiment/pool.ts'
export { readRealDirectory } from './experiment/real-directory.ts'
export type * from './experiment/results.ts'
export { loadScenario, parseScenario } from './scenario/load.ts'
export type { Scenario } from './scenario/scenario.ts'
export { terminalSummary, writeResults } from './report/index.ts'
export * from './world/durability/index.ts'
