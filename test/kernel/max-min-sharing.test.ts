import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Simulation } from '../../src/kernel/index.ts'
import type { Flow, Resource } from '../../src/kernel/index.ts'

interface Running {
  readonly flow: Flow
  readonly amount: number
  readonly path: readonly { resource: Resource; coefficient: number }[]
  readonly weight: number
  readonly cap: number
  readonly priority: number
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

const TOLERANCE = 1e-9

const capacityOf = (resource: Resource) => (resource.stalled ? 0 : resource.capacity)

/** Feasible, and every flow is stopped: by its cap, or by a full link on which no flow of its priority is above it. */
function checkAllocation(running: readonly Running[], links: readonly Resource[]): void {
  // A flow whose last byte passes at this very instant has its share until its end is told.
  const alive = running.filter(({ flow }) => !flow.ended && (flow.remaining() > 0 || flow.rate > 0))
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

describe('max-min sharing over random topologies', () => {
  it('is feasible and optimal after every event, and conserves every byte', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ capacities, flows, changes }) => {
        const sim = new Simulation({ seed: 'property' })
        const links = capacities.map((capacity, k) => sim.flows.resource({ name: `link ${k}`, capacity }))
        const running: Running[] = []
        const violations: unknown[] = []
        let checks = 0
        const check = () => {
          checks++
          checkAllocation(running, links)
        }
        for (const { start, amount, path, coefficient, weight, cap, priority } of flows) {
          sim.at(start, () => {
            const uses = path.map((k) => ({ resource: links[k % links.length]!, coefficient }))
            const flow = sim.flows.transfer({ amount, over: uses, weight, cap, priority, purpose: `p${amount % 3}` })
            running.push({ flow, amount, path: uses, weight, cap, priority })
            flow.done.then(check, check).catch((error: unknown) => violations.push(error))
          })
          sim.at(start, check)
        }
        for (const { time, link, kind, value } of changes) {
          sim.at(time, () => {
            const resource = links[link % links.length]!
            if (kind === 'capacity') resource.setCapacity(value)
            else if (kind === 'cancel')
              running[value % Math.max(1, running.length)]?.flow.cancel(new Error('cancelled'))
            else if (kind === 'fail') resource.fail(new Error('failed'))
            else resource.stall()
            if (kind === 'fail' || kind === 'stall') sim.after(2, () => resource.restore())
          })
          sim.at(time + 0.5, check)
        }
        await sim.run(1e9)
        check()
        expect(violations).toEqual([])
        expect(checks).toBeGreaterThan(flows.length)
        for (const resource of links) {
          let passed = 0
          for (const { flow, amount, path } of running) {
            const moved = amount - flow.remaining()
            for (const use of path) if (use.resource === resource) passed += moved * use.coefficient
          }
          const total = resource.usage.total()
          expect(Math.abs(total - passed)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, passed))
          const counted = Object.values(resource.usage.byPurpose()).reduce((a, b) => a + b, 0)
          expect(Math.abs(total - counted)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, total))
          expect(resource.usage.load()).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 400 },
    )
  })
})
