import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { validated } from '../validated.ts'
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
  const cello = (what: string, expected: number, measured: number, within: string): void =>
    validated({ group: 'Recovery points', what: `cello: ${what}`, expected, measured, within, mark: 'recalled' })

  it('goes back 12 h after a slip, 217 h without the array, 1429 h without the building', () => {
    const loss_h = (hazard: string): number => only(EVERY_4_WEEKS, hazard).rpo_s! / HOUR_S
    expect(loss_h('object-corruption')).toBeCloseTo(12, 1)
    expect(Math.abs(loss_h('array-failure') - 217)).toBeLessThan(0.25)
    expect(Math.abs(loss_h('site-disaster') - 1429)).toBeLessThan(0.25)
    cello('loss after object corruption, h', 12, loss_h('object-corruption'), '0.05 h')
    cello('loss after array failure, h', 217, loss_h('array-failure'), '0.25 h')
    cello('loss after site disaster, vault every 4 weeks, h', 1429, loss_h('site-disaster'), '0.25 h')
  })

  it('goes back 253 h with a truck every week', () => {
    const loss_h = only('vault-every-week', 'site-disaster').rpo_s! / HOUR_S
    expect(Math.abs(loss_h - 253)).toBeLessThan(0.25)
    cello('loss after site disaster, vault every week, h', 253, loss_h, '0.25 h')
  })

  it('knows the worst cases without drills: exposure over time reaches them', () => {
    const worst_h = (strategy: string, hazard: string): number =>
      results.exposures.find((row) => row.strategy === strategy && row.hazard === hazard)!.max_s / HOUR_S
    expect(Math.abs(worst_h(EVERY_4_WEEKS, 'array-failure') - 217)).toBeLessThan(0.1)
    expect(Math.abs(worst_h(EVERY_4_WEEKS, 'site-disaster') - 1429)).toBeLessThan(0.1)
    expect(Math.abs(worst_h('vault-every-week', 'site-disaster') - 253)).toBeLessThan(0.1)
  })

  it('comes back after 2.4 h from tape and after 26.4 h from the mountain', () => {
    for (const [hazard, expected] of [
      ['array-failure', 2.4],
      ['site-disaster', 26.4],
    ] as const) {
      const recovery_h = only(EVERY_4_WEEKS, hazard).rto_s! / HOUR_S
      expect(Math.abs(recovery_h / expected - 1)).toBeLessThan(0.025)
      cello(`recovery after ${hazard}, h`, expected, recovery_h, '2.5 %')
    }
  })

  it('costs $10.97 M without the array and $72.77 M without the building', () => {
    for (const [hazard, expected] of [
      ['array-failure', 10.97e6],
      ['site-disaster', 72.77e6],
    ] as const) {
      const { penalty_usd } = only(EVERY_4_WEEKS, hazard)
      expect(Math.abs(penalty_usd / expected - 1)).toBeLessThan(0.025)
      cello(`penalty after ${hazard}, USD`, expected, penalty_usd, '2.5 %')
    }
  })
})
