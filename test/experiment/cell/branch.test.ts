import { describe, expect, it } from 'vitest'
import { buildOperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import type { OperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import { loadScenario } from '../../../src/scenario/load.ts'

const DAY_S = 86_400

/** Names, sizes and times of everything stored; what lies in the datasets; what the jobs did after an instant. */
function stateOf({ world, operations }: OperatedWorld, after_s: number): unknown {
  return {
    stores: [...world.stores.values()].map(({ objects }) => objects.names('').map((name) => objects.find(name))),
    datasets: [...world.datasets.values()].map(({ files }) => files.root.version),
    runs: operations.runs.filter((run) => run.scheduled_s >= after_s),
  }
}

describe(
  'a world that branches off another at an instant at which nothing is under way',
  { timeout: 120_000 },
  async () => {
    const scenario = await loadScenario('test/experiment/office.yaml')
    const [topology] = scenario.topologies
    for (const strategy of scenario.strategies) {
      it(`goes on exactly as the other would have, under ${strategy.name}`, async () => {
        const cell = { scenario, strategy, topology: topology!, seed: '1' }
        const undisturbed = buildOperatedWorld(cell)
        await undisturbed.simulation.run(scenario.horizon_s)
        const origin = buildOperatedWorld(cell)
        for (const branch_s of [5.5 * DAY_S, 12.75 * DAY_S]) {
          await origin.simulation.run(branch_s)
          expect(origin.operations.idle).toBe(true)
          const branch = buildOperatedWorld(cell, { origin })
          await branch.simulation.run(scenario.horizon_s)
          expect(stateOf(branch, branch_s)).toEqual(stateOf(undisturbed, branch_s))
        }
        // And the origin has not noticed.
        await origin.simulation.run(scenario.horizon_s)
        expect(stateOf(origin, 0)).toEqual(stateOf(undisturbed, 0))
      })
    }
  },
)
