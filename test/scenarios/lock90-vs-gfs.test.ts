import { describe, expect, it } from 'vitest'
import { COARSE, incidents, runFile } from './run-file.ts'

describe('lock90-vs-gfs', { timeout: 300_000 }, async () => {
  const results = await runFile('lock90-vs-gfs', 2, { ...COARSE, 'datasets.documents.files': '100' })

  it('loses its monthly points to an attacker with the key: their lock ended long ago', () => {
    const lost = (strategy: string): boolean[] =>
      incidents(results, { strategy, hazard: 'slow-attacker' }).map(({ outcome }) => outcome === 'lost')
    expect(new Set(lost('gfs-without-lock'))).toEqual(new Set([true]))
    expect(new Set(lost('gfs-under-90-days'))).toEqual(new Set([true]))
    expect(new Set(lost('a-lock-for-each-purpose'))).toEqual(new Set([false]))
  })

  // Locked for 90 days, a weekly full stays for 13 weeks though the policy keeps the last 2 and a few months.
  it('stores twice what the policy asks for', () => {
    const meanOf = (strategy: string, store: string): number => {
      const days = results.stores.filter((row) => row.strategy === strategy && row.store === store && row.day > 90)
      return days.reduce((sum, { stored_bytes }) => sum + stored_bytes, 0) / days.length
    }
    expect(meanOf('gfs-under-90-days', 'locked') / meanOf('gfs-without-lock', 'unlocked')).toBeCloseTo(2, 0)
  })
})
