import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { incidents } from './run-file.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

/** Fulls straight to the cloud, and the NAS with a copy there. */
const FULLS = 'weekly-full-daily-incremental'
const NAS = 'nightly-321'

describe('smb-321', { timeout: 240_000 }, async () => {
  const scenario = await loadScenario('scenarios/smb-321.yaml')
  const results = await run({ ...scenario, topologies: scenario.topologies.slice(0, 1) }, { replications: 2 })

  // 500 GB, compressed to 312.5 GB, over 12.5 MB/s: 6.94 h, and more as it grows.
  it('holds up the line for seven hours with each full', () => {
    const fulls = results.jobs.filter(({ job, outcome }) => job === 'weekly-full' && outcome === 'succeeded')
    for (const { started_s, ended_s } of fulls) expect((ended_s! - started_s!) / HOUR_S).toBeCloseTo(7.1, 0)
  })

  it('copies what was deleted back from the NAS in five minutes instead of forty', () => {
    const minutes = (strategy: string): number => {
      const all = incidents(results, { strategy, hazard: 'deletion' }).map(({ phases_s }) => phases_s.transfer / 60)
      return all.reduce((sum, each) => sum + each, 0) / all.length
    }
    expect(Math.abs(minutes(NAS) - 5)).toBeLessThan(1.5)
    expect(Math.abs(minutes(FULLS) - 40)).toBeLessThan(10)
  })

  it('has only the locked copies left when the attacker has the credentials of the NAS, if he did not stay for longer', () => {
    for (const { store } of incidents(results, { strategy: NAS, hazard: 'ransomware' })) expect(store).toBe('s3')
    for (const strategy of [FULLS, NAS]) {
      for (const { detected_s, onset_s, outcome } of incidents(results, { strategy, hazard: 'ransomware' })) {
        if (detected_s - onset_s < 25 * DAY_S) expect(outcome).toBe('recovered')
      }
    }
    // The exact share of attackers who stay for longer than the thirty days for which fulls are kept, and no more.
    const lost = (strategy: string): number =>
      results.exposures.find((row) => row.strategy === strategy && row.hazard === 'ransomware')!.unprotected
    expect(lost(FULLS)).toBeGreaterThan(0.05)
    expect(lost(FULLS)).toBeLessThan(0.2)
    expect(lost(NAS)).toBeLessThan(lost(FULLS))
  })
})
