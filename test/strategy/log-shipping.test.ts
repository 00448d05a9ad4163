import { describe, expect, it } from 'vitest'
import type { IncidentRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const MINUTE_S = 60
const HOUR_S = 3600

/** 20 GB of which 10 % a day is written, every other minute: 2.78 MB. A base backup at 01:00. */
function scenarioWith({ log, jobs = [], hazard }: { log: string; jobs?: readonly string[]; hazard: string }): string {
  return `
firedrill: 1
name: Log shipping
start: 2026-01-05T00:00:00Z
horizon: 3 d
topology:
  sites: { home: { region: a }, away: { region: b } }
  nodes:
    db: { site: home, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  stores:
    bucket: { site: away, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [home, away], bandwidth: 100 MB/s }
datasets:
  rows: { node: db, size: 20 GB, files: 100, change: 10 %/day, write-interval: 2 min }
services:
  shop: { needs: [rows], objectives: { rpo: 1 h, rto: 1 h } }
repository: { chunk: 64 MiB, pack: 256 MiB, compression: none }
strategies:
  tested:
    jobs:
      - backup: { dataset: rows, to: bucket, type: full, at: daily 01:00, keep: { dialect: restic, daily: 2 } }
${log === '' ? '' : `      - log: { dataset: rows, to: bucket, ${log} }`}
${jobs.map((job) => `      ${job}`).join('\n')}
    recovery: { declare: 10 min, provision: 1 h, verify: 5 min, cut-over: 2 min }
hazards:
  trouble: { ${hazard}, rate: 0.1/year, source: a round number }
experiment: { drills: [trouble], replications: 3, warm-up: 30 h, seed: "1" }
`
}

async function results(parts: Parameters<typeof scenarioWith>[0]): Promise<Results> {
  const found = await run(parseScenario(scenarioWith(parts), 'log-shipping.yaml'))
  expect(found.incidents).toHaveLength(3)
  for (const { phases_s, rto_s } of found.incidents) {
    const sum = Object.values(phases_s).reduce((total, seconds) => total + seconds, 0)
    expect(Math.abs(sum - rto_s!)).toBeLessThan(1e-6)
  }
  return found
}

const incidents = async (parts: Parameters<typeof scenarioWith>[0]): Promise<readonly IncidentRow[]> =>
  (await results(parts)).incidents

const FIRE = 'kind: node, target: db, detection: 3 min'
const SLIP = 'kind: deletion, target: rows, share: 20 %, detection: 2 h'
const SILENT = 'kind: ransomware, target: home, dwell: 6 h'

describe('a log that is shipped', { timeout: 120_000 }, () => {
  // Segments of 1 GB never fill within 5 minutes: each is closed 5 minutes after the last, and takes 0.07 s to ship.
  it('loses at most the timeout and the shipping when the database burns', async () => {
    for (const { outcome, rpo_s } of await incidents({
      log: 'segment: 1 GB, timeout: 5 min, replay: 50 MB/s',
      hazard: FIRE,
    })) {
      expect(outcome).toBe('recovered')
      expect(rpo_s).toBeLessThan(5 * MINUTE_S + 1)
    }
  })

  // 20 GB × 10 % / 720 = 2.78 MB every two minutes: a segment of 10 MB is full at every fourth write, long before the hour.
  it('loses at most a segment when segments fill before their time', async () => {
    const { incidents: rows, jobs } = await results({
      log: 'segment: 10 MB, timeout: 1 h, replay: 50 MB/s',
      hazard: FIRE,
    })
    for (const { rpo_s } of rows) expect(rpo_s).toBeLessThan(8 * MINUTE_S + 1)
    const shipped = jobs.filter(({ kind }) => kind === 'log')
    const bytes = shipped.reduce((sum, { written_bytes }) => sum + written_bytes, 0)
    // Three days of writes, up to the open segment.
    expect(Math.abs(bytes - 3 * 0.1 * 20e9)).toBeLessThan(0.01 * 6e9)
  })

  it('replays at its rate, which is the phase apply', async () => {
    const at = (replay: string): Promise<readonly IncidentRow[]> =>
      incidents({ log: `segment: 1 GB, timeout: 5 min, replay: ${replay}`, hazard: FIRE })
    const [fast, slow] = [await at('50 MB/s'), await at('5 MB/s')]
    for (const [drill, { phases_s, onset_s, recoveryPoint_s }] of slow.entries()) {
      // The base's cut is 01:00; what was written from then to the point reached is applied. 23.1 kB/s on average.
      const sinceBase_s = (recoveryPoint_s! - HOUR_S) % (24 * HOUR_S)
      const bytes = (sinceBase_s / (24 * HOUR_S)) * 0.1 * 20e9
      const fetched_s = bytes / 100e6
      expect(phases_s.apply).toBeGreaterThan((bytes / 5e6 + fetched_s) * 0.97)
      expect(phases_s.apply).toBeLessThan((bytes / 5e6 + fetched_s) * 1.03)
      expect(phases_s.apply - fast[drill]!.phases_s.apply).toBeCloseTo(bytes / 5e6 - bytes / 50e6, -1)
      expect(onset_s).toBe(fast[drill]!.onset_s)
    }
  })

  it('leads to just before a slip of the hand, which a backup of the night does not', async () => {
    const log = 'segment: 10 MB, timeout: 5 min, replay: 50 MB/s'
    for (const { onset_s, recoveryPoint_s, store } of await incidents({ log, hazard: SLIP })) {
      expect(onset_s - recoveryPoint_s!).toBeGreaterThan(0)
      expect(onset_s - recoveryPoint_s!).toBeLessThan(1e-3)
      expect(store).toBe('bucket')
    }
    const without = await incidents({ log: '', hazard: SLIP })
    expect(Math.max(...without.map(({ onset_s, recoveryPoint_s }) => onset_s - recoveryPoint_s!))).toBeGreaterThan(
      2 * HOUR_S,
    )
  })

  it('leads to before an attack that stayed unseen, and holds no byte that the attacker wrote', async () => {
    const log = 'segment: 10 MB, timeout: 5 min, replay: 50 MB/s'
    for (const { onset_s, recoveryPoint_s, outcome, verified } of await incidents({ log, hazard: SILENT })) {
      expect({ outcome, verified }).toEqual({ outcome: 'recovered', verified: true })
      expect(onset_s - recoveryPoint_s!).toBeGreaterThan(0)
      expect(onset_s - recoveryPoint_s!).toBeLessThan(1e-3)
    }
  })

  it('counts segments at their full length where they are padded', async () => {
    const shipped = async (padded: boolean): Promise<number> => {
      const { jobs } = await results({
        log: `segment: 16 MB, timeout: 2 min, padded: ${padded}, replay: unlimited`,
        hazard: FIRE,
      })
      return jobs.reduce((sum, { kind, written_bytes }) => sum + (kind === 'log' ? written_bytes : 0), 0)
    }
    // A segment every two minutes, for three days, each of 16 MB though only 2.78 MB were written.
    expect((await shipped(true)) / (3 * 720 * 16e6)).toBeCloseTo(1, 2)
    expect((await shipped(false)) / (3 * 0.1 * 20e9)).toBeCloseTo(1, 1)
  })
})

describe('a scenario with a log', () => {
  const problemsOf = (log: string, jobs: readonly string[] = []): string => {
    try {
      parseScenario(scenarioWith({ log, jobs, hazard: FIRE }), 'log-shipping.yaml')
      return ''
    } catch (error) {
      return String(error)
    }
  }

  it('says what is missing or too much', () => {
    expect(problemsOf('timeout: 5 min')).toMatch(/log-shipping\.yaml:\d+:\d+ .*log\.replay: is missing/s)
    expect(problemsOf('timeout: 5 min, replay: 50 MB/s, at: hourly')).toContain('a log follows every write')
    expect(problemsOf('timeot: 5 min, replay: 50 MB/s')).toContain("did you mean 'timeout'?")
    expect(
      problemsOf('timeout: 5 min, replay: 50 MB/s', [
        '- log: { dataset: rows, to: bucket, timeout: 1 h, replay: unlimited }',
      ]),
    ).toContain('rows has two logs')
  })
})
