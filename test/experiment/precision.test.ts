import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { onThreads } from '../../src/experiment/execution/threads.ts'
import { replicationsFor } from '../../src/experiment/precision.ts'
import type { Cell } from '../../src/experiment/results.ts'
import { inThisThread } from '../../src/experiment/execution/executor.ts'
import { run } from '../../src/experiment/run.ts'
import { summarise } from '../../src/experiment/statistics/statistics.ts'
import { randomStream } from '../../src/kernel/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const text = readFileSync('scenarios/miniature.yaml', 'utf8')
const until = (rule: string) =>
  parseScenario(text.replace('replications: 10', `replications: ${rule}`), 'miniature.yaml')

describe('drills until a precision is reached', { timeout: 120_000 }, () => {
  // The RPO is uniform over a day: sd/mean = (24 h/√12)/12 h = 0.577, and ±10 % needs (1.96 · 0.577 / 0.1)² = 128 drills.
  it('are as many as the spread of the RPO asks for', async () => {
    const { precision, replications, incidents } = await run(until('{ precision: 10 %, min: 10 }'))
    expect(precision?.reached).toBe(true)
    expect(precision?.relative).toBeLessThanOrEqual(0.1)
    expect(replications).toBeGreaterThan(110)
    expect(replications).toBeLessThan(190)
    expect(incidents.map(({ replication }) => replication)).toEqual(Array.from({ length: replications }, (_, k) => k))
  })

  it('are no more than the maximum, and the results say that it was not enough, and of what', async () => {
    const { precision, replications } = await run(until('{ precision: 1 %, min: 10, max: 25 }'))
    expect(replications).toBe(25)
    expect(precision).toMatchObject({
      goal: 0.01,
      reached: false,
      where: 'rpo of service after fire, daily-full on base',
    })
  })

  it('stop at once where nothing varies: the RTO is the same in every drill', async () => {
    const { precision, replications } = await run(until('{ precision: 1 %, min: 10, of: [rto] }'))
    expect(replications).toBe(10)
    expect(precision?.reached).toBe(true)
  })

  // Other numbers of threads: determinism.test.ts.
  it('are the same in three threads as without any, which share the drills of one cell, and shared out among seven', async () => {
    const scenario = until('{ precision: 15 %, min: 20 }')
    const { digest } = await run(scenario)
    expect((await run(scenario, { execute: onThreads(3) })).digest).toBe(digest)
    // In this thread.
    expect((await run(scenario, { execute: { ...inThisThread, workers: 7 } })).digest).toBe(digest)
  })

  it('begin with the drills that a fixed number would have', async () => {
    const fixed = await run(until('10'))
    const precise = await run(until('{ precision: 20 %, min: 10 }'))
    expect(precise.incidents.slice(0, 10)).toEqual(fixed.incidents)
  })
})

describe('the interval of a mean, when drills go on until it is narrow enough', () => {
  it('covers in 93 to 97 of 100 runs: the rule that stops looks at the spread, and that costs little from 30 drills on', () => {
    const random = randomStream(['stopping'])
    const covered = coverage(() => random.uniform(), { mean: 0.5, min: 30, experiments: 3000 })
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.97)
  })

  // One incident in twenty takes twenty times as long: 30 drills show none with 0.95³⁰ = 21 %, and then all look alike.
  it('covers less often where what is rare was not seen, so that this wants a larger min', () => {
    const random = randomStream(['stopping', 'rare'])
    const draw = (): number => (random.chance(0.05) ? 20 : 1)
    expect(coverage(draw, { mean: 1.95, min: 30, experiments: 300 })).toBeLessThan(0.82)
    expect(coverage(draw, { mean: 1.95, min: 100, experiments: 300 })).toBeGreaterThan(0.9)
  })
})

/** How often the interval holds the mean when drills go on until its half-width is a tenth of it. */
function coverage(draw: () => number, given: { mean: number; min: number; experiments: number }): number {
  const { mean, min, experiments } = given
  const goal = { relative: 0.1, max: 5000, of: ['rpo' as const] }
  let covered = 0
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const sample: number[] = []
    for (let wanted = min; wanted > sample.length; wanted = replicationsFor(goal, [cellWith(sample)], sample.length)) {
      while (sample.length < wanted) sample.push(draw())
    }
    const [low, high] = summarise(sample)!.ci95
    if (low <= mean && mean <= high) covered += 1
  }
  return covered / experiments
}

/** A cell of which nothing matters but the mean RPO of one hazard. */
function cellWith(rpo_s: readonly number[]): Cell {
  const rpo = summarise(rpo_s)
  return { strategy: '', topology: '', hazards: [{ hazard: '', service: '', rpo }] } as unknown as Cell
}
