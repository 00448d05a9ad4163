import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

const DAY_S = 86_400
const SYSTEMS_DOWN = 647
const DESTROYED = 96
const ROOMS = 10

describe('nirs-2025', { timeout: 240_000 }, async () => {
  const { incidents } = await run(await loadScenario('scenarios/nirs-2025.yaml'))
  const of = (service: string): IncidentRow => incidents.find((row) => row.service === service)!

  it('loses the 858 TB that had no backup, and nothing else as a whole', () => {
    const lost = incidents.filter(({ outcome }) => outcome === 'lost')
    expect(lost.map(({ service }) => service)).toEqual(['shared-drive'])
    expect(lost[0]!.lost_bytes / 858e12).toBeCloseTo(1, 2)
  })

  it('brings back what burned: a day old where the backup was daily, up to a month where it was monthly', () => {
    expect(of('burned-with-daily-backup').rpo_s).toBeLessThan(DAY_S)
    const { rpo_s } = of('burned-with-monthly-backup')
    expect(rpo_s).toBeGreaterThan(7 * DAY_S)
    expect(rpo_s).toBeLessThan(31 * DAY_S)
  })

  it('has a part of the systems back after some ten days, as reported: 115 of 647, and none that burned', () => {
    const backBy = (day: number): number => {
      const rooms = incidents.filter(
        ({ service, rto_s }) => service.startsWith('unharmed') && rto_s !== undefined && rto_s <= day * DAY_S,
      ).length
      return ((SYSTEMS_DOWN - DESTROYED) / ROOMS) * rooms
    }
    expect(backBy(9)).toBeLessThanOrEqual(115)
    expect(backBy(12)).toBeGreaterThanOrEqual(100)
    expect(backBy(12)).toBeLessThan(SYSTEMS_DOWN / 2)
    for (const service of ['burned-with-daily-backup', 'burned-with-monthly-backup']) {
      expect(of(service).rto_s).toBeGreaterThan(10 * DAY_S)
    }
  })
})
