import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settlingOf, transientOf } from '../../../src/experiment/statistics/warm-up.ts'
import { run } from '../../../src/experiment/run.ts'
import { sweep } from '../../../src/experiment/sweep.ts'
import { loadScenario, parseScenario } from '../../../src/scenario/load.ts'
import { randomStream } from '../../../src/kernel/index.ts'

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

describe('a scenario with warm-up: auto', () => {
  // Daily at 12:00, a first full and then next to nothing: settled when the second run begins, a day and a half after start.
  const text = readFileSync('scenarios/miniature.yaml', 'utf8')
    .replace('type: full', 'type: incremental')
    .replace('warm-up: 2 d', 'warm-up: auto')
  const SETTLED = '36 h'

  it('is drilled from when its jobs have settled, as if that had been written there', async () => {
    const { digest: _digest, assumptions: _assumptions, ...found } = await run(parseScenario(text, 'auto.yaml'))
    const written = await run(parseScenario(text, 'auto.yaml', { 'experiment.warm-up': SETTLED }))
    expect({ ...found, assumptions: written.assumptions, digest: written.digest }).toEqual(written)
    expect(Math.min(...found.incidents.map(({ onset_s }) => onset_s))).toBeGreaterThan(36 * 3600)
  })

  it('says what was found', async () => {
    const { assumptions } = await run(parseScenario(text, 'auto.yaml'))
    expect(assumptions).toContainEqual({
      subject: 'experiment.warm-up',
      value: '1.5 d, found: the last to settle are the runs of backup of daily-full on base',
      source: 'MSER (White, Simulation 69, 1997) on how long the runs of each job take in the undisturbed worlds',
      mark: 'scenario',
      date: '',
    })
  })

  it('says that it found nothing where jobs run too rarely', async () => {
    const { warnings } = await run(parseScenario(text.replace('daily 12:00', 'every 2 d'), 'auto.yaml'))
    expect(warnings).toContainEqual(
      expect.stringMatching(/warm-up: auto says nothing of backup of daily-full: too few/),
    )
  })

  it('has one warm-up in all variants of a sweep, so that they see the same incidents', async () => {
    // With a line this slow the fulls take days, and settle later.
    const points = [{ 'links.line.bandwidth': '1 MB/s' }, { 'links.line.bandwidth': '400 B/s' }]
    const rows = await sweep(text, 'auto.yaml', points, { replications: 2 })
    const onsets = await Promise.all(
      points.map(async (settings) => {
        const fixed = { ...settings, 'experiment.warm-up': SETTLED }
        return (await run(parseScenario(text, 'auto.yaml', fixed), { replications: 2 })).cells[0]!.rpo?.mean
      }),
    )
    expect(rows.map(({ cell }) => cell.rpo?.mean)).toEqual(onsets)
  })
})
