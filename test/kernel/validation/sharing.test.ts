import { describe, expect, it } from 'vitest'

import { mathisThroughput, Simulation, tcpWindowRate } from '../../../src/kernel/index.ts'
import type { Flow, Resource } from '../../../src/kernel/index.ts'
import { validated } from '../../validated.ts'

const simulation = () => new Simulation({ seed: 'validation' })
const link = (sim: Simulation, capacity: number) => sim.flows.resource({ name: 'link', capacity })
const over = (...resources: Resource[]) => resources.map((resource) => ({ resource }))
const twice = (resource: Resource) => ({ resource, coefficient: 2 })

/** When each flow is done, in the order given. */
function ends(sim: Simulation, flows: readonly Flow[]): Promise<number[]> {
  const end = async (flow: Flow): Promise<number> => {
    await flow.done
    return sim.now
  }
  return sim.complete(Promise.all(flows.map(end)))
}

const rates = (flows: readonly Flow[]): string => flows.map((flow) => flow.rate).join(', ')

function exactly(what: string, expected: number | string, measured: number | string, mark: 'seen' | 'derived'): void {
  validated({ group: 'Queues and sharing', what, expected, measured, within: 'exact, as printed', mark })
}

describe('one flow', () => {
  // SimGrid's network model CM02: latency + size / min(link, window / (2 latency)).
  it.each([
    [0, 1.0],
    [1e-5, 1.00001],
    [1e-3, 4.769372],
  ])('through a TCP window of 4 MiB with latency %d s takes %d s', async (latency_s, expected) => {
    const sim = simulation()
    const flow = sim.flows.transfer({ amount: 1e10, over: over(link(sim, 1e10)), window_bytes: 4194304, latency_s })
    const [end] = await ends(sim, [flow])
    expect(end).toBeCloseTo(expected, 6)
    exactly(`1e10 bytes over 1e10 bytes/s, window 4 MiB, latency ${latency_s} s: s`, expected, end!, 'seen')
    expect(end).toBe(latency_s + 1e10 / Math.min(1e10, tcpWindowRate(4194304, latency_s)))
  })

  it('under loss: Mathis gives 17.881 Mbit/s for MSS 1460 B, RTT 80 ms, loss 1e-4', () => {
    const measured = (mathisThroughput(1460, 0.08, 1e-4) * 8) / 1e6
    expect(measured).toBeCloseTo(17.881, 3)
    exactly('Mathis, MSS 1460 B, RTT 80 ms, loss 1e-4: Mbit/s', 17.881, measured, 'derived')
  })
})

describe('max-min sharing', () => {
  it('divides 3 by weights 1 and 1/2 into 2 and 1', () => {
    const sim = simulation()
    const shared = link(sim, 3)
    const flows = [1, 0.5].map((weight) => sim.flows.transfer({ amount: 1, over: over(shared), weight }))
    expect(flows.map((flow) => flow.rate)).toEqual([2, 1])
    exactly('max-min, C 3, weights 1 and 1/2', '2, 1', rates(flows), 'seen')
  })

  // SimGrid's test of two constraints: a + 2 b <= 20 and 2 a + c <= 60, where b weighs 1/2: a = 10, b = 5, c = 40.
  it('on links 20 and 60 gives 10, 5 and 40', () => {
    const sim = simulation()
    const first = link(sim, 20)
    const second = link(sim, 60)
    const a = sim.flows.transfer({ amount: 1, over: [{ resource: first }, twice(second)] })
    const b = sim.flows.transfer({ amount: 1, over: [twice(first)], weight: 0.5 })
    const c = sim.flows.transfer({ amount: 1, over: over(second) })
    expect([a, b, c].map((flow) => flow.rate)).toEqual([10, 5, 40])
    exactly("max-min, links 20 and 60 of SimGrid's test", '10, 5, 40', rates([a, b, c]), 'seen')
  })

  it('on links 1, 10, 1: the long flow gets 0.5, the short ones 0.5, 9.5, 0.5', () => {
    const sim = simulation()
    const links = [1, 10, 1].map((capacity) => link(sim, capacity))
    const long = sim.flows.transfer({ amount: 1, over: over(...links) })
    const short = links.map((each) => sim.flows.transfer({ amount: 1, over: over(each) }))
    expect(long.rate).toBe(0.5)
    expect(short.map((flow) => flow.rate)).toEqual([0.5, 9.5, 0.5])
    exactly(
      'max-min, links 1, 10, 1: one long and three short',
      '0.5, 0.5, 9.5, 0.5',
      rates([long, ...short]),
      'derived',
    )
  })

  it('two equal flows, the second starting when the first is half done: they end at 3S/(2C) and 2S/C', async () => {
    const sim = simulation()
    const shared = link(sim, 10)
    const first = sim.flows.transfer({ amount: 100, over: over(shared) })
    const second = sim.flows.transfer({ amount: 100, over: over(shared), latency_s: 5 })
    const found = await ends(sim, [first, second])
    expect(found).toEqual([15, 20])
    exactly(
      'two equal flows, the second from the half of the first: 3S/(2C), 2S/C',
      '15, 20',
      found.join(', '),
      'derived',
    )
  })
})
