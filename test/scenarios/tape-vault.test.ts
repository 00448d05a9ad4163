import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { incidents, runFile } from './run-file.ts'

const HOUR_S = 3600

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
