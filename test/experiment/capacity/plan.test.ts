import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bandwidthNeeded, planFrom, whatIf } from '../../../src/experiment/capacity/plan.ts'
import { run } from '../../../src/experiment/run.ts'
import { bandwidthTable, capacityPlanText, whatIfTable } from '../../../src/report/text/capacity-plan.ts'
import { titledTable } from '../../../src/report/text/plain-table.ts'
import { parseScenario } from '../../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const miniature = readFileSync('scenarios/miniature.yaml', 'utf8')

describe('a plan of capacity', { timeout: 300_000 }, () => {
  it('says that a store of 3 GB is full of daily fulls of 100 MB after 30 days, and how it grows', async () => {
    const text = miniature.replace(
      'box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited',
      'box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: 3 GB',
    )
    const scenario = parseScenario(text, 'miniature.yaml')
    const plan = planFrom(await run(scenario, { replications: 0 }), scenario)
    const { stores, jobs, peaks } = plan
    const [box] = stores
    expect(box!.growth_bytesPerYear / (365.25 * 100e6)).toBeCloseTo(1, 2)
    const days = (box!.exhausted! - Date.UTC(2026, 0, 5) / 1000) / DAY_S
    expect(Math.abs(days - 29)).toBeLessThanOrEqual(1)
    expect(jobs[0]).toMatchObject({ job: 'backup', runs: 10, skipped: 0, failed: 0, overran: 0 })
    expect(jobs[0]!.seeding_s).toBeCloseTo(100, -1)
    // A point of 12:00 that is durable 100 s later is at its oldest, 24 h and 100 s, when the next one is.
    expect((peaks[0]!.mean_s - DAY_S) / 100).toBeCloseTo(1, 1)
    expect(capacityPlanText(plan)).toContain('2026-02-0')
  })

  it('says when a store turned a backup away, though it never held what it could: the fifth of 100 MB into 450', async () => {
    const scenario = parseScenario(
      miniature.replace('write: unlimited, capacity: unlimited, cost', 'write: unlimited, capacity: 450 MB, cost'),
      'miniature.yaml',
    )
    const { stores, jobs } = planFrom(await run(scenario, { replications: 0 }), scenario)
    expect(new Date(stores[0]!.exhausted! * 1000).toISOString()).toBe('2026-01-09T00:00:00.000Z')
    expect(stores[0]!.end_bytes).toBeLessThan(450e6)
    expect(jobs[0]!.failed).toBe(6)
  })

  it('counts runs that are late for their window, and says since when', async () => {
    const slow = { 'links.line.bandwidth': '10 kB/s', 'strategies.daily-full.backup.window': '2 h' }
    for (const overrun of ['stop', 'finish']) {
      const settings = { ...slow, 'strategies.daily-full.backup.overrun': overrun }
      const scenario = parseScenario(miniature, 'miniature.yaml', settings)
      const { jobs } = planFrom(await run(scenario, { replications: 0 }), scenario)
      expect(jobs[0]).toMatchObject({ runs: 10, late: 10, overran: 0, firstLate: Date.UTC(2026, 0, 5, 12) / 1000 })
    }
  })

  it('counts the windows that are missed: 100 MB at 1 kB/s take 27.8 h, and every other run is skipped', async () => {
    const scenario = parseScenario(miniature, 'miniature.yaml', { 'links.line.bandwidth': '1 kB/s' })
    const { jobs } = planFrom(await run(scenario, { replications: 0 }), scenario)
    expect(jobs[0]).toMatchObject({ runs: 10, skipped: 5, overran: 5 })
    expect(jobs[0]!.longestOverrun_s / HOUR_S).toBeCloseTo(27.8 - 24, 0)
  })

  // A point is durable S/B after its cut, and 24 h + S/B old when the next one is. RPO 26 h always: S/B = 2 h, 13.9 kB/s.
  // For 90 % of the time: with lag l the age is uniform in [l, l + 24 h): l = 26 − 0.9 · 24 = 4.4 h, 6.31 kB/s.
  it('finds the bandwidth that an RPO needs, always and for 90 % of the time', async () => {
    const text = miniature.replace('rpo: 24 h', 'rpo: 26 h').replace('bandwidth: 1 MB/s', 'bandwidth: 100 kB/s')
    const [always] = await bandwidthNeeded(text, 'miniature.yaml', 'line', 1)
    const [mostly] = await bandwidthNeeded(text, 'miniature.yaml', 'line', 0.9)
    expect(always!.bandwidth_bytesPerSecond! / (100e6 / (2 * HOUR_S))).toBeGreaterThan(0.98)
    expect(always!.bandwidth_bytesPerSecond! / (100e6 / (2 * HOUR_S))).toBeLessThan(1.04)
    expect(mostly!.bandwidth_bytesPerSecond! / (100e6 / (4.4 * HOUR_S))).toBeGreaterThan(0.97)
    expect(mostly!.bandwidth_bytesPerSecond! / (100e6 / (4.4 * HOUR_S))).toBeLessThan(1.05)
    expect(titledTable(bandwidthTable([always!]))).toMatch(/line \(daily-full\)\s+100 %\s+11\d kbit\/s/)
  })

  it('tells what if there were twice as much data: the store is full in half the time', async () => {
    const text = miniature.replace(
      'write: unlimited, capacity: unlimited, cost',
      'write: unlimited, capacity: 3 GB, cost',
    )
    const variants = ['100 MB', '200 MB'].map((size) => ({ 'datasets.data.size': size }))
    const found = await whatIf(text, 'miniature.yaml', variants)
    const days = found.map(({ plan }) => (plan.stores[0]!.exhausted! - Date.UTC(2026, 0, 5) / 1000) / DAY_S)
    expect(days[0]! / days[1]!).toBeCloseTo(2, 0)
    expect(titledTable(whatIfTable(found))).toMatch(/^datasets\.data\.size = 200 MB\s+box \(daily-full\)\s+2 GB/m)
    expect(
      Math.max(
        ...titledTable(whatIfTable(found))
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  })

  it('finds that no bandwidth is enough where the interval is longer than the RPO', async () => {
    const text = miniature.replace('rpo: 24 h', 'rpo: 12 h')
    expect(await bandwidthNeeded(text, 'miniature.yaml', 'line', 1)).toMatchObject([
      { bandwidth_bytesPerSecond: undefined },
    ])
  })
})
