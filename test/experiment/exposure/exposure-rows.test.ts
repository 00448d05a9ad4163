import { describe, expect, it } from 'vitest'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'

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
repository: { chunk: 256 MiB, pack: 2 GiB, compression: none }
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
    expect(of('replica')[0]).toMatchObject({ hazard: 'fire', mean_s: 0, max_s: 0, objectiveMet: 1 })
  })

  it('is given for what stays unnoticed as well, where points at the struck place count: by how long they are tainted', () => {
    expect(exposures.map(({ hazard }) => hazard)).toEqual(['fire', 'ransomware', 'fire', 'ransomware'])
    // The newest point from before the onset, an hour ago, was taken within the hour before.
    const row = of('near-and-far')[1]!
    expect(row.min_s / HOUR_S).toBeCloseTo(1, 2)
    expect(row.mean_s / HOUR_S).toBeCloseTo(1.5, 2)
    expect(row.max_s / HOUR_S).toBeCloseTo(2, 2)
    // A replica has taken the encryption over.
    expect(of('replica')[1]).toMatchObject({ hazard: 'ransomware', unprotected: 1 })
  })
})

/** A deletion noticed after hours, and ransomware after days, of states that an array and a log keep, and of backups. */
const DWELLS = `
firedrill: 1
name: Dwells
start: 2026-01-05T00:00:00Z
horizon: 24 d
topology:
  sites: { home: { region: a }, away: { region: b } }
  nodes:
    server: { site: home, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
  stores:
    vault: { site: away, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [home, away], bandwidth: 10 MB/s, latency: 0 s }
datasets:
  data: { node: server, size: 100 MB, files: 10, change: 20 %/day, compressibility: 1, write-interval: 15 min }
services:
  shop: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
repository: { chunk: 8 MiB, pack: 8 MiB, compression: none }
strategies:
  array:
    - snapshot: { dataset: data, last: 24, at: hourly }
  backup:
    - backup: { dataset: data, to: vault, type: incremental, at: every 12 h, keep: { dialect: restic, last: 12 } }
  log:
    - backup: { dataset: data, to: vault, type: full, at: every 2 d, keep: { dialect: restic, last: 3 } }
    - log: { dataset: data, to: vault, timeout: 30 min, replay: 100 MB/s }
hazards:
  slip: { kind: deletion, target: data, share: 20 %, rate: 1/year, source: a round number, detection: { lognormal: { median: 3 h, p90: 20 h } } }
  ransomware: { kind: ransomware, target: home, rate: 1/year, source: a round number, dwell: { exponential: { mean: 40 h } } }
experiment: { drills: [slip, ransomware], replications: 60, warm-up: 10 d, seed: "1" }
`

describe('exposure to what stays unnoticed', { timeout: 120_000 }, async () => {
  const { exposures, incidents } = await run(parseScenario(DWELLS, 'dwells.yaml'))

  it.each(exposures.map((row) => [row.strategy, row.hazard, row] as const))(
    '%s, %s: what drills at random instants lose is drawn from it',
    (strategy, hazard, row) => {
      const drills = incidents.filter((each) => each.strategy === strategy && each.hazard === hazard)
      const rpos = drills.flatMap(({ rpo_s }) => rpo_s ?? [])
      const lost = 1 - rpos.length / drills.length
      const mean_s = rpos.reduce((sum, rpo) => sum + rpo, 0) / rpos.length
      expect(Math.abs(mean_s - row.mean_s)).toBeLessThan((4 * row.sd_s) / Math.sqrt(rpos.length))
      const { unprotected } = row
      expect(Math.abs(lost - unprotected)).toBeLessThan(
        4 * Math.sqrt((unprotected * (1 - unprotected)) / drills.length) + 1e-9,
      )
      expect(Math.max(...rpos)).toBeLessThanOrEqual(row.max_s + 60)
      expect(Math.min(...rpos)).toBeGreaterThanOrEqual(row.min_s - 60)
    },
  )
})
