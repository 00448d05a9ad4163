import { describe, expect, it } from 'vitest'

import { lawOf, Pool, Simulation } from '../../../src/kernel/index.ts'
import type { LawDescription } from '../../../src/kernel/index.ts'
import { validated } from '../../validated.ts'
import { Batches } from './batches.ts'

interface Queue {
  readonly servers: number
  /** Customers a second. */
  readonly arrivals: number
  readonly service: LawDescription
  readonly customers: number
}

const BATCHES = 50

/** Customers that come at random, queue for a server of a pool and go: one generator process each. */
async function observe({ servers, arrivals, service, customers }: Queue) {
  const sim = new Simulation({ seed: 'queues' })
  const pool = new Pool(sim, { name: 'servers', units: servers })
  const gap = lawOf({ law: 'exponential', mean: 1 / arrivals })
  const gaps = sim.random('customers', 'gap')
  const need = lawOf(service)
  const needs = sim.random('customers', 'service')
  const duration_s = customers / arrivals
  // The first tenth warms up.
  const batchAt = (time_s: number) => Math.floor(((time_s / duration_s - 0.1) / 0.9) * BATCHES)

  const statistics = {
    wait_s: new Batches(BATCHES),
    stay_s: new Batches(BATCHES),
    waits: new Batches(BATCHES),
    inQueue: new Batches(BATCHES),
    inSystem: new Batches(BATCHES),
  }
  let since_s = 0
  /** Called before every change of what stands in the system. */
  const account = () => {
    const batch = batchAt(since_s)
    statistics.inQueue.add(batch, pool.waiting, sim.now - since_s)
    statistics.inSystem.add(batch, pool.waiting + pool.inUse, sim.now - since_s)
    since_s = sim.now
  }

  function* customer() {
    const came_s = sim.now
    const batch = batchAt(came_s)
    account()
    const queues = pool.inUse === servers
    yield pool.request()
    statistics.waits.add(batch, queues ? 1 : 0)
    statistics.wait_s.add(batch, sim.now - came_s)
    yield need.sample(needs)
    account()
    pool.release()
    statistics.stay_s.add(batch, sim.now - came_s)
  }

  sim.process(
    (function* () {
      for (let k = 0; k < customers; k++) {
        yield gap.sample(gaps)
        sim.process(customer())
      }
    })(),
  )
  await sim.run(duration_s * 2)
  expect(pool.inUse).toBe(0)
  return statistics
}

/** The mean of a long run is the expected one, to four standard errors that are small themselves. */
function holds(what: string, batches: Batches, expected: number, errorAtMost: number): void {
  expect(batches.z(expected, errorAtMost)).toBeLessThan(4)
  const measured = batches.estimate().mean
  validated({ group: 'Queues and sharing', what, expected, measured, within: '|z| < 4', mark: 'derived' })
}

describe('M/M/1 with ρ 0.8, μ 1', async () => {
  const { wait_s, stay_s, inSystem } = await observe({
    servers: 1,
    arrivals: 0.8,
    service: { law: 'exponential', mean: 1 },
    customers: 1_000_000,
  })

  it('holds L = ρ / (1 − ρ) = 4 customers', () => holds('M/M/1, ρ 0.8, μ 1: L', inSystem, 4, 0.03))
  it('keeps each for W = 1 / (μ − λ) = 5 s', () => holds('M/M/1, ρ 0.8, μ 1: W, s', stay_s, 5, 0.03))
  it('of which Wq = ρ W = 4 s in the queue', () => holds('M/M/1, ρ 0.8, μ 1: Wq, s', wait_s, 4, 0.03))
})

describe('M/M/4 with an offered load of 3', async () => {
  const { waits, inQueue } = await observe({
    servers: 4,
    arrivals: 3,
    service: { law: 'exponential', mean: 1 },
    customers: 1_000_000,
  })

  it('makes a share of 0.509434 wait (Erlang C)', () => holds('M/M/4, offered load 3: P(wait)', waits, 0.509434, 0.01))
  it('holds Lq = 1.528302 in the queue', () => holds('M/M/4, offered load 3: Lq', inQueue, 1.528302, 0.03))
})

describe('M/D/1 with ρ 0.8', async () => {
  const { wait_s } = await observe({
    servers: 1,
    arrivals: 0.8,
    service: { law: 'constant', value: 1 },
    customers: 1_000_000,
  })

  it('makes customers wait for Wq = ρ / (2 (1 − ρ)) = 2 s', () => holds('M/D/1, ρ 0.8: Wq, s', wait_s, 2, 0.03))
})
