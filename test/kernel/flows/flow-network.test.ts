import { describe, expect, it } from 'vitest'

import { Simulation } from '../../../src/kernel/index.ts'
import type { Flow, Resource, Simulation as Sim } from '../../../src/kernel/index.ts'

const simulation = () => new Simulation({ seed: 'test' })
const link = (sim: Sim, capacity: number, name = 'link') => sim.flows.resource({ name, capacity })
const over = (...resources: Resource[]) => resources.map((resource) => ({ resource }))

/** When each flow is done, in the order given. */
async function ends(sim: Sim, flows: readonly Flow[]): Promise<number[]> {
  const times: number[] = []
  await sim.complete(
    Promise.all(
      flows.map(async (flow, k) => {
        await flow.done
        times[k] = sim.now
      }),
    ),
  )
  return times
}

describe('a lone flow', () => {
  it('takes latency + amount / rate, to the last bit', async () => {
    const sim = simulation()
    const flow = sim.flows.transfer({ amount: 1e9, over: over(link(sim, 3e7)), latency_s: 0.025 })
    expect(await ends(sim, [flow])).toEqual([0.025 + 1e9 / 3e7])
  })

  it('is limited by its slowest resource, in the units of each', async () => {
    const sim = simulation()
    // 100 MB/s of disk, 10 MB/s of link, 2 CPU seconds a second at 0.5 CPU seconds a MB: 4 MB/s.
    const uses = [
      ...over(link(sim, 100), link(sim, 10)),
      { resource: sim.flows.resource({ name: 'cpu', capacity: 2 }), coefficient: 0.5 },
    ]
    const flow = sim.flows.transfer({ amount: 40, over: uses })
    expect(flow.rate).toBe(4)
    expect(await ends(sim, [flow])).toEqual([10])
  })

  it('takes only its latency when nothing is to be moved, or nothing limits it', async () => {
    const sim = simulation()
    const free = link(sim, Infinity)
    const nothing = sim.flows.transfer({ amount: 0, over: over(link(sim, 1)), latency_s: 2 })
    const unlimited = sim.flows.transfer({ amount: 1e12, over: over(free), latency_s: 3 })
    const immediate = sim.flows.transfer({ amount: 5, over: [] })
    expect(await ends(sim, [nothing, unlimited, immediate])).toEqual([2, 3, 0])
    expect(free.usage.total()).toBe(1e12)
  })

  it('runs at its cap where no resource is finite', async () => {
    const sim = simulation()
    expect(await ends(sim, [sim.flows.transfer({ amount: 10, over: over(link(sim, Infinity)), cap: 4 })])).toEqual([
      2.5,
    ])
  })
})

describe('fair sharing', () => {
  it('gives what a cap leaves to the others', () => {
    const sim = simulation()
    const shared = link(sim, 10)
    const capped = sim.flows.transfer({ amount: 1, over: over(shared), cap: 1 })
    const others = [1, 2].map(() => sim.flows.transfer({ amount: 1, over: over(shared) }))
    expect(capped.rate).toBe(1)
    expect(others.map((flow) => flow.rate)).toEqual([4.5, 4.5])
  })

  it('serves a higher priority first; lower ones share what it leaves', async () => {
    const sim = simulation()
    const shared = link(sim, 10)
    const bulk = sim.flows.transfer({ amount: 100, over: over(shared) })
    const restore = sim.flows.transfer({ amount: 30, over: over(shared), priority: 1, cap: 6 })
    expect([bulk.rate, restore.rate]).toEqual([4, 6])
    // The restore ends at 30/6 = 5; the bulk has moved 20 by then, and needs 80/10 more.
    expect(await ends(sim, [restore, bulk])).toEqual([5, 13])
  })

  it('ends flows that end together in one event, in the order of their start', async () => {
    const sim = simulation()
    const shared = link(sim, 0.3)
    const order: number[] = []
    let events = 0
    // Three routes, so three classes, whose ends differ by rounding only.
    for (let k = 0; k < 9; k++) {
      sim.flows.transfer({
        amount: 0.1,
        over: over(shared, link(sim, 1 + k)),
        finished: () => {
          order.push(k)
          if (order.length === 1) sim.atSync(sim.now, () => (events = order.length))
        },
      })
    }
    await sim.run(100)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(events).toBe(9)
  })
})

describe('accounting', () => {
  it('adds up to whole bytes, by purpose, whatever the rates were on the way', async () => {
    const sim = simulation()
    const shared = link(sim, 7.3)
    const stream = sim.random('flows', 'test')
    const amounts = Array.from({ length: 500 }, () => 1 + stream.integer(1e9))
    const flows = amounts.map((amount, k) =>
      sim.flows.transfer({
        amount,
        over: over(shared),
        latency_s: stream.uniform() * 1e8,
        purpose: k % 2 === 0 ? 'backup' : 'restore',
      }),
    )
    await ends(sim, flows)
    const even = amounts.filter((_, k) => k % 2 === 0).reduce((a, b) => a + b)
    const odd = amounts.filter((_, k) => k % 2 === 1).reduce((a, b) => a + b)
    expect(shared.usage.byPurpose()).toEqual({ backup: even, restore: odd })
    expect(shared.usage.total()).toBe(even + odd)
    expect(shared.usage.total('backup')).toBe(even)
  })

  it('knows the mean rate of every five minutes, and the peak', async () => {
    const sim = simulation()
    const shared = link(sim, 10)
    // 6000 units from 150 s to 750 s
    sim.flows.transfer({ amount: 6000, over: over(shared), latency_s: 150 })
    await sim.run(1000)
    expect([...shared.usage.bins(1000)]).toEqual([5, 10, 5, 0])
    expect(shared.usage.peak()).toBe(10)
  })

  it('counts what is under way', async () => {
    const sim = simulation()
    const disk = link(sim, 10)
    const flow = sim.flows.transfer({ amount: 100, over: [{ resource: disk, coefficient: 2 }], purpose: 'backup' })
    await sim.run(4)
    expect(flow.remaining()).toBe(80)
    expect(disk.usage.byPurpose()).toEqual({ backup: 40 })
    expect(disk.usage.load()).toBe(10)
  })
})

describe('trouble', () => {
  it('a cancelled flow has moved what it has moved, and frees its share', async () => {
    const sim = simulation()
    const shared = link(sim, 10)
    const cancelled = sim.flows.transfer({ amount: 100, over: over(shared) })
    const other = sim.flows.transfer({ amount: 100, over: over(shared) })
    const outcome = cancelled.done.then(
      () => 'done',
      (error: unknown) => `${String(error)} at ${sim.now}`,
    )
    sim.at(6, () => cancelled.cancel(new Error('job killed')))
    // 30 each by 6; the other's 70 take 7 more.
    expect(await ends(sim, [other])).toEqual([13])
    expect(await outcome).toBe('Error: job killed at 6')
    expect(cancelled.remaining()).toBe(70)
    expect(shared.usage.total()).toBe(130)
    cancelled.cancel(new Error('again'))
  })

  it('a failed resource kills its flows and refuses new ones until it is restored', async () => {
    const sim = simulation()
    const wan = link(sim, 10)
    const running = sim.flows.transfer({ amount: 100, over: over(wan) })
    const starting = sim.flows.transfer({ amount: 100, over: over(wan), latency_s: 50 })
    const fates = Promise.allSettled([running.done, starting.done])
    sim.at(3, () => wan.fail(new Error('cable cut')))
    const settled = await sim.complete(fates)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(sim.now).toBe(3)
    await expect(sim.flows.transfer({ amount: 1, over: over(wan) }).done).rejects.toThrow('cable cut')
    wan.restore()
    expect(await ends(sim, [sim.flows.transfer({ amount: 20, over: over(wan) })])).toEqual([5])
  })

  it('a stalled resource makes its flows wait, and keeps the capacity that is set meanwhile', async () => {
    const sim = simulation()
    const wan = link(sim, 10)
    const flow = sim.flows.transfer({ amount: 100, over: over(wan) })
    sim.at(4, () => wan.stall())
    sim.at(5, () => wan.setCapacity(20))
    sim.at(9, () => wan.restore())
    // 40 by 4, nothing until 9, the other 60 at 20 a second.
    expect(await ends(sim, [flow])).toEqual([12])
  })

  it('follows its capacity up, down, to zero and to infinity', async () => {
    const sim = simulation()
    const wan = link(sim, 10)
    const flow = sim.flows.transfer({ amount: 100, over: over(wan) })
    sim.at(1, () => wan.setCapacity(0))
    sim.at(2, () => wan.setCapacity(5))
    sim.at(4, () => wan.setCapacity(40))
    sim.at(5, () => wan.setCapacity(Infinity))
    // 10 + 0 + 10 + 40, the rest at once
    expect(await ends(sim, [flow])).toEqual([5])
    expect(wan.usage.total()).toBe(100)
  })

  it('refuses amounts, weights, capacities that make no sense', () => {
    const sim = simulation()
    const wan = link(sim, 10)
    expect(() => sim.flows.transfer({ amount: -1, over: over(wan) })).toThrow(RangeError)
    expect(() => sim.flows.transfer({ amount: Number.NaN, over: [] })).toThrow(RangeError)
    expect(() => sim.flows.transfer({ amount: 1, over: over(wan), weight: 0 })).toThrow(RangeError)
    expect(() => wan.setCapacity(-1)).toThrow(RangeError)
    expect(() => sim.flows.transfer({ amount: 1, over: over(link(simulation(), 1)) })).toThrow('another simulation')
  })
})
