import { describe, expect, it } from 'vitest'
import { settlingOf, transientOf } from '../../src/experiment/warm-up.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { randomStream } from '../../src/kernel/index.ts'

describe('the warm-up', () => {
  it('of a steady series is none', () => {
    expect(transientOf(Array.from({ length: 40 }, () => 7))).toBe(0)
    const random = randomStream(['steady'])
    // Of noise a few are cut off by chance, as those that happen to be far from the mean.
    expect(transientOf(Array.from({ length: 400 }, () => random.exponential(1)))!).toBeLessThan(40)
  })

  it('of one long first run is that run', () => {
    expect(transientOf([1000, ...Array.from({ length: 30 }, () => 10)])).toBe(1)
  })

  it('of a decay to a noisy level is about as long as it stands out of the noise', () => {
    const random = randomStream(['decay'])
    // 20 e^(−k/10) is below the noise of ±1 after 30.
    const series = Array.from({ length: 300 }, (_, k) => 5 + 20 * Math.exp(-k / 10) + (2 * random.uniform() - 1))
    expect(transientOf(series)!).toBeGreaterThan(20)
    expect(transientOf(series)!).toBeLessThan(50)
  })

  it('of a series that only grows is not over, and of few observations it is not known', () => {
    expect(transientOf(Array.from({ length: 100 }, (_, k) => k))).toBeUndefined()
    expect(transientOf([3, 1, 1])).toBeUndefined()
  })

  it('is told of each job of a scenario', async () => {
    const scenario = await loadScenario('scenarios/miniature.yaml')
    const { jobs } = await run(scenario, { replications: 0 })
    // Daily fulls of the same data: the first run is as long as all others.
    expect(settlingOf(jobs)).toEqual([
      { strategy: 'daily-full', topology: 'base', job: 'backup', settled_s: jobs[0]!.ended_s },
    ])
  })
})
