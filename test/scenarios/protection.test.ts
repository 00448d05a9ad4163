import { describe, expect, it } from 'vitest'
import type { IncidentRow, JobRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

async function runFile(name: string, replications?: number): Promise<Results> {
  const scenario = await loadScenario(`scenarios/${name}.yaml`)
  return run(scenario, replications === undefined ? {} : { replications })
}

function incidents(results: Results, where: Partial<IncidentRow>): IncidentRow[] {
  const found = results.incidents.filter((row) =>
    Object.entries(where).every(([key, value]) => Object.entries(row).some(([k, v]) => k === key && v === value)),
  )
  expect(found.length).toBeGreaterThan(0)
  return found
}

const jobsOf = (results: Results, strategy: string, job: string): JobRow[] =>
  results.jobs.filter((row) => row.strategy === strategy && row.job === job && row.started_s !== undefined)
const hours = ({ started_s, ended_s }: JobRow): number => (ended_s! - started_s!) / HOUR_S

// Keeton and Merchant's cello. Worst loss: hold + propagation of each step, and the interval of the last.
//   array: tape 1 + 48, weekly 168: 217 h.   site: 49 + (672 + 12 + 24) + 672 = 1429 h; weekly 49 + 12 + 24 + 168 = 253 h.
// Recovery: 1360 GiB / 240 MiB/s = 1.612 h of tape and 1360 GiB / 512 MiB/s = 0.756 h of checking: 2.368 h; a truck: 24 h.
// Penalty: $50,000 for each hour of both: 219.4 h, $10.97 M; 1455.4 h, $72.77 M.
describe('tape-vault', { timeout: 300_000 }, async () => {
  const results = await runFile('tape-vault')
  const only = (strategy: string, hazard: string): IncidentRow => incidents(results, { strategy, hazard })[0]!
  const EVERY_4_WEEKS = 'vault-every-4-weeks'

  it('goes back 12 h after a slip, 217 h without the array, 1429 h without the building', () => {
    const loss_h = (hazard: string): number => only(EVERY_4_WEEKS, hazard).rpo_s! / HOUR_S
    expect(loss_h('object-corruption')).toBeCloseTo(12, 1)
    expect(Math.abs(loss_h('array-failure') - 217)).toBeLessThan(0.25)
    expect(Math.abs(loss_h('site-disaster') - 1429)).toBeLessThan(0.25)
  })

  it('goes back 253 h with a truck every week', () => {
    expect(Math.abs(only('vault-every-week', 'site-disaster').rpo_s! / HOUR_S - 253)).toBeLessThan(0.25)
  })

  it('knows the worst cases without drills: exposure over time reaches them', () => {
    const worst_h = (strategy: string, hazard: string): number =>
      results.exposures.find((row) => row.strategy === strategy && row.hazard === hazard)!.max_s / HOUR_S
    expect(Math.abs(worst_h(EVERY_4_WEEKS, 'array-failure') - 217)).toBeLessThan(0.1)
    expect(Math.abs(worst_h(EVERY_4_WEEKS, 'site-disaster') - 1429)).toBeLessThan(0.1)
    expect(Math.abs(worst_h('vault-every-week', 'site-disaster') - 253)).toBeLessThan(0.1)
  })

  it('comes back after 2.4 h from tape and after 26.4 h from the mountain', () => {
    expect(Math.abs(only(EVERY_4_WEEKS, 'array-failure').rto_s! / HOUR_S / 2.4 - 1)).toBeLessThan(0.025)
    expect(Math.abs(only(EVERY_4_WEEKS, 'site-disaster').rto_s! / HOUR_S / 26.4 - 1)).toBeLessThan(0.025)
  })

  it('costs $10.97 M without the array and $72.77 M without the building', () => {
    expect(Math.abs(only(EVERY_4_WEEKS, 'array-failure').penalty_usd / 10.97e6 - 1)).toBeLessThan(0.025)
    expect(Math.abs(only(EVERY_4_WEEKS, 'site-disaster').penalty_usd / 72.77e6 - 1)).toBeLessThan(0.025)
  })
})

describe('postgres-pitr', { timeout: 300_000 }, async () => {
  const results = await runFile('postgres-pitr', 4)
  const rpo_min = (strategy: string, hazard: string): number[] =>
    incidents(results, { strategy, hazard }).map(({ rpo_s }) => rpo_s! / 60)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

  it('loses minutes with the log, and half a day on average with the dump of the night', () => {
    expect(mean(rpo_min('dump-every-night', 'fire'))).toBeGreaterThan(6 * 60)
    const exposed = (strategy: string): number =>
      results.exposures.find((row) => row.strategy === strategy && row.hazard === 'fire')!.p50_s / 60
    // A segment is closed after 5 minutes at the latest, and takes a second to ship: half of the time less than that.
    expect(exposed('log-5min-base-every-night')).toBeLessThan(5.5)
    expect(exposed('log-1h-base-every-night')).toBeGreaterThan(20)
    expect(exposed('dump-every-night')).toBeGreaterThan(10 * 60)
  })

  it('waits while the line is down, and then ships what has waited', () => {
    const runs = results.jobs.filter(({ strategy, kind }) => strategy === 'log-5min-base-every-night' && kind === 'log')
    const failed = runs.filter(({ outcome }) => outcome === 'failed')
    expect(failed.length).toBeGreaterThan(10)
    expect(failed[0]!.reason).toMatch(/line is down/)
    const shipped = runs.reduce((sum, { written_bytes }) => sum + written_bytes, 0)
    // Four weeks of writes, but for the segment that is open, and what went before a run broke off.
    expect(shipped / (28 * 0.08 * 80e9)).toBeGreaterThan(0.95)
  })

  it('undoes a migration to just before it, whenever it is noticed', () => {
    for (const strategy of ['log-5min-base-every-night', 'log-5min-base-every-week', 'log-1h-base-every-night']) {
      for (const { onset_s, recoveryPoint_s } of incidents(results, { strategy, hazard: 'runaway-migration' })) {
        expect(onset_s - recoveryPoint_s!).toBeLessThan(1e-3)
      }
    }
  })

  it('pays for rare backups with long restores', () => {
    const apply = (strategy: string): number =>
      mean(incidents(results, { strategy, hazard: 'fire' }).map(({ phases_s }) => phases_s.apply))
    expect(apply('log-5min-base-every-week')).toBeGreaterThan(2 * apply('log-5min-base-every-night'))
  })
})

describe('retention-poisoning', { timeout: 300_000 }, async () => {
  const results = await runFile('retention-poisoning', 2)
  const outcomes = (strategy: string): Set<string> =>
    new Set(incidents(results, { strategy }).map(({ outcome }) => (outcome === 'lost' ? 'lost' : 'back')))

  it('takes every true point from a policy that trusts the clock of whoever writes', () => {
    expect(outcomes('the-last-14')).toEqual(new Set(['lost']))
  })

  it('is survived by what cannot be deleted, and by a copy that the attacker has no key for', () => {
    expect(outcomes('the-last-14-locked')).toEqual(new Set(['back']))
    expect(outcomes('the-last-14-and-a-copy')).toEqual(new Set(['back']))
  })
})

describe('lock90-vs-gfs', { timeout: 300_000 }, async () => {
  const results = await runFile('lock90-vs-gfs', 2)

  it('loses its monthly points to an attacker with the key: their lock ended long ago', () => {
    const lost = (strategy: string): boolean[] =>
      incidents(results, { strategy, hazard: 'slow-attacker' }).map(({ outcome }) => outcome === 'lost')
    expect(new Set(lost('gfs-without-lock'))).toEqual(new Set([true]))
    expect(new Set(lost('gfs-under-90-days'))).toEqual(new Set([true]))
    expect(new Set(lost('a-lock-for-each-purpose'))).toEqual(new Set([false]))
  })

  // Locked for 90 days, a weekly full stays for 13 weeks though the policy keeps the last 2 and a few months.
  it('stores several times what the policy asks for', () => {
    const stored = (strategy: string, store: string): number =>
      results.stores.findLast((row) => row.strategy === strategy && row.store === store)!.stored_bytes
    expect(stored('gfs-under-90-days', 'locked') / stored('gfs-without-lock', 'unlocked')).toBeGreaterThan(1.5)
  })
})

// 50 TB at 62.5 MB/s take 9.26 days; at 500 MB/s to the disk 27.8 h, and as long to read it in, with two days on the road.
describe('seed-50tb', { timeout: 300_000 }, async () => {
  const results = await runFile('seed-50tb')

  it('protects nothing for nine days over the line, and for five by courier', () => {
    const first_d = (strategy: string): number =>
      Math.min(
        ...results.points
          .filter((row) => row.strategy === strategy && row.store === 's3')
          .map(({ durable_s }) => durable_s),
      ) / DAY_S
    // From Monday 20:00.
    expect(first_d('over-the-line') - 20 / 24).toBeGreaterThan(9.25)
    expect(first_d('over-the-line') - 20 / 24).toBeLessThan(9.6)
    expect(first_d('by-courier')).toBeGreaterThan(5)
    expect(first_d('by-courier')).toBeLessThan(7)
  })

  it('finds one of the two with nothing when it burns in the second week', () => {
    expect(incidents(results, { strategy: 'over-the-line' })[0]!.outcome).toBe('lost')
    expect(incidents(results, { strategy: 'by-courier' })[0]!).toMatchObject({ outcome: 'recovered', verified: true })
  })
})

describe('veeam-14d-gfs', { timeout: 300_000 }, async () => {
  const results = await runFile('veeam-14d-gfs', 1)

  it('overruns its window with a full from production, and after the first week with nothing else', () => {
    const late = (strategy: string): string[] => [
      ...new Set(
        results.jobs.flatMap((row) =>
          row.strategy === strategy && row.scheduled_s > 7 * DAY_S && row.reason.includes('ran over') ? [row.job] : [],
        ),
      ),
    ]
    expect(late('active-full')).toEqual(['weekly'])
    expect(late('synthetic-full')).toEqual([])
    expect(late('forever-incremental')).toEqual([])
  })

  it('reads production once a week for an active full, and not at all for the other fulls', () => {
    const fromProduction = (strategy: string): number =>
      results.links.find((row) => row.strategy === strategy && row.link.includes('hall→annexe'))!.total_bytes
    expect(fromProduction('active-full') / fromProduction('synthetic-full')).toBeGreaterThan(2)
    expect(fromProduction('active-full') / fromProduction('forever-incremental')).toBeGreaterThan(2)
    const synthetic = jobsOf(results, 'synthetic-full', 'weekly').filter(({ outcome }) => outcome === 'succeeded')
    expect(Math.min(...synthetic.map(({ read_bytes }) => read_bytes))).toBeGreaterThan(0.4e12)
  })

  it('merges within its window', () => {
    const merges = jobsOf(results, 'forever-incremental', 'merge').filter(({ written_bytes }) => written_bytes > 0)
    expect(merges.length).toBeGreaterThan(10)
    expect(Math.max(...merges.map(hours))).toBeLessThan(8)
  })

  it('comes back from any of the three', () => {
    for (const { outcome, verified } of results.incidents)
      expect({ outcome, verified }).toEqual({ outcome: 'recovered', verified: true })
  })
})
