import { assert, asyncProperty, boolean, constantFrom, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExposureRow, IncidentRow } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { BACKUPS_ATTACKED } from '../../../src/scenario/reference-data/incidents.ts'

const DRILLS = 24

/** A small world in which drills are cheap: three machines, and whoever comes in at one of them. */
const scenario = (strategies: string, hazards: string, more = ''): string => `
firedrill: 1
name: Attacks
start: 2026-01-05T00:00:00Z
horizon: 20 d
topology:
  sites: { home: { region: a }, away: { region: b } }
  nodes:
    desk: { site: home, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    server: { site: home, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    console: { site: home, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    standby: { site: away, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
  stores:
    nas: { site: home, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    plugged: { site: home, kind: disk, read: unlimited, write: unlimited, capacity: unlimited, connected: [daily 00:00-08:00] }
    locked: { site: away, kind: object, class: s3-standard, lock: 5 d }
    versioned: { site: away, kind: object, class: s3-standard, keep-deleted: 6 d }
  links:
    line: { between: [home, away], bandwidth: 10 MB/s, latency: 0 s }
datasets:
  data: { node: server, size: 100 MB, files: 10, change: 20 %/day, compressibility: 1, write-interval: 1 h }
services:
  shop: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
repository: { chunk: 8 MiB, pack: 8 MiB, compression: none }
${more}
strategies:
${strategies}
hazards:
${hazards}
experiment: { drills: all, replications: ${DRILLS}, warm-up: 10 d, seed: "1" }
`

const rate = 'rate: 1/year, source: a round number'

async function found(text: string): Promise<Array<{ name: string; row: ExposureRow; drills: readonly IncidentRow[] }>> {
  const { exposures, incidents } = await run(parseScenario(text, 'attacks.yaml'))
  return exposures.map((row) => ({
    name: `${row.strategy}, ${row.hazard}`,
    row,
    drills: incidents.filter(({ strategy, hazard }) => strategy === row.strategy && hazard === row.hazard),
  }))
}

/** What drills at random instants lose is drawn from this distribution: none of these lies further away than four sigmas. */
function expectDrawnFrom(row: ExposureRow, drills: readonly IncidentRow[]): void {
  const rpos = drills.flatMap(({ rpo_s }) => rpo_s ?? [])
  const share = (count: number, of: number, probability: number, what: string): void => {
    const sigma = Math.sqrt(Math.max(probability * (1 - probability), 1 / of) / of)
    expect(Math.abs(count / of - probability), what).toBeLessThan(4 * sigma)
  }
  share(drills.length - rpos.length, drills.length, row.unprotected, 'share of losses')
  if (rpos.length === 0) return
  const mean_s = rpos.reduce((sum, rpo) => sum + rpo, 0) / rpos.length
  expect(Math.abs(mean_s - row.mean_s), `mean ${mean_s} of ${row.mean_s}`).toBeLessThan(
    (4 * row.sd_s) / Math.sqrt(rpos.length) + 60,
  )
  share(rpos.filter((rpo) => rpo <= row.p50_s).length, rpos.length, 0.5, 'below the median')
  share(rpos.filter((rpo) => rpo <= row.p90_s).length, rpos.length, 0.9, 'below the 90th percentile')
  expect(Math.max(...rpos)).toBeLessThanOrEqual(row.max_s + 60)
  expect(Math.min(...rpos)).toBeGreaterThanOrEqual(row.min_s - 60)
}

describe('exposure to who comes for the backups', { timeout: 120_000 }, async () => {
  const all = await found(
    scenario(
      `
  nas: [{ backup: { dataset: data, to: nas, type: full, at: every 12 h, keep: { dialect: restic, last: 12 } } }]
  plugged: [{ backup: { dataset: data, to: plugged, type: full, at: daily 02:00, keep: { dialect: restic, last: 8 } } }]
  locked-fulls: [{ backup: { dataset: data, to: locked, type: full, at: daily 02:00, keep: { dialect: restic, last: 8 } } }]
  renewed: [{ backup: { dataset: data, to: locked, at: daily 02:00, renew-locks: true, keep: { dialect: restic, last: 8 } } }]
  versioned: [{ backup: { dataset: data, to: versioned, type: full, at: every 12 h, keep: { dialect: restic, last: 6 } } }]
  journal:
    - backup: { dataset: data, to: nas, type: full, at: every 12 h, keep: { dialect: restic, last: 12 } }
    - journal: { dataset: data, to: standby, reach: 2 d }`,
      `
  thief: { kind: ransomware, target: home, ${rate}, dwell: { exponential: { mean: 40 h } }, credentials: [nas, plugged, locked], attack: 50 % }
  open: { kind: ransomware, target: home, ${rate}, dwell: 3 h, encryption: 20 kB/s, credentials: [nas, plugged, locked] }
  slip: { kind: deletion, target: data, share: 20 %, ${rate}, detection: { lognormal: { median: 12 h, p90: 4 d } } }`,
      'recovery: { declare: 1 h }',
    ),
  )

  it('is known for every strategy and hazard', () => {
    expect(all.map(({ name }) => name)).toHaveLength(18)
  })

  it.each(all)('$name: what drills lose is drawn from it', ({ row, drills }) => {
    expect(drills).toHaveLength(DRILLS)
    expectDrawnFrom(row, drills)
  })
})

describe(
  'exposure to who goes from machine to machine, and takes what he finds there',
  { timeout: 120_000 },
  async () => {
    const all = await found(
      scenario(
        `
  near: [{ backup: { dataset: data, to: nas, type: full, at: every 12 h } }]
  far: [{ backup: { dataset: data, to: locked, type: full, at: every 12 h } }]
  array: [{ snapshot: { dataset: data, last: 40, lock: 3 d, at: every 6 h } }]`,
        `
  burglar: { kind: ransomware, target: home, ${rate}, dwell: { exponential: { mean: 40 h } }, entry: desk, spread: { exponential: { mean: 20 h } } }`,
        `
recovery: { declare: 1 h }
security:
  credentials:
    nas-root: { store: nas, may: [read, write, delete], key: administrator }
    far-root: { store: locked, may: [read, write, delete], key: administrator }
    array-root: { array: server, may: [delete] }
  principals:
    agent: { node: server, holds: [nas-root], does: [] }
    operator: { node: console, holds: [far-root, array-root], does: [] }
    owner: { holds: [nas-root, far-root], does: [restore, backup, copy, prune] }`,
      ),
    )

    it.each(all)('$name: what drills lose is drawn from it', ({ row, drills }) => {
      expect(drills.length).toBeGreaterThan(DRILLS / 3)
      expectDrawnFrom(row, drills)
    })

    // He has come to the server when he shows himself; the console is one machine on, which takes 20 h and he has 40 h left:
    // the dwell has no memory, so that he gets there in 40 of 60 cases. What was locked on the first day is open by then.
    it('is as likely to be without bound as he is to come to where the credential is', () => {
      const of = (name: string): number => all.find(({ row }) => row.strategy === name)!.row.unprotected
      expect(of('far')).toBeCloseTo((40 / 60) * BACKUPS_ATTACKED.share, 2)
      expect(of('near')).toBeCloseTo(BACKUPS_ATTACKED.share, 3)
    })
  },
)

describe('exposure in any small world', () => {
  const beside = {
    nothing: '',
    snapshots: '- snapshot: { dataset: data, last: 12, lock: 2 d, at: every 6 h }',
    journal: '- journal: { dataset: data, to: standby, reach: 30 h }',
    replica: '- replicate: { dataset: data, to: standby, at: every 2 h, journal: 20 h }',
  }
  const worlds = record({
    to: constantFrom('nas', 'plugged', 'locked', 'versioned'),
    type: constantFrom('full', 'snapshot', 'incremental'),
    at: constantFrom('every 6 h', 'daily 02:00'),
    keep: constantFrom('last: 5', 'last: 14', 'daily: 6, weekly: 2'),
    renews: boolean(),
    beside: constantFrom(...Object.values(beside)),
    dwell: constantFrom('26 h', '{ exponential: { mean: 30 h } }', '{ uniform: { min: 2 h, max: 5 d } }'),
    attack: constantFrom('30 %', '100 %'),
    encryption: constantFrom('', ', encryption: 10 kB/s'),
  })

  it('is what drills are drawn from', { timeout: 120_000 }, async () => {
    await assert(
      asyncProperty(worlds, async ({ to, type, at, keep, renews, dwell, attack, encryption, ...world }) => {
        const time = to === 'plugged' ? 'daily 02:00' : at
        const renewal = to === 'locked' && renews ? ', renew-locks: true' : ''
        const text = scenario(
          `
  any:
    - backup: { dataset: data, to: ${to}, type: ${type}, at: ${time}, keep: { dialect: restic, ${keep} }${renewal} }
    ${world.beside}`,
          `
  thief: { kind: ransomware, target: home, ${rate}, dwell: ${dwell}, credentials: [nas, plugged, locked, versioned, server], attack: ${attack}${encryption} }
  slip: { kind: deletion, target: data, share: 20 %, ${rate}, detection: ${dwell} }`,
          'recovery: { declare: 1 h }',
        )
        for (const { row, drills } of await found(text)) expectDrawnFrom(row, drills)
      }),
      { numRuns: 3, seed: 20260105 },
    )
  })
})
