import { cellsOf, drillBlocks } from '../src/experiment/blocks.ts'
import { readRealDirectory } from '../src/experiment/cell/real-directory.ts'
import { runBlock } from '../src/experiment/cell/run-block.ts'
import { loadScenario } from '../src/scenario/load.ts'
import { processorSeconds, spread } from './interleave.ts'
import type { BenchResult, Spread } from './interleave.ts'

/**
 * How much sooner an experiment ends with two workers, by the processor time of its blocks: all blocks as they are cut for
 * one, over those of the busier of two, who take the next as they become free. It says what cutting costs and whether ends
 * are even, and does not depend on how many cores the machine has to spare; what two threads do to each other's caches is not
 * in it (see `bench experiment`).
 */
export async function experimentScaling(
  name: string,
  loads: readonly { readonly scenario: string; readonly replications: number }[],
  rounds: number,
): Promise<BenchResult> {
  const ratios: Record<string, Spread> = {}
  const seconds: Record<string, Spread> = {}
  for (const { scenario: path, replications } of loads) {
    const scenario = await loadScenario(path)
    const cells = cellsOf(scenario, { seed: scenario.seed, readDirectory: readRealDirectory })
    const costsFor = async (workers: number): Promise<number[]> => {
      const costs: number[] = []
      for (const { cell, block } of drillBlocks(cells, { from: 0, count: replications }, workers, true)) {
        costs.push(
          await processorSeconds(async () => {
            await runBlock(cell, block)
          }),
        )
      }
      return costs
    }
    await costsFor(1)
    const sums: number[] = []
    const gains: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const alone = (await costsFor(1)).reduce((sum, cost) => sum + cost, 0)
      const free = [0, 0]
      for (const cost of await costsFor(2)) free[free[0]! <= free[1]! ? 0 : 1]! += cost
      sums.push(alone)
      gains.push(alone / Math.max(...free))
      process.stderr.write(`${scenario.id}: ${alone.toPrecision(3)} s, two workers ${gains.at(-1)!.toFixed(2)} times\n`)
    }
    seconds[scenario.id] = spread(sums)
    ratios[`${scenario.id}: two workers`] = spread(gains)
  }
  return { name, ratios, seconds }
}
