import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAxis } from '../../src/cli/options/vary.ts'
import { grid, oneAtATime } from '../../src/experiment/design.ts'
import { onThreads } from '../../src/experiment/execution/threads.ts'
import { sweep, tornado } from '../../src/experiment/sweep.ts'
import { yearlyDifference } from '../../src/experiment/cost-difference.ts'
import { sweepFindings } from '../../src/report/text/sweep-findings.ts'
import { sobolText, sweepCsv, sweepTable, tornadoTable } from '../../src/report/text/sweep-table.ts'
import { INTERVAL_COST } from './interval-cost.ts'

const miniature = readFileSync('scenarios/miniature.yaml', 'utf8')
const HOUR_S = 3600

describe('a sweep of a scenario', { timeout: 120_000 }, () => {
  it('runs every combination, in the order of the grid, the same on threads', async () => {
    const points = grid([
      { path: 'links.line.bandwidth', values: ['1 MB/s', '2 MB/s'] },
      { path: 'datasets.data.size', values: ['100 MB', '200 MB'] },
    ])
    const rows = await sweep(miniature, 'miniature.yaml', points, { replications: 4 })
    // 100 and 200 MB at 1 and 2 MB/s, after 5 + 10 + 60 minutes and before 10 more.
    const transfers_s = rows.map(({ figures }) => figures.rto_s - 85 * 60)
    for (const [k, seconds] of [100, 200, 50, 100].entries()) {
      expect(Math.abs(transfers_s[k]! - seconds)).toBeLessThan(2)
    }
    const again = await sweep(miniature, 'miniature.yaml', points, { replications: 4, execute: onThreads(2) })
    expect(again.map(({ figures }) => figures)).toEqual(rows.map(({ figures }) => figures))
    const table = sweepTable(rows).split('\n')
    expect(table.slice(3, 6)).toEqual([
      'daily-full',
      '  links.line.bandwidth = 1 MB/s, datasets.data.size = 100 MB',
      expect.stringMatching(/^ +[\d.]+ h .*\$/),
    ])
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(sweepCsv(rows).split('\n')).toHaveLength(1 + 4 + 1)
  })

  it('is refused before it runs when a variant is no scenario; the message names the setting', async () => {
    const wrong = (settings: Record<string, unknown>) => sweep(miniature, 'miniature.yaml', [settings])
    await expect(wrong({ 'links.lin.bandwidth': '1 MB/s' })).rejects.toThrow(
      "links.lin.bandwidth: there is no 'lin' to change; did you mean 'line'?",
    )
    await expect(wrong({ 'links.line.bandwidth': '1 mbps' })).rejects.toThrow(
      /^links.line.bandwidth: .*set to "1 mbps"/,
    )
    await expect(wrong({ 'strategies.daily-full.copy.at': 'daily 12:00' })).rejects.toThrow(/there are backup/)
  })

  it('finds which change matters most: a tornado', async () => {
    const points = oneAtATime([
      { path: 'links.line.bandwidth', values: ['0.5 MB/s', '2 MB/s'] },
      { path: 'recovery.provision', values: ['30 min', '2 h'] },
    ])
    const rows = await sweep(miniature, 'miniature.yaml', points, { replications: 4 })
    const bars = tornado(rows, 'rto_s')
    expect(bars.map(({ path }) => path)).toEqual(['recovery.provision', 'links.line.bandwidth'])
    expect((bars[0]!.high.figure - bars[0]!.low.figure) / HOUR_S).toBeCloseTo(1.5, 3)
    expect(tornadoTable('it', 'rto_s', bars)).toContain('at 30 min')
    // Interrupted before the second value of the provision.
    const [interrupted] = tornado(
      rows.filter(({ settings }) => settings['recovery.provision'] !== '2 h'),
      'rto_s',
    )
      .toSorted((a, b) => a.path.localeCompare(b.path))
      .slice(1)
    expect(interrupted).toMatchObject({ path: 'recovery.provision', low: { value: '30 min' } })
    expect(interrupted!.high).toEqual({ figure: interrupted!.base })
    expect(tornadoTable('it', 'rto_s', [interrupted!])).toMatch(/at 30 min .* unchanged/)
  })
})

describe('the cheapest variant of a sweep', { timeout: 120_000 }, () => {
  // A restore of 100 MB takes a second at 100 MB/s: what the line gives beyond that is worth nothing.
  it('is named with all that cost the same, as far as its drills can tell', async () => {
    const points = grid([
      { path: 'links.line.bandwidth', values: ['100 MB/s', '101 MB/s'] },
      { path: 'stores.box.cost', values: ['$300/year', '$302/year'] },
    ])
    const rows = await sweep(miniature, 'miniature.yaml', points, { replications: 4 })
    const [slow, dear, fast] = rows
    const { value, ci95 } = yearlyDifference(slow!, fast!)
    // 0.1 fires a year, each 1/100 - 1/101 of a second longer, at $110 an hour down.
    expect(value).toBeCloseTo((0.1 * 110 * (1 - 100 / 101)) / 3600, 5)
    expect(ci95[0]).toBeGreaterThan(0)
    expect(yearlyDifference(dear!, slow!).value).toBeCloseTo(2, 9)
    const [cheapest, alike, many] = sweepFindings(rows)
    expect(cheapest).toMatch(/: daily-full with line.bandwidth = 101 MB\/s, box.cost = \$300\/year, \$445 /)
    expect(alike).toMatch(/: daily-full with [^;]*100 MB\/s, box.cost = \$300\/year \(the same to the cent\)\.$/)
    expect(many).toBe('4 of 4 combinations of strategy and variant do.')
  })
})

describe('shares of variance', () => {
  const index = (value: number, low: number, high: number) => ({ value, ci95: [low, high] as const })

  it('say so when there are too few variants to tell', () => {
    const told = (value: number, low: number, high: number): string =>
      sobolText('it', 'rto_s', ['a'], { first: [index(0.5, 0.45, 0.55)], total: [index(value, low, high)] })
    expect(told(0.6, 0.55, 0.65)).not.toMatch(/variants|wide/)
    expect(told(0.6, 0.3, 0.9)).toContain('The intervals (95 %) are wide.')
    expect(told(1.2, 1.1, 1.3)).toContain('above 1 cannot be')
  })
})

describe('the cheapest interval between backups', { timeout: 120_000 }, () => {
  // P* = 6 h with c = $0.15 a backup, L = 2 incidents a year and v = $36.525 an hour: see interval-cost.ts.
  it('is P* = sqrt(2c/(Lv)), and costs what the closed form says', async () => {
    const { text, cost_usdPerYear, best_h } = INTERVAL_COST
    const hours = [3, 4, 6, 8, 12, 24]
    const points = hours.map((each) => ({ 'strategies.periodic.backup.at': `every ${each} h` }))
    const rows = await sweep(text, 'interval.yaml', points)
    for (const [k, { figures }] of rows.entries()) {
      expect(figures.total_usdPerYear / cost_usdPerYear(hours[k]!)).toBeCloseTo(1, 1)
    }
    const cheapest = rows.toSorted((a, b) => a.figures.total_usdPerYear - b.figures.total_usdPerYear)[0]
    expect(hours[cheapest!.point]).toBe(best_h)
  })
})

describe('--vary', () => {
  it('reads lists as YAML, the unit at their end being that of all, and ranges with their unit', () => {
    expect(readAxis('a.b=1 MB/s,2 MB/s')).toEqual({ path: 'a.b', values: ['1 MB/s', '2 MB/s'] })
    expect(readAxis('a.b=[Mon, Tue],7')).toEqual({ path: 'a.b', values: [['Mon', 'Tue'], 7] })
    expect(readAxis('a.b=20,40.5,1 Mbit/s')).toEqual({ path: 'a.b', values: ['20 Mbit/s', '40.5 Mbit/s', '1 Mbit/s'] })
    expect(readAxis('a.b=7,14')).toEqual({ path: 'a.b', values: [7, 14] })
    expect(readAxis('a=20..200 Mbit/s')).toEqual({
      path: 'a',
      low: 20,
      high: 200,
      logarithmic: false,
      prefix: '',
      suffix: ' Mbit/s',
    })
    expect(readAxis('a=$1.5/month..$3/month log')).toMatchObject({
      low: 1.5,
      high: 3,
      logarithmic: true,
      prefix: '$',
      suffix: '/month',
    })
    expect(readAxis('a=0.5 TB..2 TB')).toMatchObject({ low: 0.5, high: 2, suffix: ' TB' })
  })

  it('says what it expects', () => {
    expect(() => readAxis('links.wan.bandwidth')).toThrow(/expected path=value,value/)
    expect(() => readAxis('a=1 GB..2 TB')).toThrow(/the same unit/)
    expect(() => readAxis('a=3..2 TB')).toThrow(/from low to high/)
  })
})
