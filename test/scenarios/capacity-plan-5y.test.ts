import { describe, expect, it } from 'vitest'
import { planFrom } from '../../src/experiment/capacity/plan.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S
const GROWTH = Math.log(1.25)

/** As stored at the start, 100 GB over 1.6, in GB; and the share that is new every day: what changes, and what comes. */
const STORED = 62.5
const NEW_PER_DAY = 0.03 + GROWTH / 365.25

/** Years until the warehouse is so many times what it was. */
const yearsTo = (factor: number): number => Math.log(factor) / GROWTH

const monthOf = (instant: number | undefined): string => new Date(instant! * 1000).toISOString().slice(0, 7)

describe('capacity-plan-5y', { timeout: 240_000 }, async () => {
  const scenario = await loadScenario('scenarios/capacity-plan-5y.yaml')
  const results = await run(scenario, { replications: 0 })
  const plan = planFrom(results, scenario)
  const years = (instant: number | undefined): number => (instant! - scenario.start) / YEAR_S

  it('misses the window of the full in the week in which the closed form says', () => {
    const weekly = plan.jobs.find(({ job }) => job === 'weekly')!
    // 100 Mbit/s for three hours: 135 GB.
    expect(Math.abs(years(weekly.firstLate) - yearsTo(135 / STORED)) * YEAR_S).toBeLessThan(10 * DAY_S)
    expect(monthOf(weekly.firstLate)).toBe('2029-06')
    expect(plan.jobs.find(({ job }) => job === 'nightly')!.late).toBe(0)
  })

  it('fills the NAS in the fortnight in which six fulls and 35 increments reach 1 TB', () => {
    const nas = plan.stores.find(({ store }) => store === 'nas')!
    // Friday noon, before retention: the fulls are up to 41 days old and the data smaller by what has grown since.
    const ages = (count: number, from: number, step: number): number[] =>
      Array.from({ length: count }, (_, k) => from + k * step)
    const share = (days: number): number => Math.exp((-GROWTH * days) / 365.25)
    const fulls = ages(6, 5, 7).reduce((sum, age) => sum + share(age), 0)
    const increments = NEW_PER_DAY * ages(35, 0, 1.17).reduce((sum, age) => sum + share(age), 0)
    expect(fulls + increments).toBeCloseTo(6.98, 1)
    const expected = yearsTo(1000 / (fulls + increments) / STORED)
    expect(Math.abs(years(nas.exhausted) - expected) * YEAR_S).toBeLessThan(14 * DAY_S)
    expect(monthOf(nas.exhausted)).toBe('2029-09')
    expect(plan.jobs.find(({ job }) => job === 'nightly')!.failed).toBeGreaterThan(300)
  })

  it('sends what is new over the line, and is late long before the mean night is', () => {
    const nights = results.jobs.filter(({ job, outcome }) => job === 'away' && outcome === 'succeeded').slice(3)
    const last = nights.slice(-365)
    const sent = last.reduce((sum, { written_bytes }) => sum + written_bytes, 0) / last.length / 1e9
    // The fifth year's mean of 1.25^t, between the fourth and the fifth.
    const mean = (Math.exp(GROWTH * 5) - Math.exp(GROWTH * 4)) / GROWTH
    expect(Math.abs(sent / (STORED * NEW_PER_DAY * mean) - 1)).toBeLessThan(0.03)
    const bucket = plan.peaks.find(({ store }) => store === 'bucket')!
    expect(monthOf(bucket.firstOver)).toBe('2027-07')
    expect(years(bucket.firstOver)).toBeLessThan(yearsTo(4.5 / NEW_PER_DAY / STORED))
  })

  it('must carry 10.4 Mbit/s in the fifth year for the longest night to be done in two hours', async () => {
    const later = await loadScenario('scenarios/capacity-plan-5y.yaml', {
      'datasets.warehouse.size': '300 GB',
      horizon: '4 weeks',
      'experiment.warm-up': '7 d',
      'stores.nas.capacity': '4 TB',
    })
    const { jobs } = await run(later, { replications: 0 })
    const nights = jobs.filter(({ job, scheduled_s }) => job === 'away' && scheduled_s > 7 * DAY_S)
    const longest_bytes = Math.max(...nights.map(({ written_bytes }) => written_bytes))
    expect((longest_bytes * 8) / 7200 / 1e6).toBeCloseTo(10.4, 1)
  })
})
