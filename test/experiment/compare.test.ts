import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NotPairedError, compare } from '../../src/experiment/compare.ts'
import type { Contender } from '../../src/experiment/compare.ts'
import type { Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { comparisonCsv, comparisonFindings, comparisonTable } from '../../src/report/text/comparison.ts'
import { readResults } from '../../src/report/read-results.ts'
import { writeResults } from '../../src/report/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { scratchFolder } from '../scratch-folder.ts'

const HOUR_S = 3600
const desk = scratchFolder('compare')

/** Backups at 12:00, beside backups at 12:00 and 00:00: the same RPO in the afternoon, 12 h less in the morning. */
const text = readFileSync('scenarios/miniature.yaml', 'utf8').replace(
  'hazards:',
  `  twice-daily:
    - backup: { dataset: data, to: box, type: full, at: daily 00:00 }
    - backup: { name: again, dataset: data, to: box, type: full, at: daily 12:00 }
hazards:`,
)

describe('strategies compared in the same fires', { timeout: 120_000 }, async () => {
  const scenario = parseScenario(text, 'two.yaml')
  const results = await run(scenario, { replications: 60 })
  const [daily, twice] = contendersOf(results)
  const rows = compare(daily!, [twice!])
  const rpo = rows.find(({ figure }) => figure === 'rpo_s')

  it('differ by 6 h of RPO on average, for certain', () => {
    // sd 6 h, 60 drills: 0.77 h of standard error.
    expect(Math.abs(rpo!.difference.mean / HOUR_S + 6)).toBeLessThan(2)
    expect(rpo!.difference.ci95[0]).toBeLessThan(-6 * HOUR_S)
    expect(rpo!.difference.ci95[1]).toBeGreaterThan(-6 * HOUR_S)
    expect(rpo!.p).toBeLessThan(0.001)
    expect(rpo!.better).toBe('contender')
  })

  // Half the fires find a point that is 12 h younger; the other half the same one: beats in 1/2, ties in 1/2.
  it('let the better one win in half of the fires and tie in the rest: 75 %', () => {
    expect(rpo!.difference.beats.share).toBeCloseTo(0.75, 1)
  })

  // Var(A) + Var(B) = (24² + 12²)/12 = 60 h²; A − B is 12 h or 0 with equal chances: 36 h². 60/36 = 1.67.
  it('need 1.67 times the drills without common random numbers', () => {
    expect(Math.abs(rpo!.difference.varianceRatio - 60 / 36)).toBeLessThan(0.15)
  })

  it('of which one loses everything that the other restores are not called undecided', () => {
    const lostIn = (contender: Contender): Contender => ({
      ...contender,
      incidents: contender.incidents.map((row) => ({ ...row, rpo_s: undefined, rto_s: undefined, outcome: 'lost' })),
    })
    const burnt = lostIn(daily!)
    const against = compare(burnt, [twice!])
    const table = comparisonTable(burnt, [twice!], against)
    expect(table).toMatch(/all lost\s+60 → 0 of 60\s+yes/)
    expect(table).toMatch(/RPO\s+–\s+–\s+100 %\s+–\s+–/)
    expect(comparisonFindings(burnt, [twice!], against)[0]).toMatch(
      /^twice-daily on base: everything lost in 0 of 60 drills of fire instead of 60;/,
    )
  })

  it('have the same RTO but for the moment that it takes to read of twice as many points', () => {
    const rto = rows.find(({ figure }) => figure === 'rto_s')
    expect(rto!.difference.mean).toBeGreaterThanOrEqual(0)
    expect(rto!.difference.mean).toBeLessThan(1)
  })

  it('are the same when read back from a results folder', async () => {
    await writeResults(results, scenario.text, join(desk, 'run'))
    const stored = await readResults(join(desk, 'run'))
    const again = contendersOf({ ...results, ...stored, cells: results.cells })
    for (const [k, row] of compare(again[0]!, [again[1]!]).entries()) {
      expect(row.difference.mean).toBeCloseTo(rows[k]!.difference.mean, 3)
      expect(row.better).toBe(rows[k]!.better)
    }
  })

  it('are shown as a table and as CSV', () => {
    const table = comparisonTable(daily!, [twice!], rows)
    expect(table).toMatch(/fire → service\s+RPO\s+−6\.\d+ h .* < 0\.001\s+yes/)
    // Beyond doubt, and of no use to anybody.
    const tenSeconds = rows.map((row) => ({
      ...row,
      difference: { ...row.difference, mean: 10, ci95: [9, 11] as const },
    }))
    expect(comparisonTable(daily!, [twice!], tenSeconds)).toMatch(/RPO .* < 0\.001\s+alike/)
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(comparisonCsv(daily!, rows).split('\n')[0]).toMatch(/^baseline,contender,hazard,service,figure,n,mean,/)
  })

  it('are refused when the fires are not the same', async () => {
    const [other] = contendersOf(await run(scenario, { replications: 60, seed: '2' }))
    expect(() => compare(daily!, [other!])).toThrow(NotPairedError)
    expect(() => compare(daily!, [other!])).toThrow(/at another instant .* run both with the same seed/)
  })
})

function contendersOf({ cells, incidents }: Pick<Results, 'cells' | 'incidents'>): Contender[] {
  return cells.map(({ strategy, topology, cost }) => ({
    name: `${strategy} on ${topology}`,
    incidents: incidents.filter((row) => row.strategy === strategy && row.topology === topology),
    cost,
  }))
}
