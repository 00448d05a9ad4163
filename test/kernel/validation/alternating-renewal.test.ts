import { describe, expect, it } from 'vitest'

import { lawOf, Simulation } from '../../../src/kernel/index.ts'
import type { LawDescription } from '../../../src/kernel/index.ts'
import { validated } from '../../validated.ts'

const HOUR_S = 3600
const YEAR_H = 8760

/**
 * A machine that works and is repaired in turn.
 * @returns the share of each year in which it worked
 */
async function uptimes(up: LawDescription, down: LawDescription, years: number): Promise<number[]> {
  const sim = new Simulation({ seed: 'renewal' })
  const life = lawOf(up)
  const lives = sim.random('machine', 'life')
  const repair = lawOf(down)
  const repairs = sim.random('machine', 'repair')
  let worked_s = 0
  let worksSince_s = Infinity
  sim.process(
    (function* () {
      for (;;) {
        worksSince_s = sim.now
        yield life.sample(lives) * HOUR_S
        worked_s += sim.now - worksSince_s
        worksSince_s = Infinity
        yield repair.sample(repairs) * HOUR_S
      }
    })(),
  )
  const workedUntilNow_s = () => worked_s + Math.max(0, sim.now - worksSince_s)
  // It begins as new: the first years are no sample of the steady state.
  await sim.run(10 * YEAR_H * HOUR_S)
  const shares: number[] = []
  let before_s = workedUntilNow_s()
  for (let year = 11; year <= years + 10; year++) {
    await sim.run(year * YEAR_H * HOUR_S)
    shares.push((workedUntilNow_s() - before_s) / (YEAR_H * HOUR_S))
    before_s = workedUntilNow_s()
  }
  return shares
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

describe('alternating renewal, up 1000 h and down 10 h on average', () => {
  it.each<[string, LawDescription, LawDescription]>([
    ['exponential and exponential', { law: 'exponential', mean: 1000 }, { law: 'exponential', mean: 10 }],
    [
      'Weibull and lognormal',
      { law: 'weibull', shape: 0.5, scale: 500 },
      { law: 'lognormal', median: 10 / Math.exp(0.5), sigma: 1 },
    ],
    ['gamma and constant', { law: 'gamma', shape: 4, scale: 250 }, { law: 'constant', value: 10 }],
    ['uniform and Weibull', { law: 'uniform', min: 0, max: 2000 }, { law: 'weibull', shape: 1, scale: 10 }],
  ])('%s: is up for a share of 1000 / 1010 = 0.990099', async (laws, up, down) => {
    const shares = await uptimes(up, down, 4000)
    const average = mean(shares)
    const error = Math.sqrt(mean(shares.map((share) => (share - average) ** 2)) / shares.length)
    expect(error).toBeLessThan(1e-3)
    expect(Math.abs(average - 0.990099) / error).toBeLessThan(4)
    validated({
      group: 'Queues and sharing',
      what: `alternating renewal, up 1000 h, down 10 h, ${laws}: availability`,
      expected: 0.990099,
      measured: average,
      within: '|z| < 4',
      mark: 'derived',
    })
  })

  it('exponential: the share of one year has a standard deviation of 0.0047074', async () => {
    const shares = await uptimes({ law: 'exponential', mean: 1000 }, { law: 'exponential', mean: 10 }, 10_000)
    // sqrt(2 λ μ / (λ + μ)³ · T) / T with λ = 1/1000, μ = 1/10, T = 8760 h.
    const expected = Math.sqrt(((2 * 1e-4) / 0.101 ** 3) * YEAR_H) / YEAR_H
    expect(expected).toBeCloseTo(0.0047074, 7)
    const average = mean(shares)
    const squares = shares.map((share) => (share - average) ** 2)
    const variance = mean(squares)
    const error = Math.sqrt(mean(squares.map((square) => (square - variance) ** 2)) / shares.length)
    expect(error).toBeLessThan(0.05 * variance)
    expect(Math.abs(variance - expected ** 2) / error).toBeLessThan(4)
    validated({
      group: 'Queues and sharing',
      what: 'alternating renewal, exponential: standard deviation of the uptime of a year',
      expected: 0.0047074,
      measured: Math.sqrt(variance),
      within: '|z| < 4',
      mark: 'derived',
    })
  })
})
