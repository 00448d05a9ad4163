import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { COARSE, incidents, runFile } from './run-file.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

describe('gitlab-2017', { timeout: 120_000 }, async () => {
  const results = await runFile('gitlab-2017')
  const only = (strategy: string, topology: string): IncidentRow => incidents(results, { strategy, topology })[0]!

  it('loses about six hours and is back after eighteen, as reported', () => {
    const { outcome, rpo_s, rto_s, store } = only('as-it-was', 'base')
    expect({ outcome, store }).toEqual({ outcome: 'recovered', store: 'snapshot' })
    expect(rpo_s! / HOUR_S).toBeCloseTo(6 + 10 / 60, 1)
    expect(rto_s! / HOUR_S).toBeCloseTo(18, 1)
  })

  it('would have lost everything without the snapshot that was taken by chance', () => {
    expect(only('dumps-alone', 'base').outcome).toBe('lost')
    expect(only('dumps-alone', 'dumps-work').outcome).toBe('recovered')
  })

  it('would have been back in half the time with fast disks under the copy', () => {
    expect(only('as-it-was', 'fast-disks').rto_s).toBeLessThan(only('as-it-was', 'base').rto_s! / 2)
  })
})

describe('ovh-sbg2-2021', { timeout: 120_000 }, async () => {
  const results = await runFile('ovh-sbg2-2021')

  it('loses everything with the backup in the burning building, and a day with it elsewhere', () => {
    expect(incidents(results, { topology: 'base' }).map(({ outcome }) => outcome)).toEqual(['lost'])
    for (const topology of ['next-building', 'another-region']) {
      for (const { outcome, rpo_s } of incidents(results, { topology })) {
        expect(outcome).toBe('recovered')
        expect(rpo_s).toBeLessThan(DAY_S)
      }
    }
  })
})

describe('ransomware-dwell', { timeout: 240_000 }, async () => {
  const results = await runFile('ransomware-dwell', 6, { ...COARSE, 'datasets.documents.files': '100' })
  const lost = (strategy: string): number =>
    incidents(results, { strategy }).filter(({ outcome }) => outcome === 'lost').length

  it('empties what it may delete, and what has outlived its lock', () => {
    expect(lost('nas-alone')).toBe(6)
    expect(lost('snapshots-locked-for-a-quarter')).toBe(6)
  })

  it('leaves locked fulls that nobody can open where their keys were locked on the first day only', () => {
    const fulls = incidents(results, { strategy: 'fulls-locked-for-a-quarter' })
    expect(fulls.map(({ outcome }) => outcome)).toEqual(Array(6).fill('lost'))
    for (const { reason } of fulls)
      expect(reason).toBe('quarter-locked: its configuration is gone, and nothing opens the rest')
  })

  it('is survived where a lock is longer than the dwell, and by the longer lock at least as often', () => {
    for (const { dwell_s, outcome } of incidents(results, { strategy: 'fulls-with-renewed-locks' }).map((row) => ({
      dwell_s: row.detected_s - row.onset_s,
      outcome: row.outcome,
    }))) {
      if (dwell_s < 75 * DAY_S) expect(outcome).not.toBe('lost')
    }
    expect(lost('fulls-with-renewed-locks')).toBeLessThanOrEqual(lost('fulls-locked-for-a-month'))
  })

  it('is survived by snapshots whose locks are renewed as by fulls: the same point, whatever the dwell', () => {
    const rpos = (strategy: string): Array<number | undefined> =>
      incidents(results, { strategy }).map(({ outcome, rpo_s }) => (outcome === 'recovered' ? rpo_s : undefined))
    expect(rpos('snapshots-with-renewed-locks')).toEqual(rpos('fulls-with-renewed-locks'))
    expect(rpos('fulls-and-keys-in-a-safe')).toEqual(rpos('fulls-with-renewed-locks'))
    expect(lost('snapshots-with-renewed-locks')).toBe(0)
  })
})

describe('five-dr-patterns', { timeout: 240_000 }, async () => {
  const results = await runFile('five-dr-patterns', 2)
  const worst = (strategy: string, hazard: string, key: 'rpo_s' | 'rto_s'): number =>
    Math.max(...incidents(results, { strategy, hazard }).map((row) => row[key] ?? Infinity))

  it('comes back from the loss of a region within the bands of AWS', () => {
    expect(worst('backup-and-restore', 'region-loss', 'rto_s')).toBeLessThanOrEqual(DAY_S)
    expect(worst('backup-and-restore', 'region-loss', 'rpo_s')).toBeGreaterThan(HOUR_S)
    expect(worst('pilot-light', 'region-loss', 'rpo_s')).toBeLessThan(10 * 60)
    expect(worst('pilot-light', 'region-loss', 'rto_s')).toBeLessThan(90 * 60)
    expect(worst('warm-standby', 'region-loss', 'rpo_s')).toBeLessThan(2 * 60)
    expect(worst('warm-standby', 'region-loss', 'rto_s')).toBeLessThan(20 * 60)
    expect(worst('active-active', 'region-loss', 'rpo_s')).toBe(0)
    expect(worst('active-active', 'region-loss', 'rto_s')).toBeLessThan(2 * 60)
  })

  it('needs a backup or a journal against ransomware: a replica follows the attacker', () => {
    for (const strategy of ['pilot-light', 'warm-standby', 'active-active']) {
      const stores = incidents(results, { strategy, hazard: 'ransomware' }).map(({ store }) => store)
      expect(new Set(stores)).toEqual(new Set(['bucket']))
    }
    const byJournal = incidents(results, { strategy: 'hot-standby', hazard: 'ransomware' }).filter(
      ({ onset_s, detected_s }) => detected_s - onset_s < 2 * DAY_S,
    )
    expect(new Set(byJournal.map(({ store }) => store))).toEqual(new Set(['shop-standby']))
    // Work done since is kept: the table is copied back from the journal's last state with it.
    const dropped = incidents(results, { strategy: 'hot-standby', hazard: 'deletion' })
    expect(new Set(dropped.map(({ store }) => store))).toEqual(new Set(['journal on shop-standby']))
  })
})
