import { expect } from 'vitest'
import type { IncidentRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

/** Runs a scenario of the library, with fewer drills where these tell enough. */
export async function runFile(name: string, replications?: number): Promise<Results> {
  const scenario = await loadScenario(`scenarios/${name}.yaml`)
  return run(scenario, replications === undefined ? {} : { replications })
}

/** Incidents that have these values; there must be some. */
export function incidents(results: Results, where: Partial<IncidentRow>): IncidentRow[] {
  const found = results.incidents.filter((row) =>
    Object.entries(where).every(([key, value]) => Object.entries(row).some(([k, v]) => k === key && v === value)),
  )
  expect(found.length).toBeGreaterThan(0)
  return found
}
