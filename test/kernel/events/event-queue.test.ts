import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { EventQueue } from '../../../src/kernel/events/event-queue.ts'

/** Pops everything; each callback writes its own name. */
function drain(queue: EventQueue<() => void>): number[] {
  const times: number[] = []
  for (let fire = queue.popBefore(Infinity); fire !== undefined; fire = queue.popBefore(Infinity)) {
    times.push(queue.time)
    fire()
  }
  return times
}

describe('the event queue', () => {
  it('fires in order of time, equal times in order of scheduling', () => {
    const queue = new EventQueue<() => void>()
    const fired: string[] = []
    const push = (time: number, name: string) => queue.push(time, () => fired.push(name), true)
    push(2, 'b')
    push(1, 'a')
    push(2, 'c')
    push(2, 'd')
    push(0, 'first')
    expect(drain(queue)).toEqual([0, 1, 2, 2, 2])
    expect(fired).toEqual(['first', 'a', 'b', 'c', 'd'])
  })

  it('removes a cancelled event, once', () => {
    const queue = new EventQueue<() => void>()
    const fired: number[] = []
    const handles = [5, 3, 4].map((time) => queue.push(time, () => fired.push(time), true))
    expect(queue.cancel(handles[1]!)).toBe(true)
    expect(queue.cancel(handles[1]!)).toBe(false)
    expect(queue.size).toBe(2)
    drain(queue)
    expect(fired).toEqual([4, 5])
    expect(queue.cancel(handles[0]!)).toBe(false)
  })

  it('does not mistake the handle of a fired event for a later event in the same place', () => {
    const queue = new EventQueue<() => void>()
    const old = queue.push(1, () => {}, true)
    drain(queue)
    queue.push(2, () => {}, true)
    expect(queue.cancel(old)).toBe(false)
    expect(queue.size).toBe(1)
  })

  it('keeps a hundred thousand events of one instant in the order of their scheduling', () => {
    const queue = new EventQueue<() => void>()
    const fired: number[] = []
    for (let k = 0; k < 100_000; k++) queue.push(7, () => fired.push(k), true)
    drain(queue)
    expect(fired).toEqual(fired.toSorted((a, b) => a - b))
    expect(fired.length).toBe(100_000)
  })

  it('keeps events at the end of time until nothing else is left', () => {
    const queue = new EventQueue<() => void>()
    for (let k = 0; k < 1000; k++) queue.push(Infinity, () => {}, true)
    queue.push(1, () => {}, true)
    expect(drain(queue)).toEqual([1])
    queue.push(2, () => {}, true)
    expect(drain(queue)).toEqual([2])
    expect(queue.size).toBe(1000)
  })

  // Loads that reach every tier: delays over sixteen orders of magnitude, bursts, ties, and events added while draining.
  it('pops in order of time and scheduling, whatever the scale of the load', () => {
    const delay = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: -8, max: 8 }).map((exponent) => 10 ** exponent),
      fc.constantFrom(0, 1, 86_400),
    )
    fc.assert(
      fc.property(
        fc.array(delay, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(5), { minLength: 200, maxLength: 400 }),
        fc.nat(9),
        (delays, successors, skip) => {
          const queue = new EventQueue<() => void>()
          const cancelled = new Set<number>()
          let order = 0
          let left = 4000
          const push = (time: number): void => {
            const own = order++
            const handle = queue.push(time, () => fired.push([time, own]), true)
            if (own % 10 === skip) {
              queue.cancel(handle)
              cancelled.add(own)
            }
          }
          const fired: [time: number, order: number][] = []
          for (let k = 0; k < 300; k++) push(delays[k % delays.length]! * k)
          for (let k = 0; ; k++) {
            const fire = queue.popBefore(Infinity)
            if (fire === undefined) break
            fire()
            for (let n = successors[k % successors.length]!; n > 0 && left > 0; n--, left--) {
              push(queue.time + delays[(k + n) % delays.length]!)
            }
          }
          expect(fired.length).toBe(order - cancelled.size)
          expect(fired).toEqual(fired.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('gives memory back: a million cancelled events leave a short heap', () => {
    const queue = new EventQueue<() => void>()
    for (let k = 0; k < 1_000_000; k++) queue.cancel(queue.push(1e9 + k, () => {}, true))
    expect(queue.size).toBe(0)
    expect(drain(queue)).toEqual([])
  })

  it('behaves as a sorted list under any sequence of push, pop and cancel', () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('push' as const), time: fc.integer({ min: 0, max: 20 }) }),
      },
      { weight: 2, arbitrary: fc.constant({ kind: 'pop' as const }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(200) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new EventQueue<() => void>()
        const model: { time: number; order: number }[] = []
        const handles: number[] = []
        let fired = -1
        let now = 0
        for (const action of steps) {
          if (action.kind === 'push') {
            const order = handles.length
            const time = now + action.time
            handles.push(queue.push(time, () => (fired = order), true))
            model.push({ time, order })
          } else if (action.kind === 'pop') {
            model.sort((a, b) => a.time - b.time || a.order - b.order)
            const expected = model.shift()
            if (expected === undefined) {
              expect(queue.popBefore(Infinity)).toBe(undefined)
              continue
            }
            expect(queue.popBefore(expected.time)).toBe(undefined)
            queue.popBefore(expected.time + 1)!()
            expect(fired).toBe(expected.order)
            expect(queue.time).toBe(expected.time)
            now = expected.time
          } else if (handles.length > 0) {
            const order = action.which % handles.length
            const at = model.findIndex((event) => event.order === order)
            expect(queue.cancel(handles[order]!)).toBe(at >= 0)
            if (at >= 0) model.splice(at, 1)
          }
          expect(queue.size).toBe(model.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
