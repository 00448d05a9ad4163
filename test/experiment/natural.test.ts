import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { onThreads } from '../../src/experiment/execution/threads.ts'
import type { Estimate } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { terminalSummary } from '../../src/report/index.ts'

const HOUR_S = 3600
const WORLDS = 60

/** Twenty fires a year and worlds of eight days after the warm-up: 0.438 fires a world. */
const scenario = parseScenario(
  readFileSync('scenarios/miniature.yaml', 'utf8')
    .replace('rate: 0.1/year', 'rate: 20/year')
    .replace('replications: 10', `replications: 40\n  natural-worlds: ${WORLDS}`),
  'miniature.yaml',
)

describe('worlds that a hazard strikes by itself, beside drills', { timeout: 120_000 }, async () => {
  const results = await run(scenario)
  const [risk] = results.cells[0]!.risk!

  it('are hit as often as the rate says: 20 · 60 · 8 days = 26.3 fires, to 4 standard deviations', () => {
    expect(risk!.natural.years).toBeCloseTo((WORLDS * 8) / 365.25, 12)
    expect(Math.abs(risk!.natural.incidents - 26.3)).toBeLessThan(4 * Math.sqrt(26.3))
    expect(results.naturalIncidents).toHaveLength(risk!.natural.incidents)
  })

  // RTO: 5 min detected, 10 min declared, 1 h provisioned, 100 MB at 1 MB/s and a little, 10 min to verify and cut over.
  it('has a downtime a year of rate × RTO by drills, and one that agrees by nature', () => {
    const rto_h = 5 / 60 + 10 / 60 + 1 + 100 / 3600 + 10 / 60
    expect(risk!.drills.downtime_s.value / HOUR_S).toBeCloseTo(20 * rto_h, 0)
    expect(covers(risk!.natural.downtime_s, 20 * rto_h * HOUR_S)).toBe(true)
  })

  it('loses rate × (lag + P/2) of work a year by drills, and agrees by nature', () => {
    const expected_s = 20 * (12 * HOUR_S + 100)
    expect(covers(risk!.drills.workLost_s, expected_s)).toBe(true)
    expect(covers(risk!.natural.workLost_s, expected_s)).toBe(true)
  })

  it('loses nothing for good, and says how often it might all the same', () => {
    expect(risk!.drills.losses.value).toBe(0)
    expect(risk!.natural.losses.value).toBe(0)
    expect(risk!.natural.losses.ci95[1]).toBeCloseTo(-Math.log(0.025) / risk!.natural.years, 9)
  })

  it('is the same on threads', async () => {
    expect((await run(scenario, { execute: onThreads(2) })).digest).toBe(results.digest)
  })

  it('shows both in the summary, in lines of at most 80 columns', () => {
    const text = terminalSummary(results)
    expect(text).toContain('fire → service, daily-full')
    expect(text).toMatch(/rate × drills.*h/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})

function covers({ ci95: [low, high] }: Estimate, value: number): boolean {
  return low <= value && value <= high
}
