import { expect } from 'vitest'
import type { IncidentRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

/** Larger chunks and fewer files: for what does not depend on how finely data are cut, in a third of the time. */
export const COARSE = { 'repository.chunk': '256 MiB', 'repository.pack': '2 GiB' }

/** Runs a scenario of the library, with fewer drills and other values where these tell enough; .ci/run runs it as it is. */
export async function runFile(
  name: string,
  replications?: number,
  values: Readonly<Record<string, string>> = {},
): Promise<Results> {
  const scenario = await loadScenario(`scenarios/${name}.yaml`, values)
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
