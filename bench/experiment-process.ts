/**
 * One experiment, as a command runs it: from the start of the process to the results, without writing them.
 *
 *   node bench/experiment-process.ts SCENARIO REPLICATIONS THREADS
 */
import { openThreads } from '../src/experiment/execution/threads.ts'
import { run } from '../src/experiment/run.ts'
import { loadScenario } from '../src/scenario/load.ts'

/** What it prints, as JSON. */
export interface ExperimentTimes {
  /** With the start of the process and of its threads. */
  readonly whole_s: number
  /** From when the scenario is read. */
  readonly run_s: number
  /** Of the process, all its threads. */
  readonly processor_s: number
  readonly digest: string
}

const [path = '', replications = '', threads = ''] = process.argv.slice(2)
const execute = openThreads(Number(threads))
const scenario = await loadScenario(path)
const began_ms = performance.now()
const { digest } = await run(scenario, { execute, replications: Number(replications) })
// Its zero is the start of the process.
const ended_ms = performance.now()
await execute.close()
const { user, system } = process.cpuUsage()
const times: ExperimentTimes = {
  whole_s: ended_ms / 1000,
  run_s: (ended_ms - began_ms) / 1000,
  processor_s: (user + system) / 1e6,
  digest,
}
process.stdout.write(JSON.stringify(times))
