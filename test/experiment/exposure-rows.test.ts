import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600

const SCENARIO = `
firedrill: 1
name: Exposure
start: 2026-01-05T00:00:00Z
horizon: 12 d
topology:
  sites: { home: { region: a }, away: { region: b } }
  nodes:
    server: { site: home, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    standby: { site: away, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
  stores:
    nas: { site: home, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    vault: { site: away, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [home, away], bandwidth: 10 MB/s, latency: 0 s }
datasets:
  data: { node: server, size: 36 GB, files: 1, change: 0 %/day, compressibility: 1, write-interval: never }
services:
  shop: { needs: [data], objectives: { rpo: 13 h, rto: 24 h } }
repository: { chunk: 64 MiB, pack: 512 MiB, compression: none }
strategies:
  near-and-far:
    - backup: { dataset: data, to: nas, type: full, at: every 1 h }
    - backup: { dataset: data, to: vault, type: full, at: daily 00:00 }
  replica:
    - replicate: { dataset: data, to: standby, synchronous: true }
hazards:
  fire: { kind: site, target: home, rate: 0.1/year, source: a round number, detection: 1 min }
  ransomware: { kind: ransomware, target: home, rate: 0.1/year, source: a round number, dwell: 1 h }
experiment: { drills: [fire, ransomware], replications: 1, warm-up: 2 d, seed: "1" }
`

describe('exposure to a fire', async () => {
  const { exposures } = await run(parseScenario(SCENARIO, 'exposure.yaml'))
  const of = (strategy: string) => exposures.filter((row) => row.strategy === strategy)

  // 36 GB over 10 MB/s take an hour, and some seconds of metadata: exposure runs from 1 h to 25 h.
  it('counts the points that the fire spares', () => {
    const row = of('near-and-far')[0]!
    expect(row.hazard).toBe('fire')
    expect(row.unprotected).toBe(0)
    expect(row.min_s).toBeGreaterThan(HOUR_S)
    expect(row.min_s).toBeLessThan(HOUR_S + 30)
    expect(row.max_s - row.min_s).toBeCloseTo(24 * HOUR_S, 0)
    expect(row.mean_s).toBeCloseTo(row.min_s + 12 * HOUR_S, 0)
    expect(row.objectiveMet).toBeCloseTo((13 * HOUR_S - row.min_s) / (24 * HOUR_S), 5)
  })

  it('is none where every write is elsewhere before it is acknowledged', () => {
    expect(of('replica')).toMatchObject([{ mean_s: 0, max_s: 0, objectiveMet: 1 }])
  })

  it('is not given for a hazard that taints: there it hangs on the detection', () => {
    expect(exposures.map(({ hazard }) => hazard)).toEqual(['fire', 'fire'])
  })
})
