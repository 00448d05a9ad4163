import { describe, expect, it } from 'vitest'
import { onThreads } from '../../src/experiment/pool.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

/** A change of this is a change of results: it needs a line in CHANGELOG. Equal on every Node from 22.15 on. */
const DIGEST = '171c663b258fe9727e48757e66b770024bf2fdaf826a40533ba72faeef3d4d35'

describe('the digest of all results', { timeout: 300_000 }, async () => {
  const scenario = await loadScenario('test/experiment/office.yaml')

  it('is what it was', async () => {
    expect((await run(scenario)).digest).toBe(DIGEST)
  })

  it('is equal over 100 runs', async () => {
    const miniature = await loadScenario('scenarios/miniature.yaml')
    const digests = new Set<string>()
    for (let runs = 0; runs < 100; runs += 1) digests.add((await run(miniature)).digest)
    expect(digests.size).toBe(1)
  })

  it('is the same in worker threads', async () => {
    expect((await run(scenario, { execute: onThreads(2) })).digest).toBe(DIGEST)
  })

  it('is another with another seed', async () => {
    expect((await run(scenario, { seed: '2' })).digest).not.toBe(DIGEST)
  })
})
