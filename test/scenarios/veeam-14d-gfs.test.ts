import { describe, expect, it } from 'vitest'
import type { JobRow, Results } from '../../src/experiment/results.ts'
import { COARSE, runFile } from './run-file.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

const jobsOf = (results: Results, strategy: string, job: string): JobRow[] =>
  results.jobs.filter((row) => row.strategy === strategy && row.job === job && row.started_s !== undefined)
const hours = ({ started_s, ended_s }: JobRow): number => (ended_s! - started_s!) / HOUR_S

describe('veeam-14d-gfs', { timeout: 300_000 }, async () => {
  const results = await runFile('veeam-14d-gfs', 1, COARSE)

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
    expect(Math.min(...synthetic.map(({ read_bytes }) => read_bytes))).toBeGreaterThan(0.35e12)
  })

  it('merges within its window', () => {
    const merges = jobsOf(results, 'forever-incremental', 'merge').filter(({ written_bytes }) => written_bytes > 0)
    expect(merges.length).toBeGreaterThan(5)
    expect(Math.max(...merges.map(hours))).toBeLessThan(8)
  })

  it('comes back from any of the three', () => {
    for (const { outcome, verified } of results.incidents)
      expect({ outcome, verified }).toEqual({ outcome: 'recovered', verified: true })
  })
})
