import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadScenario } from '../src/scenario/load.ts'
import type { ExperimentTimes } from './experiment-process.ts'
import { interleave } from './interleave.ts'
import type { BenchResult, Contender, Ratio } from './interleave.ts'

/** A scenario, and how many drills of each hazard fill some seconds. */
interface Load {
  readonly scenario: string
  readonly replications: number
}

/** What the machine gives an experiment. A process that is bound to a core has the helpers of its threads there, too. */
const MEANS: Readonly<Record<string, { readonly cores?: string; readonly threads: number }>> = {
  'one core': { cores: '0', threads: 1 },
  'one thread': { threads: 1 },
  'two threads': { threads: 2 },
}

/**
 * Whole experiments, each in a process of its own, by the clock from its start to its results: bound to one core; on one
 * worker thread, whose helpers (collection of garbage, machine code) may have the other core; and on two. "Two cores over one
 * core" is how well experiments scale; "two threads over one" what a second thread gains on a machine that has the core anyway.
 */
export async function experiment(name: string, loads: readonly Load[], rounds: number): Promise<BenchResult> {
  const contenders: Record<string, Contender> = {}
  const ratios: Record<string, Ratio> = {}
  const digests = new Map<string, string>()
  for (const { scenario: path, replications } of loads) {
    const { id, strategies, topologies, experiment: plan } = await loadScenario(path)
    const cells = strategies.length * topologies.length
    const drills = replications * plan.drills.length * cells
    for (const [means, { cores, threads }] of Object.entries(MEANS)) {
      contenders[`${id}, ${means}`] = async () => {
        const times = await inAProcess(cores, [path, String(replications), String(threads)])
        if ((digests.get(id) ?? times.digest) !== times.digest) throw new Error(`${id}: other results on ${means}`)
        digests.set(id, times.digest)
        process.stderr.write(
          `${id} (${cells} cells, ${drills} drills), ${means}: ${times.whole_s.toPrecision(3)} s, ` +
            `${(drills / times.run_s).toPrecision(3)} drills a second once the scenario is read, ` +
            `${(drills / times.processor_s).toPrecision(3)} a second of processor time\n`,
        )
        return times.whole_s
      }
    }
    ratios[`${id}: two cores over one core`] = { peer: `${id}, one core`, ours: `${id}, two threads` }
    ratios[`${id}: two threads over one`] = { peer: `${id}, one thread`, ours: `${id}, two threads` }
  }
  return interleave(name, contenders, ratios, rounds)
}

async function inAProcess(cores: string | undefined, words: readonly string[]): Promise<ExperimentTimes> {
  const command = [process.execPath, join(import.meta.dirname, 'experiment-process.ts'), ...words]
  const [program, ...options] = cores === undefined ? command : ['taskset', '-c', cores, ...command]
  // The command keeps compiled modules, too.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'firedrill-bench-compiled') }
  const { stdout } = await promisify(execFile)(program!, options, { env })
  const times: ExperimentTimes = JSON.parse(stdout)
  return times
}
