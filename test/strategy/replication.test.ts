import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const BACKUP = '- backup: { dataset: data, to: bucket, at: daily 01:00, keep: { dialect: restic, daily: 14 } }'

/** One dataset at home, a standby and a bucket elsewhere; the strategy's jobs are what the test is about. */
function scenarioWith(jobs: readonly string[], hazard: string): string {
  return `
firedrill: 1
name: Replication
start: 2026-01-05T00:00:00Z
horizon: 2 weeks
topology:
  sites: { home: { region: a }, away: { region: b }, vault: { region: c } }
  nodes:
    server: { site: home, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
    standby: { site: away, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  stores:
    bucket: { site: vault, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [home, away], bandwidth: 1 Gbit/s, latency: 10 ms }
    vault-line: { between: [home, vault], bandwidth: 1 Gbit/s, latency: 10 ms }
datasets:
  data: { node: server, size: 20 GB, files: 1k, change: 10 %/day, write-interval: 10 min }
services:
  shop: { needs: [data], objectives: { rpo: 1 h, rto: 1 h } }
repository: { chunk: 64 MiB, pack: 256 MiB }
strategies:
  tested:
    jobs:
${jobs.map((job) => `      ${job}`).join('\n')}
    recovery: { declare: 10 min, start-standby: 20 min, provision: 3 h, verify: 5 min, cut-over: 2 min }
hazards:
  trouble: { ${hazard}, target: home, rate: 0.1/year, source: a round number }
experiment: { drills: [trouble], replications: 6, warm-up: 5 d, seed: "1" }
`
}

async function incidentsOf(jobs: readonly string[], hazard: string): Promise<readonly IncidentRow[]> {
  const { incidents } = await run(parseScenario(scenarioWith(jobs, hazard), 'replication.yaml'))
  expect(incidents).toHaveLength(6)
  for (const { phases_s, rto_s } of incidents) {
    if (rto_s === undefined) continue
    const sum = Object.values(phases_s).reduce((total, seconds) => total + seconds, 0)
    expect(Math.abs(sum - rto_s)).toBeLessThan(1e-6)
  }
  return incidents
}

const FIRE = 'kind: site, detection: 3 min'
const SILENT = 'kind: ransomware, dwell: 6 h'

describe('a replica on another node', { timeout: 60_000 }, () => {
  it('takes over after a fire, at most an interval and the shipping behind', async () => {
    const incidents = await incidentsOf(['- replicate: { dataset: data, to: standby, at: every 10 min }', BACKUP], FIRE)
    for (const { outcome, store, rpo_s, rto_s, restored_bytes } of incidents) {
      expect({ outcome, store, restored_bytes }).toEqual({ outcome: 'recovered', store: 'standby', restored_bytes: 0 })
      expect(rpo_s).toBeLessThan(10 * 60 + 10)
      // Detected, declared, started, verified, cut over.
      expect(rto_s).toBeCloseTo((3 + 10 + 20 + 5 + 2) * 60, 6)
    }
  })

  it('has every write when it is synchronous', async () => {
    const incidents = await incidentsOf(
      ['- replicate: { dataset: data, to: standby, synchronous: true }', BACKUP],
      FIRE,
    )
    expect(incidents.map(({ rpo_s, lost_bytes, store }) => ({ rpo_s, lost_bytes, store }))).toEqual(
      Array.from({ length: 6 }, () => ({ rpo_s: 0, lost_bytes: 0, store: 'standby' })),
    )
  })

  it('carries the first copy and every write over the line when it is synchronous', async () => {
    const jobs = ['- replicate: { dataset: data, to: standby, synchronous: true }']
    const { cells } = await run(parseScenario(scenarioWith(jobs, FIRE), 'replication.yaml'), { replications: 1 })
    const line = cells[0]!.bandwidth.find(({ link }) => link === 'line (home→away)')!
    // 20 GB, then a tenth of it on each of 14 days.
    expect(line.byPurpose_bytes['replicate']! / 1e9).toBeCloseTo(20 + 14 * 2, 0)
    // The first copy at the line's 125 MB/s.
    expect(line.peak_bytesPerSecond).toBe(125e6)
  })

  it('reports what each write waits for a synchronous replica: the line there and back', async () => {
    const waits = async (jobs: readonly string[]): Promise<unknown> => {
      const { cells } = await run(parseScenario(scenarioWith(jobs, FIRE), 'replication.yaml'))
      return cells[0]!.writeDelays
    }
    expect(await waits(['- replicate: { dataset: data, to: standby, synchronous: true }'])).toEqual([
      { dataset: 'data', to: 'standby', added_s: 0.02 },
    ])
    expect(await waits(['- replicate: { dataset: data, to: standby, at: every 10 min }'])).toBeUndefined()
  })

  it.each(['at: every 10 min', 'synchronous: true'])(
    'follows the encryption too (%s): the data comes from the backup',
    async (how) => {
      const incidents = await incidentsOf([`- replicate: { dataset: data, to: standby, ${how} }`, BACKUP], SILENT)
      expect(incidents.map(({ store, outcome }) => `${outcome} from ${store}`)).toEqual(
        Array.from({ length: 6 }, () => 'recovered from bucket'),
      )
    },
  )

  it('is all that is lost when there is nothing beside it', async () => {
    const incidents = await incidentsOf(['- replicate: { dataset: data, to: standby, at: every 10 min }'], SILENT)
    expect(incidents.every(({ outcome }) => outcome === 'lost')).toBe(true)
  })

  it('goes back to before the attack by its journal, if that reaches so far', async () => {
    const journal = (reach: string): string[] => [
      `- replicate: { dataset: data, to: standby, at: every 10 min, journal: ${reach} }`,
      BACKUP,
    ]
    for (const { store, recoveryPoint_s, onset_s, phases_s } of await incidentsOf(journal('24 h'), SILENT)) {
      expect(store).toBe('standby')
      expect(onset_s - recoveryPoint_s!).toBeGreaterThan(0)
      expect(onset_s - recoveryPoint_s!).toBeLessThan(10 * 60 + 10)
      expect(phases_s.apply).toBeGreaterThan(0)
    }
    for (const { store } of await incidentsOf(journal('5 h'), SILENT)) expect(store).toBe('bucket')
  })
})

describe('a scenario with a replica', () => {
  const problemsOf = (job: string): string => {
    try {
      parseScenario(scenarioWith([job, BACKUP], FIRE), 'replication.yaml')
      return ''
    } catch (error) {
      return String(error)
    }
  }

  it('says where the standby is not a node', () => {
    expect(problemsOf('- replicate: { dataset: data, to: stanby, at: hourly }')).toMatch(
      /replication\.yaml:\d+:\d+.*'stanby' is not the name of a node; did you mean 'standby'\?/s,
    )
  })

  it('refuses a replica beside its original, and times for a synchronous one', () => {
    expect(problemsOf('- replicate: { dataset: data, to: server, at: hourly }')).toContain('data is on server itself')
    expect(problemsOf('- replicate: { dataset: data, to: standby, synchronous: true, at: hourly }')).toContain(
      'a synchronous replica follows every write; expected neither at nor after',
    )
  })
})
