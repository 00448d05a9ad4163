import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { FlowNetwork } from '../../../src/kernel/index.ts'
import type { EventHandle, Flow, Resource, Timeline } from '../../../src/kernel/index.ts'

/** The simplest queue of events there can be; the test looks at the network between any two of them. */
class StepByStep implements Timeline {
  now = 0
  readonly awaited = new Set<never>()
  private events: { time: number; handle: EventHandle; fire: () => void }[] = []
  private scheduled = 0

  atSync(time: number, fire: () => void): EventHandle {
    expect(time).toBeGreaterThanOrEqual(this.now)
    const handle = this.scheduled++
    this.events.push({ time, handle, fire })
    this.events.sort((a, b) => a.time - b.time || a.handle - b.handle)
    return handle
  }

  cancel(handle: EventHandle): boolean {
    const before = this.events.length
    this.events = this.events.filter((event) => event.handle !== handle)
    return this.events.length < before
  }

  touch(): void {}

  /** Whether another event stands at the present instant. */
  get midInstant(): boolean {
    return this.events[0]?.time === this.now
  }

  step(): boolean {
    const next = this.events.shift()
    if (next === undefined) return false
    this.now = next.time
    next.fire()
    return true
  }
}

interface Running {
  readonly flow: Flow
  readonly amount: number
  readonly path: readonly { resource: Resource; coefficient: number }[]
  readonly weight: number
  readonly cap: number
  readonly priority: number
  /** Its latency has passed. */
  readonly begun: () => boolean
  /** Nothing limits it: the whole amount passes in no time. */
  readonly unlimited: boolean
  /** Amount that has passed by the rates seen so far. */
  passed: number
  rate: number
}

const scenario = fc.record({
  capacities: fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(0), fc.constant(Infinity)), {
    minLength: 1,
    maxLength: 8,
  }),
  flows: fc.array(
    fc.record({
      start: fc.integer({ min: 0, max: 30 }),
      amount: fc.integer({ min: 0, max: 500 }),
      path: fc.array(fc.nat(7), { minLength: 0, maxLength: 10 }),
      coefficient: fc.constantFrom(1, 1, 1, 0.5, 3),
      weight: fc.constantFrom(1, 1, 1, 2, 0.5, 1e-4, 1e4),
      cap: fc.constantFrom(Infinity, Infinity, 1, 7, 30),
      priority: fc.constantFrom(0, 0, 0, 1, 2),
      latency: fc.constantFrom(0, 0, 0, 1, 2.5),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  changes: fc.array(
    fc.record({
      time: fc.integer({ min: 0, max: 40 }),
      link: fc.nat(7),
      kind: fc.constantFrom('capacity', 'fail', 'stall', 'cancel'),
      value: fc.integer({ min: 0, max: 60 }),
    }),
    { maxLength: 8 },
  ),
})

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

const TOLERANCE = 1e-9

const capacityOf = (resource: Resource) => (resource.stalled ? 0 : resource.capacity)

/** Feasible, and every flow is stopped: by its cap, or by a full link on which no flow of its priority is above it. */
function checkAllocation(running: readonly Running[], links: readonly Resource[]): void {
  // A flow whose last byte passes at this very instant has its share until its end is told.
  const alive = running.filter(({ flow, begun }) => !flow.ended && begun() && (flow.remaining() > 0 || flow.rate > 0))
  const load = new Map<Resource, number>()
  for (const { flow, path } of alive) {
    for (const { resource, coefficient } of path) {
      load.set(resource, (load.get(resource) ?? 0) + flow.rate * coefficient)
    }
  }
  for (const resource of links) {
    const capacity = capacityOf(resource)
    expect(load.get(resource) ?? 0).toBeLessThanOrEqual(capacity + TOLERANCE * Math.min(capacity, 1e12))
  }
  for (const { flow, path, weight, cap, priority } of alive) {
    expect(flow.rate).toBeLessThanOrEqual(cap)
    if (flow.rate === cap) continue
    const stopped = path.some(({ resource }) => {
      const capacity = capacityOf(resource)
      if (capacity === Infinity || load.get(resource)! < capacity * (1 - TOLERANCE)) return false
      return alive.every(
        (other) =>
          !other.path.some((use) => use.resource === resource) ||
          other.priority > priority ||
          // Lower priorities get only what is left: nothing but rounding, on a full link.
          (other.priority < priority
            ? other.flow.rate <= TOLERANCE * capacity
            : other.flow.rate / other.weight <= (flow.rate / weight) * (1 + TOLERANCE) + TOLERANCE * capacity),
      )
    })
    expect(stopped).toBe(true)
  }
}

/** What has passed is what the rates since the start add up to, at every flow and at every resource. */
function checkConservation(running: readonly Running[], links: readonly Resource[], since_s: number): void {
  const through = new Map<Resource, number>(links.map((resource) => [resource, 0]))
  for (const each of running) {
    each.passed = Math.min(each.amount, each.passed + (since_s > 0 ? each.rate * since_s : 0))
    const { flow, amount, path } = each
    const moved = amount - flow.remaining()
    if (!each.unlimited) expect(Math.abs(moved - each.passed)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, amount))
    each.passed = moved
    each.rate = flow.ended ? 0 : flow.rate
    for (const { resource, coefficient } of path) through.set(resource, through.get(resource)! + moved * coefficient)
  }
  for (const [resource, passed] of through) {
    const total = resource.usage.total()
    expect(Math.abs(total - passed)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, passed))
    const counted = Object.values(resource.usage.byPurpose()).reduce((a, b) => a + b, 0)
    expect(Math.abs(total - counted)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, total))
    expect(resource.usage.load()).toBeGreaterThanOrEqual(0)
  }
}

/** Plays a scenario, looking after every event or (as simulations do) once all events of an instant are over. */
function play({ capacities, flows, changes }: Scenario, look: 'after every event' | 'after every instant'): void {
  const timeline = new StepByStep()
  const network = new FlowNetwork(timeline)
  const links = capacities.map((capacity, k) => network.resource({ name: `link ${k}`, capacity }))
  const running: Running[] = []
  let completed = 0
  for (const { start, amount, path, coefficient, weight, cap, priority, latency } of flows) {
    timeline.atSync(start, () => {
      const uses = path.map((k) => ({ resource: links[k % links.length]!, coefficient }))
      const unlimited = cap === Infinity && uses.every(({ resource }) => resource.capacity === Infinity)
      const flow = network.transfer({
        amount,
        over: uses,
        weight,
        cap,
        priority,
        latency_s: latency,
        purpose: `p${amount % 3}`,
        finished: () => {
          expect(flow.remaining()).toBe(0)
          completed++
        },
      })
      const begun = () => latency === 0 || timeline.now > start + latency || flow.rate > 0
      flow.done.catch(() => {})
      running.push({ flow, amount, path: uses, weight, cap, priority, begun, unlimited, passed: 0, rate: 0 })
    })
  }
  for (const { time, link, kind, value } of changes) {
    timeline.atSync(time, () => {
      const resource = links[link % links.length]!
      if (kind === 'capacity') resource.setCapacity(value)
      else if (kind === 'cancel') running[value % Math.max(1, running.length)]?.flow.cancel(new Error('cancelled'))
      else if (kind === 'fail') resource.fail(new Error('failed'))
      else resource.stall()
      if (kind === 'fail' || kind === 'stall') timeline.atSync(timeline.now + 2, () => resource.restore())
    })
  }
  let looked_s = 0
  for (let events = 0; timeline.step(); events++) {
    expect(events).toBeLessThan(10_000)
    if (look === 'after every instant' && timeline.midInstant) continue
    checkConservation(running, links, timeline.now - looked_s)
    checkAllocation(running, links)
    looked_s = timeline.now
  }
  // Who is left has nothing that moves it: a link without capacity.
  for (const { flow, path } of running.filter((each) => !each.flow.ended)) {
    expect(flow.rate).toBe(0)
    expect(path.some(({ resource }) => capacityOf(resource) === 0)).toBe(true)
  }
  expect(completed).toBeLessThanOrEqual(flows.length)
}

describe('max-min sharing over random topologies', () => {
  it.each(['after every event', 'after every instant'] as const)(
    'is feasible and optimal, and conserves every byte, %s',
    (look) =>
      fc.assert(
        fc.property(scenario, (each) => play(each, look)),
        { numRuns: 400 },
      ),
  )
})
