import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Pool, Simulation, Space, SpaceExhaustedError } from '../../src/kernel/index.ts'

type Step =
  | { readonly kind: 'acquire'; readonly units: number; readonly priority: number; readonly process: boolean }
  | { readonly kind: 'release' | 'giveUp'; readonly which: number }
  | { readonly kind: 'resize'; readonly units: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('acquire' as const),
      units: fc.integer({ min: 1, max: 4 }),
      priority: fc.integer({ min: 0, max: 2 }),
      process: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'giveUp' as const), which: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize' as const), units: fc.integer({ min: 0, max: 6 }) }) },
)

interface Request {
  readonly number: number
  readonly units: number
  readonly priority: number
}

/** What a pool is to do, in as few words as possible: the first in the queue is served as long as it fits. */
class PlainPool {
  readonly waiting: Request[] = []
  readonly held: Request[] = []
  readonly order: number[] = []
  size = 4

  get inUse(): number {
    return this.held.reduce((sum, { units }) => sum + units, 0)
  }

  serve(): void {
    this.waiting.sort((a, b) => b.priority - a.priority || a.number - b.number)
    while (this.waiting[0] !== undefined && this.inUse + this.waiting[0].units <= this.size) {
      const first = this.waiting.shift()!
      this.held.push(first)
      this.order.push(first.number)
    }
  }
}

describe('a pool', () => {
  it('gives what a plain model gives, in the same order, to promises and to processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const sim = new Simulation({ seed: 'pool' })
        const pool = new Pool(sim, { name: 'drives', units: 4 })
        const model = new PlainPool()
        const served = { promises: [] as number[], processes: [] as number[] }
        const processes = new Set<number>()
        const givenUp = new Map<number, AbortController>()
        for (const [number, each] of steps.entries()) {
          if (each.kind === 'acquire') {
            const { units, priority } = each
            if (each.process) {
              processes.add(number)
              sim.process(
                (function* () {
                  yield pool.request({ units, priority })
                  served.processes.push(number)
                })(),
              )
            } else {
              const controller = new AbortController()
              givenUp.set(number, controller)
              pool.acquire({ units, priority, abort: controller.signal }).then(
                () => served.promises.push(number),
                () => {},
              )
            }
            model.waiting.push({ number, units, priority })
          } else if (each.kind === 'release') {
            const [returned] = model.held.splice(each.which % Math.max(1, model.held.length), 1)
            if (returned !== undefined) pool.release(returned.units)
          } else if (each.kind === 'giveUp') {
            const abortable = model.waiting.filter(({ number: waiting }) => givenUp.has(waiting))
            const quitter = abortable[each.which % Math.max(1, abortable.length)]
            if (quitter !== undefined) {
              givenUp.get(quitter.number)!.abort(new Error('given up'))
              model.waiting.splice(model.waiting.indexOf(quitter), 1)
            }
          } else if (each.kind === 'resize') {
            pool.resize(each.units)
            model.size = each.units
          }
          model.serve()
          await sim.run(sim.now + 1)
          expect({ inUse: pool.inUse, waiting: pool.waiting, ...served }).toEqual({
            inUse: model.inUse,
            waiting: model.waiting.length,
            // Served at one instant, promises go on before processes do: each kind keeps its order.
            promises: model.order.filter((request) => !processes.has(request)),
            processes: model.order.filter((request) => processes.has(request)),
          })
          expect(sim.awaited.has(pool)).toBe(model.waiting.length > 0)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('space', () => {
  it('is never overdrawn, and whoever waits gets it as soon as there is enough', async () => {
    const moves = fc.array(fc.record({ take: fc.boolean(), amount: fc.integer({ min: 0, max: 60 }) }), {
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(moves, async (each) => {
        const sim = new Simulation({ seed: 'space' })
        const disk = new Space(sim, { name: 'nas', capacity: 100 })
        let used = 0
        let most = 0
        for (const { take, amount } of each) {
          if (!take) {
            const given = Math.min(amount, used)
            disk.give(given)
            used -= given
          } else if (amount <= 100 - used) {
            disk.take(amount)
            used += amount
          } else {
            expect(() => disk.take(amount)).toThrow(SpaceExhaustedError)
          }
          most = Math.max(most, used)
          expect(disk).toMatchObject({ used, free: 100 - used, peak: most })
        }
        const waiting = disk.takeWhenFree(100)
        disk.give(used)
        await sim.complete(waiting)
        expect(disk.used).toBe(100)
      }),
    )
  })
})
