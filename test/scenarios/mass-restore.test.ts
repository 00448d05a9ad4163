import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600

describe('mass-restore-500vm', { timeout: 240_000 }, async () => {
  const { incidents } = await run(await loadScenario('scenarios/mass-restore-500vm.yaml'))
  const of = (strategy: string, service: string, topology = 'base'): IncidentRow =>
    incidents.find((row) => row.strategy === strategy && row.service === service && row.topology === topology)!

  it('is slowest from the archive, by the hours of its thaw, and fastest from the disk beside', () => {
    const last = (strategy: string): number => of(strategy, 'tier-10').rto_s!
    expect(last('from-disk')).toBeLessThan(last('from-bucket'))
    expect(last('from-bucket')).toBeLessThan(last('from-archive'))
    const { retrieve } = of('from-archive', 'tier-01').phases_s
    expect(retrieve).toBeGreaterThanOrEqual(3 * HOUR_S)
    expect(of('from-bucket', 'tier-01').phases_s.retrieve).toBe(0)
  })

  it('lets the least urgent wait for the line: its critical path is made of the transfers of others', () => {
    const { criticalPath, phases_s } = of('from-bucket', 'tier-10')
    const transfers = criticalPath.split(' → ').filter((step) => step.startsWith('transfer'))
    expect(transfers.length).toBeGreaterThanOrEqual(3)
    expect(transfers.at(-1)).toContain('vms-10')
    // 5 TB, halved by compression, over 500 Mbit/s.
    expect(phases_s.transfer / (2.5e12 / 62.5e6)).toBeGreaterThan(0.9)
    expect(phases_s.transfer / (2.5e12 / 62.5e6)).toBeLessThan(1.3)
    expect(of('from-bucket', 'tier-01').rto_s).toBeLessThan(of('from-bucket', 'tier-10').rto_s!)
  })

  it('is a matter of new hosts, not of the line, where that is wide', () => {
    const { phases_s } = of('from-bucket', 'tier-10', 'wide-line')
    expect(phases_s.provision).toBeGreaterThan(phases_s.transfer)
  })
})
