import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
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

describe('a restore of 100 s whose store is closed after 50 s, for 10 min', () => {
  async function restored(keepTrying: string, { second = false } = {}): Promise<IncidentRow> {
    const text = NAS_CLOSED_UNTIL_NINE.replace(
      'duration: 6 h, at: 2026-01-12T03',
      'duration: 10 min, at: 2026-01-12T04',
    )
      .replace('T04:00:00Z }\nexperiment', 'T04:00:50Z }\nexperiment')
      .replace('cut-over: 0 s }', `cut-over: 0 s, ${keepTrying} }`)
      .replace(
        '  stores: {',
        '  stores: { far: { site: main, kind: disk, read: 50 MB/s, write: 50 MB/s, capacity: 1 TB },',
      )
      .replace('Z }]', `Z }${second ? ', copy: { from: nas, to: far, after: backup }' : ''}]`)
    const { incidents } = await run(parseScenario(text, 'closed.yaml'))
    return incidents[0]!
  }

  it('goes on at the first try after it is back: no transfer, and the row says so', async () => {
    const { rto_s, phases_s, outcome, reason } = await restored('')
    // Tries after 1, 3, 7, … 63 s, then every minute: at 603 s. The packs under way are asked for again: 5 x 67 MB at most.
    expect(phases_s.retrieve).toBeCloseTo(603, 0)
    expect(phases_s.transfer).toBeGreaterThan(100)
    expect(phases_s.transfer).toBeLessThan(105)
    expect(rto_s).toBeCloseTo(phases_s.retrieve + phases_s.transfer, 3)
    expect(outcome).toBe('recovered')
    expect(reason).toMatch(/^went on after 10\.[01] min \(closed/)
  })

  it.each([
    ['0 s', false, { retrieve: 600, transfer: 50 + 100 }],
    ['5 min', false, { retrieve: 600, transfer: 50 + 100 }],
    ['5 min', true, { retrieve: 300, transfer: 50 + 200 }],
    ['0 s', true, { retrieve: 0, transfer: 50 + 200 }],
  ])('begins anew when it has tried for %s, from another copy where there is one (%s)', async (atMost, second, by) => {
    const { phases_s } = await restored(`keep-trying: ${atMost}`, { second })
    expect(phases_s.retrieve / 60).toBeCloseTo(by.retrieve / 60, 1)
    expect(phases_s.transfer / by.transfer).toBeCloseTo(1, 1)
  })
})
