import { expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { ScenarioError } from '../../src/scenario/document/problems.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** A full on the first and the last day of a year, over a line of 100 MB/s. */
const shop = (files: number, growth: string): string => `
firedrill: 1
name: Shrinking
start: 2026-01-01T00:00:00Z
horizon: 366 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes: { machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 100 MB/s } }
datasets: { data: { node: machine, size: 40 GB, files: ${files}, change: 0 %/day, growth: ${growth}, write-interval: 6 h } }
services: { service: { needs: [data], objectives: { rpo: 48 h, rto: 48 h } } }
repository: { chunk: 16 MiB, pack: 64 MiB, compression: none }
recovery: { declare: 0 s }
strategies:
  tested:
    - backup: { name: first, dataset: data, to: box, type: full, at: 2026-01-01T01:00:00Z }
    - backup: { name: last, dataset: data, to: box, type: full, at: 2027-01-01T06:00:00Z }
hazards: { dead: { kind: node, target: machine, detection: 0 s, at: 2027-01-01T20:00:00Z } }
experiment: { drills: [dead], replications: 1, warm-up: 2 d }
`

// 40 GB less 20 % are 32 GB, and come back in 320 s.
it.each([
  ['files are deleted', 8000, 0.03],
  ['a large file is cut', 1, 0.002],
])(
  'a dataset that loses a fifth a year is as much smaller after a year: %s',
  { timeout: 60_000 },
  async (_, files, tolerance) => {
    const { jobs, incidents } = await run(parseScenario(shop(files, '-20 %/year'), 'shrinking.yaml'))
    const read = (name: string): number => jobs.find(({ job }) => job === name)!.read_bytes
    expect(Math.abs(read('first') / 40e9 - 1)).toBeLessThan(0.002)
    expect(Math.abs(read('last') / 32e9 - 1)).toBeLessThan(tolerance)
    expect(incidents).toMatchObject([{ outcome: 'recovered', verified: true, restored_bytes: read('last') }])
    expect(Math.abs(incidents[0]!.rto_s! / 320 - 1)).toBeLessThan(tolerance + 0.01)
  },
)

it('it cannot lose all, or more', () => {
  expect(() => parseScenario(shop(4, '-100 %/year'), 'shrinking.yaml')).toThrow(
    /datasets.data.growth: leaves nothing after a year; expected more than -100 %\/year/,
  )
  expect(() => parseScenario(shop(4, '-100 %/year'), 'shrinking.yaml')).toThrow(ScenarioError)
})
