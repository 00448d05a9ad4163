import { describe, expect, it } from 'vitest'

import { lawOf, Simulation } from '../../../src/kernel/index.ts'
import type { LawDescription } from '../../../src/kernel/index.ts'
import { validated } from '../../validated.ts'
import { Batches } from './batches.ts'

const BATCHES = 50
const TRANSFERS = 300_000
const CAPACITY = 1
const LOAD = 0.5

/** Transfers that start at random on one link, which they share fairly. Times are told by the batch of their start. */
async function observe(sizes: LawDescription) {
  const sim = new Simulation({ seed: 'processor sharing' })
  const link = sim.flows.resource({ name: 'link', capacity: CAPACITY })
  const size = lawOf(sizes)
  const amounts = sim.random('transfers', 'size')
  const gap = lawOf({ law: 'exponential', mean: size.mean / (LOAD * CAPACITY) })
  const gaps = sim.random('transfers', 'gap')
  const duration_s = TRANSFERS * gap.mean
  const statistics = { slowdown: new Batches(BATCHES), duration_s: new Batches(BATCHES), size: new Batches(BATCHES) }
  sim.process(
    (function* () {
      for (let k = 0; k < TRANSFERS; k++) {
        yield gap.sample(gaps)
        const started_s = sim.now
        const batch = Math.floor((started_s / duration_s) * BATCHES)
        const amount = size.sample(amounts)
        sim.flows.transfer({
          amount,
          over: [{ resource: link }],
          finished: () => {
            statistics.duration_s.add(batch, sim.now - started_s)
            statistics.slowdown.add(batch, (sim.now - started_s) / (amount / CAPACITY))
          },
        })
      }
    })(),
  )
  await sim.run(2 * duration_s)
  expect(link.usage.load()).toBe(0)
  return { ...statistics, unloaded_s: size.mean / CAPACITY }
}

describe('a fairly shared link as M/G/1 processor sharing with ρ 0.5', () => {
  it.each<[string, LawDescription]>([
    ['exponential', { law: 'exponential', mean: 1 }],
    ['constant', { law: 'constant', value: 1 }],
    ['Pareto', { law: 'pareto', shape: 1.5, min: 1, max: 1000 }],
  ])('%s sizes: a transfer takes twice as long as alone', async (law, sizes) => {
    const { duration_s, slowdown, unloaded_s } = await observe(sizes)
    expect(duration_s.z(2 * unloaded_s, 0.02)).toBeLessThan(4)
    // Whatever its size: the mean of the ratio is 2 as well.
    expect(slowdown.z(2, 0.02)).toBeLessThan(4)
    validated({
      group: 'Queues and sharing',
      what: `M/G/1 processor sharing, ρ 0.5, ${law} sizes: transfer ÷ unloaded`,
      expected: 2,
      measured: duration_s.estimate().mean / unloaded_s,
      within: '|z| < 4',
      mark: 'derived',
    })
  })
})
