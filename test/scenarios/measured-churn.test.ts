import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

describe('measured-churn', { timeout: 120_000 }, async () => {
  const { jobs } = await run(await loadScenario('scenarios/measured-churn.yaml'), { replications: 1 })
  /** Bytes stored a night, once the first round of the recording has brought its new files. */
  const nightly = (job: string): number => {
    const nights = jobs.filter((row) => row.job === job).slice(2)
    return nights.reduce((sum, { written_bytes }) => sum + (written_bytes ?? 0), 0) / nights.length
  }

  it('stores several times what the guess from the size alone said', () => {
    expect(nightly('backup-1')).toBeGreaterThan(3 * nightly('backup-2'))
  })

  it('stores the same every night but for the names of the data: the same day happens again', () => {
    const nights = jobs.filter(({ job }) => job === 'backup-1').slice(3)
    expect(new Set(nights.map(({ read_bytes }) => read_bytes)).size).toBe(1)
  })
})
