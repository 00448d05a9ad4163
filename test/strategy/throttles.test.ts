import { expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** 3.6 GB over 10 MB/s are 360 s; from eight to six the line has 1 MB/s, and what strikes at noon takes an hour. */
async function transfer_s(hazard: string, plan: string): Promise<number> {
  const text = `
firedrill: 1
name: Throttles
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes: { machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 10 MB/s, throttle: { "daily 08:00-18:00": 1 MB/s } } }
datasets: { data: { node: machine, size: 3.6 GB, files: 36, change: 0 %/day, compressibility: 1 } }
services: { service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
recovery: { declare: 10 min${plan} }
strategies: { tested: [backup: { dataset: data, to: box, type: full, at: daily 20:00 }] }
hazards: { trouble: { ${hazard}, detection: 0 s, at: 2026-01-12T12:00:00Z } }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
  const { incidents } = await run(parseScenario(text, 'throttles.yaml'))
  return incidents[0]!.phases_s.transfer
}

it.each([
  ['is lifted for a recovery', 'kind: site, target: here', '', 360],
  ['holds where the plan keeps it', 'kind: site, target: here', ', throttles: kept', 3600],
  ['holds beside the restore of what was deleted', 'kind: deletion, target: data, share: 100 %', '', 3600],
])('the throttle of a line %s', { timeout: 60_000 }, async (_what, hazard, plan, seconds) => {
  expect((await transfer_s(hazard, plan)) / seconds).toBeCloseTo(1, 2)
})
