import { Trace } from '../../kernel/index.ts'
import { planDrills, stage } from './drill.ts'
import { historyOf, inHistory } from './history.ts'
import { buildOperatedWorld } from './operated-world.ts'
import type { CellDefinition } from './operated-world.ts'
import type { IncidentRow } from '../results.ts'
import { runToIdle } from './run-drills.ts'

/**
 * Runs the undisturbed world of a cell once more, from start to horizon.
 * @param write takes the pieces of the trace, in order
 */
export async function traceWorld(cell: CellDefinition, write: (piece: string) => void): Promise<void> {
  const trace = new Trace(write)
  const { simulation } = buildOperatedWorld(cell, { trace })
  await simulation.run(cell.scenario.horizon_s)
  trace.close()
}

/**
 * Runs one drill of a cell once more, with the past of its world.
 * @param replications of each hazard, as in the run: the instants of the drills depend on it
 * @returns what the run found, too
 */
export async function traceDrill(
  definition: CellDefinition,
  replications: number,
  which: { readonly hazard: string; readonly replication: number },
  write: (piece: string) => void,
): Promise<IncidentRow[]> {
  const { scenario, topology, seed } = definition
  const drills = planDrills(scenario, topology.world.hazards, { from: 0, count: replications }, seed)
  const drill = drills.find(
    ({ hazard, replication }) => hazard.name === which.hazard && replication === which.replication,
  )
  if (drill === undefined) throw new Error(`there is no drill ${which.replication} of ${which.hazard}`)
  const cell = inHistory(definition, historyOf(which.replication, definition))
  // When nothing is under way, so that the world can branch, is known only once it has gone by.
  const scout = buildOperatedWorld(cell)
  const idle_s = (await runToIdle(scout, drill.onset_s)) ?? scout.simulation.now
  const trace = new Trace(write)
  const origin = buildOperatedWorld(cell, { trace })
  await origin.simulation.run(idle_s)
  const rows = await stage(cell, origin, drill, trace)
  trace.close()
  return rows
}
