import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { headerOf } from '../../src/experiment/execution/block-file.ts'
import { openCheckpoint } from '../../src/experiment/execution/checkpoint.ts'
import { inThisThread } from '../../src/experiment/execution/executor.ts'
import type { Executor } from '../../src/experiment/execution/executor.ts'
import { Passes } from '../../src/experiment/cell/passes.ts'
import { run } from '../../src/experiment/run.ts'
import type { RunProgress } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { scratchFolder } from '../scratch-folder.ts'

const folder = scratchFolder('interruption')

const scenario = await loadScenario(join(import.meta.dirname, '../../scenarios/miniature.yaml'))
const DRILLS = { replications: 512 }

/** Ends after so many blocks. */
function interruptedAfter(blocks: number): { execute: Executor; signal: AbortSignal } {
  const controller = new AbortController()
  let done = 0
  const execute: Executor = {
    workers: 1,
    async *run(all, options) {
      for await (const finished of inThisThread.run(all, options)) {
        yield finished
        if ((done += 1) === blocks) controller.abort()
      }
    },
  }
  return { execute, signal: controller.signal }
}

describe('a run that is interrupted', { timeout: 240_000 }, async () => {
  const told: RunProgress[] = []
  const whole = await run(scenario, { ...DRILLS, onProgress: (progress) => told.push(progress) })
  const partial = await run(scenario, { ...DRILLS, ...interruptedAfter(1) })

  it('gives what is complete, says so, and knows how much there would have been', () => {
    expect(partial.replications).toBe(256)
    expect(partial.interrupted).toEqual({ replications: 512, naturalWorlds: 0 })
    expect(partial.warnings.at(-1)).toBe('interrupted after 256 of 512 drills of each hazard')
    expect(whole.interrupted).toBeUndefined()
  })

  it('has incidents that the whole run has, spread over all the time', () => {
    const all = new Map(whole.incidents.map((row) => [row.replication, row]))
    for (const row of partial.incidents) expect(row).toEqual(all.get(row.replication))
    const onsets = partial.incidents.map(({ onset_s }) => onset_s).sort((a, b) => a - b)
    const evenly_s = (scenario.horizon_s - scenario.experiment.warmUp_s) / onsets.length
    for (const [k, onset_s] of onsets.entries()) {
      expect(Math.abs(onset_s - scenario.experiment.warmUp_s - k * evenly_s)).toBeLessThan(3 * evenly_s)
    }
  })

  it('goes on from its checkpoint to the results of a run without interruption, running the rest only', async () => {
    const path = join(folder, 'unfinished.blocks')
    const header = headerOf(scenario, { seed: scenario.seed, ...DRILLS, naturalWorlds: 0, workers: 1 })
    const { execute, signal } = interruptedAfter(1)
    const first = await openCheckpoint(path, header, execute, false)
    await run(scenario, { ...DRILLS, execute: first.execute, signal })
    await first.close(false)
    const later = interruptedAfter(Infinity)
    let ran = 0
    const counted: Executor = {
      // Another number of workers would cut the run into other blocks.
      workers: 4,
      async *run(blocks, options) {
        ran += blocks.length
        yield* later.execute.run(blocks, options)
      },
    }
    const second = await openCheckpoint(path, header, counted, true)
    const resumed = await run(scenario, { ...DRILLS, execute: second.execute })
    await second.close(true)
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole))
    expect({ known: second.known, ran }).toEqual({ known: 1, ran: 1 })
    await expect(openCheckpoint(path, header, counted, true)).rejects.toThrow(/there is nothing to resume/)
  })

  it('has nothing to show before a first part is complete', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(run(scenario, { ...DRILLS, signal: controller.signal })).rejects.toThrow(/before a first part/)
  })

  it('tells how far it is: drills that are complete, and how precise their means are', () => {
    expect(told.at(-1)).toMatchObject({ what: 'drills 1 to 512 of each hazard', share: 1, replications: 512 })
    const known = told.filter(({ precision }) => precision !== undefined)
    const [first, last] = [known[0]!, known.at(-1)!]
    // Half-widths go with one over the root of the number of drills, roughly where they are few.
    const expected = Math.sqrt(last.replications / first.replications)
    expect(first.precision! / last.precision! / expected).toBeGreaterThan(0.7)
    expect(first.precision! / last.precision! / expected).toBeLessThan(1.4)
  })
})

/** Ends in the middle of a block, once so many drills are done. */
function interruptedAfterDrills(count: number): { execute: Executor; signal: AbortSignal } {
  const controller = new AbortController()
  let done = 0
  const execute: Executor = {
    workers: 1,
    async *run(all, options = {}) {
      const onFinding: typeof options.onFinding = (index, finding) => {
        // As a thread that is stopped: what it would have said is not heard.
        if (controller.signal.aborted) return
        options.onFinding?.(index, finding)
        if ('incidents' in finding && (done += 1) === count) controller.abort()
      }
      for await (const finished of inThisThread.run(all, { ...options, onFinding })) {
        if (controller.signal.aborted) return
        yield finished
      }
    },
  }
  return { execute, signal: controller.signal }
}

describe('a run that is interrupted before its only cell is done', () => {
  const SOME = { replications: 16 }
  const header = headerOf(scenario, { seed: scenario.seed, ...SOME, naturalWorlds: 0, workers: 1 })
  /** Where drills take long beside the world, every fourth comes first, then every second. */
  const inPasses = (): void => {
    let pass = 0
    vi.spyOn(Passes.prototype, 'postpones').mockImplementation((rank) => rank % [4, 2, 1][pass]! !== 0)
    vi.spyOn(Passes.prototype, 'next').mockImplementation(() => void (pass += 1))
  }
  afterEach(() => vi.restoreAllMocks())

  it('has a fair sample of what it should have: every fourth drill, then every second', async () => {
    inPasses()
    const { warnings, incidents } = await run(scenario, { ...SOME, ...interruptedAfterDrills(6) })
    expect(incidents.map(({ replication }) => replication)).toEqual([0, 4, 8, 12])
    expect(warnings.at(-1)).toBe('interrupted after 4 of 16 drills of each hazard')
    vi.restoreAllMocks()
    inPasses()
    const later = await run(scenario, { ...SOME, ...interruptedAfterDrills(15) })
    expect(later.incidents.map(({ replication }) => replication)).toEqual([0, 2, 4, 6, 8, 10, 12, 14])
  })

  it('keeps every drill for --resume, and comes to the same results in however many passes', async () => {
    const path = join(folder, 'drills.blocks')
    const { execute, signal } = interruptedAfterDrills(7)
    const first = await openCheckpoint(path, header, execute, false)
    await expect(run(scenario, { ...SOME, execute: first.execute, signal })).rejects.toThrow(/before a first part/)
    await first.close(false)
    inPasses()
    let staged = 0
    const counted: Executor = {
      workers: 1,
      run: (all, options) => inThisThread.run(all, { ...options, onFinding: () => (staged += 1) }),
    }
    const second = await openCheckpoint(path, header, counted, true)
    const resumed = await run(scenario, { ...SOME, execute: second.execute })
    await second.close(true)
    vi.restoreAllMocks()
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(await run(scenario, SOME)))
    // The rest, and the undisturbed world.
    expect(staged).toBe(9 + 1)
  })
})
