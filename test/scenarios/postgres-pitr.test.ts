import { describe, expect, it } from 'vitest'
import { incidents, runFile } from './run-file.ts'

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
    // Three weeks of writes, but for the segment that is open, and what went before a run broke off.
    expect(shipped / (21 * 0.08 * 80e9)).toBeGreaterThan(0.95)
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
