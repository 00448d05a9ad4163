import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/tutorial.md'), 'utf8')
const [scenario = '', strategy = '', topologies = ''] = [...page.matchAll(/```yaml[^\n]*\n([\s\S]*?)```/g)].map(
  ([, block]) => block,
)

/** The scenario with what the tutorial adds to two of its sections. */
const improved = scenario.replace('\nhazards:', `${strategy}\nhazards:`) + topologies

describe('docs/tutorial.md', { timeout: 120_000 }, () => {
  it('says rightly that a NAS in the shop burns with it', async () => {
    const { cells } = await run(parseScenario(scenario, 'bakery.yaml'), { replications: 3 })
    expect(cells.map((cell) => cell.hazards[0]!)).toMatchObject([{ hazard: 'fire', n: 3, lost: 3 }])
  })

  it('says rightly that the copy in the cloud survives, on either line', async () => {
    const { cells } = await run(parseScenario(improved, 'bakery.yaml'), { replications: 3 })
    const lost = cells.map(({ strategy: name, topology, hazards }) => [name, topology, hazards[0]!.lost])
    expect(lost).toEqual([
      ['nas-only', 'base', 3],
      ['nas-only', 'wan-200m', 3],
      ['nas-and-cloud', 'base', 0],
      ['nas-and-cloud', 'wan-200m', 0],
    ])
  })
})
