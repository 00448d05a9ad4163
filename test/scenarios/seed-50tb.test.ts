import { describe, expect, it } from 'vitest'
import { incidents, runFile } from './run-file.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

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
    expect(first_d('by-courier') - 20 / 24).toBeCloseTo(5.1, 1)
  })

  it('finds one of the two with nothing when it burns in the second week', () => {
    expect(incidents(results, { strategy: 'over-the-line' })[0]!.outcome).toBe('lost')
    expect(incidents(results, { strategy: 'by-courier' })[0]!).toMatchObject({ outcome: 'recovered', verified: true })
  })
})
