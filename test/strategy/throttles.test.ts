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

it(
  'throttles of other lines hold: a copy that nobody stopped takes a tenth of the store, not a half',
  { timeout: 60_000 },
  async () => {
    // At 12:10 the restore has 9 of the store's 10 MB/s: the copy, since 12:05, has the throttle's 1 MB/s.
    const text = `
firedrill: 1
name: Two lines
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b }, third: { region: c } }
  nodes:
    machine: &machine { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    carrier: { <<: *machine, site: third }
  stores:
    box: &box { site: there, kind: disk, read: 10 MB/s, write: unlimited, capacity: unlimited }
    second: { <<: *box, site: third }
  links:
    line: { between: [here, there], bandwidth: 1 GB/s, throttle: { "daily 08:00-18:00": 1 MB/s } }
    other: { between: [there, third], bandwidth: 1 GB/s, throttle: { "daily 08:00-18:00": 1 MB/s } }
datasets: { data: { node: machine, size: 3.6 GB, files: 36, change: 0 %/day, compressibility: 1 } }
services: { service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
recovery: { declare: 10 min, freeze: false }
strategies:
  tested:
    - backup: { dataset: data, to: box, type: full, at: 2026-01-05T20:00:00Z }
    - copy: { from: box, to: second, at: 2026-01-12T12:05:00Z }
hazards: { trouble: { kind: site, target: here, detection: 0 s, at: 2026-01-12T12:00:00Z } }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
    const { incidents } = await run(parseScenario(text, 'two-lines.yaml'))
    expect(incidents[0]!.phases_s.transfer / 400).toBeCloseTo(1, 1)
  },
)
