import { runMissions } from '../src/experiment/losses/missions.ts'
import { interleave } from './interleave.ts'
import type { BenchResult } from './interleave.ts'

const YEAR_S = 365 * 86_400

/**
 * One-year missions of 48 disks in RAID 7+1 (AFR 5 %, rebuilt in 20·2²⁰ MB / 50 MB/s): seconds of wall-clock time for a
 * million of them, starting the threads included. mlec-sim, of which this is a case, states 26,500 a second on two cores.
 */
export async function missions(name: string, options: { missions: number; rounds: number }): Promise<BenchResult> {
  const timed = (threads: number) => async (): Promise<number> => {
    const before = performance.now()
    const count = await runMissions(
      {
        groups: 6,
        units: 8,
        tolerates: 1,
        failure: { law: 'exponential', mean: -YEAR_S / Math.log(0.95) },
        repair: { law: 'constant', value: (20 * 2 ** 20) / 50 },
      },
      { seed: 'bench', missions: options.missions, mission: YEAR_S, threads },
    )
    const seconds = (performance.now() - before) / 1000
    process.stderr.write(
      `${threads} threads: ${Math.round(options.missions / seconds)} missions a second, ` +
        `${((100 * count.losses) / count.missions).toFixed(3)} % lost data\n`,
    )
    return (seconds / options.missions) * 1e6
  }
  return interleave(name, { 'one-thread': timed(1), 'two-threads': timed(2) }, {}, options.rounds)
}
