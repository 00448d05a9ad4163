import { describe, expect, it } from 'vitest'
import {
  ScenarioError,
  compare,
  grid,
  loadScenario,
  optimise,
  planFrom,
  readScenario,
  run,
  sweep,
  tornado,
} from '../src/index.ts'
import type { Contender, Results } from '../src/index.ts'

const PATH = 'scenarios/miniature.yaml'

/** The only strategy of a run on its only topology. */
function contender(name: string, { incidents, cells }: Results): Contender {
  return { name, incidents, cost: cells[0]!.cost }
}

describe('the library does what the commands do', { timeout: 60_000 }, () => {
  const BANDWIDTH = 'links.line.bandwidth'

  it('sweeps: the RTO is shorter over a line of twice the bandwidth', async () => {
    const points = [{}, ...grid([{ path: BANDWIDTH, values: ['2 MB/s'] }])]
    const rows = await sweep(await readScenario(PATH), PATH, points, { replications: 2 })
    expect(rows.map(({ settings }) => settings)).toEqual(points)
    const [bar] = tornado(rows, 'rtoP95_s')
    expect(bar).toMatchObject({ path: BANDWIDTH, low: { value: '2 MB/s' } })
    expect(bar!.low.figure).toBeLessThan(bar!.base)
  })

  it('compares: a faster line is better in each of the same incidents', async () => {
    const slow = await run(await loadScenario(PATH), { replications: 8 })
    const fast = await run(await loadScenario(PATH, { [BANDWIDTH]: '2 MB/s' }), { replications: 8 })
    const rows = compare(contender('slow', slow), [contender('fast', fast)])
    expect(rows.find(({ figure }) => figure === 'rto_s')).toMatchObject({ contender: 'fast', better: 'contender' })
  })

  it('optimises: of lines that all meet the objectives, the cheapest', async () => {
    const points = grid([{ path: BANDWIDTH, values: ['1 MB/s', '2 MB/s'] }])
    const { best, cells } = await optimise(await readScenario(PATH), PATH, { points }, { seed: '1', replications: 29 })
    expect(cells).toBe(2)
    expect(best?.strategy).toBe('daily-full')
  })

  it('plans: what the jobs of the worlds without drills come to', async () => {
    const scenario = await loadScenario(PATH)
    const { jobs } = planFrom(await run(scenario, { replications: 0 }), scenario)
    expect(jobs.map(({ failed, skipped }) => failed + skipped)).toEqual([0])
  })

  it('says what is wrong with a scenario by an error of its own', async () => {
    await expect(loadScenario('scenarios/minature.yaml')).rejects.toThrow(ScenarioError)
  })
})
