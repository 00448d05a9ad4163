import { describe, expect, it } from 'vitest'
import { onThreads } from '../../src/experiment/execution/threads.ts'
import type { Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'

/** A change of this is a change of results: it needs a line in CHANGELOG. Equal on every Node from 22.15 on. */
const DIGEST = 'f96afb1c1c913d3e2c5e68aa6636661c2e0707b63f39667e917a80cfff1e92ad'

describe('the digest of all results, and the hash of the full trace', { timeout: 300_000 }, async () => {
  const scenario = await loadScenario('test/experiment/office.yaml')
  const miniature = await loadScenario('scenarios/miniature.yaml')

  const here = await run(scenario, { traced: true })

  it('is what it was', () => expect(here.digest).toBe(DIGEST))

  it('are equal over 100 runs', async () => {
    const hashes = new Set<string>()
    for (let runs = 0; runs < 100; runs += 1)
      hashes.add(hashesOf(await run(miniature, { traced: true, replications: 3 })))
    expect(hashes.size).toBe(1)
  })

  // Three: precision.test.ts; one and two, without the trace: test/cli/run.test.ts.
  it('are the same in 4 worker threads as without any', async () => {
    expect(hashesOf(await run(scenario, { traced: true, execute: onThreads(4) }))).toBe(hashesOf(here))
  })

  it('are others with another seed', async () => {
    const one = await run(miniature, { traced: true })
    const other = await run(miniature, { traced: true, seed: '2' })
    expect(other.digest).not.toBe(one.digest)
    expect(other.traceDigest).not.toBe(one.traceDigest)
  })
})

function hashesOf({ digest, traceDigest }: Results): string {
  expect(traceDigest).toMatch(/^[0-9a-f]{64}$/)
  return `${digest} ${traceDigest}`
}
