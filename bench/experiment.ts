import { openThreads } from '../src/experiment/execution/threads.ts'
import { run } from '../src/experiment/run.ts'
import { loadScenario } from '../src/scenario/load.ts'
import { interleave, processorSeconds } from './interleave.ts'
import type { BenchResult, Contender, Ratio } from './interleave.ts'

/** A scenario, and how many drills of each hazard fill some seconds. */
interface Load {
  readonly scenario: string
  readonly replications: number
}

/**
 * Whole experiments on one worker thread and on two: wall-clock seconds for a thousand drills, with their undisturbed worlds
 * and statistics, without starting the threads. One scenario has one cell, whose drills the threads share; the others have
 * several.
 */
export async function experiment(name: string, loads: readonly Load[], rounds: number): Promise<BenchResult> {
  const pools = [openThreads(1), openThreads(2)]
  const contenders: Record<string, Contender> = {}
  const ratios: Record<string, Ratio> = {}
  for (const { scenario: path, replications } of loads) {
    const scenario = await loadScenario(path)
    const { id, strategies, topologies, experiment: plan } = scenario
    const drills = replications * plan.drills.length * strategies.length * topologies.length
    for (const execute of pools) {
      // Once for the machine code of it, and so that all threads are there.
      await run(scenario, { execute, replications: Math.min(replications, 16) })
      contenders[`${id} ${execute.workers}`] = async () => {
        const before = performance.now()
        const processor_s = await processorSeconds(async () => {
          await run(scenario, { execute, replications })
        })
        const seconds = (performance.now() - before) / 1000
        process.stderr.write(
          `${id}, ${execute.workers} threads: ${(drills / seconds).toPrecision(3)} drills a second, ` +
            `${(drills / processor_s).toPrecision(3)} a second of processor time\n`,
        )
        return (seconds / drills) * 1000
      }
    }
    ratios[`${id}: two threads`] = { peer: `${id} 1`, ours: `${id} 2` }
  }
  try {
    return await interleave(name, contenders, ratios, rounds)
  } finally {
    for (const pool of pools) await pool.close()
  }
}
