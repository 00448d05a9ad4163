import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MaxMinSharing } from '../../../src/kernel/flows/max-min-sharing.ts'

const LINKS = 12

const variable = fc.record({
  links: fc.uniqueArray(fc.nat(LINKS - 1), { minLength: 1, maxLength: 5 }),
  coefficient: fc.constantFrom(1, 1, 2, 0.25),
  weight: fc.constantFrom(1, 1, 1, 3, 0.01),
  cap: fc.constantFrom(Infinity, Infinity, Infinity, 2, 9),
  priority: fc.constantFrom(0, 0, 0, 0, 1),
})
type Variable = typeof variable extends fc.Arbitrary<infer T> ? T : never

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), variable }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('multiply' as const),
      which: fc.nat(),
      by: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('capacity' as const),
      link: fc.nat(LINKS - 1),
      capacity: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(0, Infinity)),
    }),
  },
)

interface Present {
  readonly number: number
  readonly variable: Variable
  multiplicity: number
}

function added(sharing: MaxMinSharing, { links, coefficient, weight, cap, priority }: Variable): number {
  return sharing.addVariable(
    links,
    links.map(() => coefficient),
    weight,
    cap,
    priority,
  )
}

describe('max-min sharing solved again after changes', () => {
  it('gives every variable what a filling from nothing gives it, and names those whose rate has changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 20, maxLength: 60 }),
        (instants) => {
          const capacities = Array.from({ length: LINKS }, (_, link) => 5 + link)
          const sharing = new MaxMinSharing()
          for (const capacity of capacities) sharing.addLink(capacity)
          const present: Present[] = []
          const known = new Map<number, number>()
          for (const steps of instants) {
            for (const action of steps) {
              if (action.kind === 'add') {
                const number = added(sharing, action.variable)
                present.push({ number, variable: action.variable, multiplicity: 1 })
                known.set(number, 0)
              } else if (action.kind === 'capacity') {
                sharing.setCapacity(action.link, action.capacity)
                capacities[action.link] = action.capacity
              } else if (present.length > 0) {
                const at = action.which % present.length
                if (action.kind === 'remove') {
                  sharing.removeVariable(present[at]!.number)
                  known.delete(present[at]!.number)
                  present.splice(at, 1)
                } else {
                  sharing.setMultiplicity(present[at]!.number, action.by)
                  present[at]!.multiplicity = action.by
                }
              }
            }
            sharing.solve()
            for (const number of sharing.changed.subarray(0, sharing.changedCount)) {
              expect(known.get(number)).not.toBe(sharing.rateOf(number))
              known.set(number, sharing.rateOf(number))
            }

            const fresh = new MaxMinSharing()
            for (const capacity of capacities) fresh.addLink(capacity)
            const twins = present.map((entry) => {
              const twin = added(fresh, entry.variable)
              fresh.setMultiplicity(twin, entry.multiplicity)
              return twin
            })
            fresh.solve()
            present.forEach(({ number }, k) => {
              const [replayed, filled] = [sharing.rateOf(number), fresh.rateOf(twins[k]!)]
              expect(known.get(number)).toBe(replayed)
              if (replayed !== filled)
                expect(Math.abs(replayed - filled)).toBeLessThanOrEqual(1e-9 * Math.max(1, filled))
            })
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
