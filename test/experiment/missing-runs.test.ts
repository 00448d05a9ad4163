import { describe, expect, it } from 'vitest'
import { missingRuns } from '../../src/experiment/missing-runs.ts'
import type { JobRow } from '../../src/experiment/results.ts'

const START = Date.UTC(2026, 0, 5) / 1000
const DAY_S = 86_400

/** One run a day; a letter each: s succeeded, f failed, k skipped, r running. */
function runs(outcomes: string, of: Partial<JobRow> = {}): JobRow[] {
  const words = { s: 'succeeded', f: 'failed', k: 'skipped', r: 'running' } as const
  return outcomes.split('').map((letter, day) => ({
    strategy: 'nightly',
    topology: 'base',
    job: 'backup',
    kind: 'backup',
    scheduled_s: day * DAY_S,
    started_s: day * DAY_S,
    ended_s: day * DAY_S + 60,
    outcome: words[letter as keyof typeof words],
    reason: letter === 'f' ? 'the store is full' : letter === 'k' ? 'the previous run has not ended' : '',
    read_bytes: 0,
    written_bytes: 0,
    ...of,
  }))
}

describe('warnings of runs that do not do what they are for', () => {
  it('says how many failed, since when and why', () => {
    expect(missingRuns(runs('ssfff'), START)).toEqual([
      '3 of 5 runs of backup in nightly on base failed, first 2026-01-07 00:00 UTC: the store is full',
    ])
    expect(missingRuns(runs('skskk'), START)).toEqual([
      '3 of 5 runs of backup in nightly on base were skipped, first 2026-01-06 00:00 UTC: the previous run has not ended',
    ])
  })

  it('keeps quiet about one in eleven, and about what is still running', () => {
    expect(missingRuns(runs('ssssssssssf'), START)).toEqual([])
    expect(missingRuns(runs('sr'), START)).toEqual([])
    expect(missingRuns(runs('sssssssssf'), START)).toHaveLength(1)
  })

  it('says it once for all topologies, of the worst, and names the most frequent reason', () => {
    const rows = [
      ...runs('sssf'),
      ...runs('ffsf', { topology: 'wan' }),
      ...runs('f', { topology: 'wan', reason: 'the line is down' }),
    ]
    expect(missingRuns(rows, START)).toEqual([
      '4 of 5 runs of backup in nightly on wan failed, first 2026-01-05 00:00 UTC: the store is full (the most frequent reason)',
    ])
  })
})
