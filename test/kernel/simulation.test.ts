import { describe, expect, it } from 'vitest'

import {
  firstOf,
  Pool,
  Signal,
  Simulation,
  Space,
  SpaceExhaustedError,
  UnresolvedPromiseError,
} from '../../src/kernel/index.ts'
import { createBarrier } from '../../src/kernel/settle.ts'

const simulation = () => new Simulation({ seed: 'test' })

describe('the clock', () => {
  it('fires events before the end of a run, not at it, and then stands at the end', async () => {
    const sim = simulation()
    const fired: number[] = []
    for (const time of [0, 1, 2, 3]) sim.at(time, () => fired.push(sim.now))
    await sim.run(2)
    expect(fired).toEqual([0, 1])
    expect(sim.now).toBe(2)
    await sim.run(4)
    expect(fired).toEqual([0, 1, 2, 3])
  })

  it('starts where it is told', async () => {
    const sim = new Simulation({ seed: 'test', now_s: 100 })
    let at = 0
    sim.after(5, () => (at = sim.now))
    await sim.run(200)
    expect(at).toBe(105)
  })

  it('refuses the past, and times that are no number', () => {
    const sim = new Simulation({ seed: 'test', now_s: 100 })
    expect(() => sim.at(99, () => {})).toThrow(RangeError)
    expect(() => sim.after(Number.NaN, () => {})).toThrow(RangeError)
  })

  it('gives the error of a callback to whoever runs the simulation', async () => {
    const sim = simulation()
    sim.at(1, () => {
      throw new Error('broken model')
    })
    await expect(sim.run(2)).rejects.toThrow('broken model')
  })

  it('refuses to run twice at once', async () => {
    const sim = simulation()
    const first = sim.run(10)
    await expect(sim.run(20)).rejects.toThrow('running already')
    await first
  })
})

describe('the barrier', () => {
  it('lets every microtask settle before the clock advances, however deep the awaits nest', async () => {
    const sim = simulation()
    const seen: number[] = []
    const nested = async (depth: number): Promise<void> => {
      if (depth > 0) await nested(depth - 1)
      await Promise.all([Promise.resolve(), Promise.resolve()])
    }
    const work = sim.task('deep', async () => {
      await sim.sleep(1)
      for (let k = 0; k < 100; k++) await nested(k % 17)
      seen.push(sim.now)
      await sim.sleep(0.5)
      seen.push(sim.now)
    })
    for (let k = 0; k < 100; k++) sim.at(1 + k * 0.001, () => {})
    await sim.complete(work)
    expect(seen).toEqual([1, 1.5])
  })

  it('settles what an event started before the next event at the same time', async () => {
    const sim = simulation()
    const seen: string[] = []
    sim.at(1, () => {
      void (async () => {
        await Promise.resolve()
        await Promise.resolve()
        seen.push('consequence of the first')
      })()
    })
    sim.at(1, () => seen.push('second'))
    await sim.run(2)
    expect(seen).toEqual(['consequence of the first', 'second'])
  })

  it('serves a promise that a plain callback resolves', async () => {
    const sim = simulation()
    let at = -1
    void (async () => {
      await new Promise<void>((resolve) => sim.at(5, resolve))
      await Promise.resolve()
      at = sim.now
    })()
    sim.at(5.5, () => {})
    await sim.run(10)
    expect(at).toBe(5)
  })

  it('is as exact through a MessageChannel, as in a browser', async () => {
    let turns = 0
    let settled = 0
    await new Promise<void>((resolve) => {
      const barrier = createBarrier(() => {
        expect(settled).toBe(turns * 50)
        if (turns++ === 20) {
          barrier.close()
          return resolve()
        }
        void (async () => {
          for (let k = 0; k < 50; k++) {
            await Promise.resolve()
            settled++
          }
        })()
        barrier.settle()
      }, {})
      barrier.settle()
    })
    expect(turns).toBe(21)
  })

  it('serves the real event loop during a long run', async () => {
    const sim = simulation()
    let served = 0
    const timer = setInterval(() => served++, 10)
    sim.process(
      (function* () {
        const start = performance.now()
        for (;;) {
          if (served >= 3 || performance.now() - start > 30_000) return
          yield 1
        }
      })(),
    )
    await sim.run(1e9)
    clearInterval(timer)
    expect(served).toBeGreaterThanOrEqual(3)
  })
})

describe('complete', () => {
  it('gives the result and stops the clock at that instant', async () => {
    const sim = simulation()
    sim.at(100, () => {})
    const result = await sim.complete(
      sim.task('job', async () => {
        await sim.sleep(42)
        return 'done'
      }),
    )
    expect(result).toBe('done')
    expect(sim.now).toBe(42)
    expect(sim.openTasks).toBe(0)
  })

  it('throws the error of the work', async () => {
    const sim = simulation()
    const work = sim.task('job', async () => {
      await sim.sleep(1)
      throw new Error('disk full')
    })
    await expect(sim.complete(work)).rejects.toThrow('disk full')
    expect(sim.openTasks).toBe(0)
  })

  it('names the open tasks when nobody will ever resolve what they wait for', async () => {
    const sim = simulation()
    void sim.task('copy nas to s3', () => new Promise(() => {}))
    const stuck = sim.task('backup documents', async () => {
      await sim.sleep(3)
      await new Promise(() => {})
    })
    const error: unknown = await sim.complete(stuck).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UnresolvedPromiseError)
    expect(error).toMatchObject({ now_s: 3, openTasks: ['copy nas to s3', 'backup documents'] })
    expect(String(error)).toContain('copy nas to s3, backup documents')
  })

  it('says which transfers stand still', async () => {
    const sim = simulation()
    const link = sim.flows.resource({ name: 'wan', capacity: 0 })
    const stuck = sim.task('copy', () => sim.flows.transfer({ amount: 1, over: [{ resource: link }] }).done)
    await expect(sim.complete(stuck)).rejects.toThrow(/stand still over wan/)
  })

  it('gives up at a limit, for work that waits for ever while periodic events go on', async () => {
    const sim = simulation()
    sim.process(
      (function* () {
        for (;;) yield 3600
      })(),
    )
    const stuck = sim.task('stuck', () => new Promise(() => {}))
    await expect(sim.complete(stuck, 86400)).rejects.toThrow(UnresolvedPromiseError)
    expect(sim.now).toBe(82800)
  })
})

describe('generator processes', () => {
  it('yield delays, signals, requests and flows', async () => {
    const sim = simulation()
    const drives = new Pool(sim, { name: 'drives', units: 1 })
    const disk = sim.flows.resource({ name: 'disk', capacity: 10 })
    const replaced = new Signal(sim)
    const log: string[] = []
    function* user(name: string) {
      yield drives.request()
      log.push(`${name} has the drive at ${sim.now}`)
      yield sim.flows.transfer({ amount: 50, over: [{ resource: disk }] })
      drives.release()
      log.push(`${name} is done at ${sim.now}`)
      yield replaced
      log.push(`${name} heard at ${sim.now}`)
    }
    sim.process(user('a'))
    sim.process(user('b'))
    sim.at(20, () => replaced.send())
    await sim.run(100)
    expect(log).toEqual([
      'a has the drive at 0',
      'a is done at 5',
      'b has the drive at 5',
      'b is done at 10',
      'a heard at 20',
      'b heard at 20',
    ])
  })
})

describe('a pool', () => {
  it('serves by priority, then by arrival, and lets no small request overtake a large one', async () => {
    const sim = simulation()
    const pool = new Pool(sim, { name: 'tape drives', units: 2 })
    const order: string[] = []
    const use = (name: string, units: number, priority: number) =>
      sim.task(name, () =>
        pool.use(
          async () => {
            order.push(`${name}@${sim.now}`)
            await sim.sleep(10)
          },
          { units, priority },
        ),
      )
    const work = [use('a', 1, 0), use('large', 2, 0), use('small', 1, 0), use('urgent', 1, 1)]
    await sim.complete(Promise.all(work))
    // At 0 one unit is left for urgent; large waits for both until 10, small for large until 20.
    expect(order).toEqual(['a@0', 'urgent@0', 'large@10', 'small@20'])
    expect(pool.inUse).toBe(0)
  })

  it('forgets a request that is given up', async () => {
    const sim = simulation()
    const pool = new Pool(sim, { name: 'drive', units: 1 })
    await sim.complete(pool.acquire())
    const late = sim.task('late', () => sim.within(5, (abort) => pool.acquire({ abort })))
    await expect(sim.complete(late)).rejects.toThrow('not finished within 5 s')
    expect(pool.waiting).toBe(0)
    pool.release()
    expect(pool.tryAcquire()).toBe(true)
    expect(() => pool.release(2)).toThrow(RangeError)
  })

  it('grows', async () => {
    const sim = simulation()
    const pool = new Pool(sim, { name: 'licences', units: 0 })
    const waiting = pool.acquire()
    sim.at(7, () => pool.resize(1))
    await sim.complete(waiting)
    expect(sim.now).toBe(7)
  })
})

describe('space', () => {
  it('is full when it is full, and says how full', async () => {
    const sim = simulation()
    const disk = new Space(sim, { name: 'nas', capacity: 100 })
    disk.take(70)
    expect(() => disk.take(40)).toThrow(SpaceExhaustedError)
    expect(disk).toMatchObject({ used: 70, free: 30, peak: 70 })
    const waiting = disk.takeWhenFree(40)
    sim.at(9, () => disk.give(50))
    await sim.complete(waiting)
    expect(sim.now).toBe(9)
    expect(disk.used).toBe(60)
  })
})

describe('first of several', () => {
  it('takes the first, tells the others to give up, and leaves no event behind', async () => {
    const sim = simulation()
    const signal = new Signal<string>(sim)
    const race = firstOf<unknown>([
      (abort) => sim.sleep(10, abort),
      (abort) => signal.next(abort),
      (abort) => sim.sleep(30, abort),
    ])
    sim.at(4, () => signal.send('replaced'))
    expect(await sim.complete(race)).toEqual({ index: 1, value: 'replaced' })
    expect(sim.now).toBe(4)
    expect(sim.pendingEvents).toBe(0)
    expect(signal.waiters).toBe(0)
  })

  it('waits until a condition holds', async () => {
    const sim = simulation()
    const changed = new Signal(sim)
    let copies = 0
    sim.process(
      (function* () {
        for (;;) {
          yield 1
          copies++
          changed.send()
        }
      })(),
    )
    await sim.complete(changed.until(() => copies >= 3))
    expect(sim.now).toBe(3)
  })
})
