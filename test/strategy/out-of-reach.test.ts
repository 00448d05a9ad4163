import { expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const NAS_CLOSED_UNTIL_NINE = `
firedrill: 1
name: Out of reach
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { main: { region: eu } }
  nodes: { a: { site: main, cpu: unlimited, disk: { read: 1 GB/s, write: 1 GB/s, capacity: 1 TB } } }
  stores: { nas: { site: main, kind: disk, read: 100 MB/s, write: 100 MB/s, capacity: 1 TB } }
datasets:
  d: { node: a, size: 10 GB, files: 20, change: 0 %/day }
services:
  s: { needs: [d], objectives: { rpo: 7 d, rto: 24 h } }
repository: { chunk: 1 MiB, pack: 64 MiB, compression: none }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
strategies:
  once: [backup: { dataset: d, to: nas, at: 2026-01-06T00:00:00Z }]
hazards:
  dead: { kind: node, target: a, at: 2026-01-12T04:00:00Z, rate: 1/year }
  closed: { kind: account-loss, target: nas, duration: 6 h, at: 2026-01-12T03:00:00Z }
experiment: { drills: [dead], background: [closed], replications: 1, warm-up: 4 d }
`

it('what is out of reach is waited for, and the waiting is no transfer: a wider line would not help', async () => {
  const { incidents } = await run(parseScenario(NAS_CLOSED_UNTIL_NINE, 'out-of-reach.yaml'))
  const [{ phases_s, rto_s }] = incidents as [(typeof incidents)[number]]
  // From four to nine o'clock; then 10 GB at 100 MB/s.
  expect(phases_s.retrieve).toBeCloseTo(5 * 3600, 0)
  expect(phases_s.transfer).toBeGreaterThan(100)
  expect(phases_s.transfer).toBeLessThan(110)
  expect(rto_s).toBeCloseTo(phases_s.retrieve + phases_s.transfer, 3)
})
