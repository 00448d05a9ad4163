import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

import {
  OutsidePromiseError,
  Pool,
  Signal,
  Simulation,
  UnresolvedPromiseError,
  WallClockTimerError,
} from '../../src/kernel/index.ts'

const simulation = () => new Simulation({ seed: 'test' })

/** A world that goes on for ever, as that of a scenario does. */
function everyHour(sim: Simulation): void {
  sim.process(
    (function* () {
      for (;;) yield 3600
    })(),
  )
}

const errorOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  )

const realPause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

describe('a timer of the real clock in simulated time', () => {
  it.each<[string, () => unknown]>([
    ['setTimeout', () => setTimeout(() => {}, 1)],
    ['setInterval', () => clearInterval(setInterval(() => {}, 1))],
    ['setImmediate', () => setImmediate(() => {})],
  ])('%s ends the run with an error that names the task, even where the task swallows errors', async (name, set) => {
    const sim = simulation()
    everyHour(sim)
    const work = sim.task('backup documents', async () => {
      await sim.sleep(3)
      await Promise.resolve()
      try {
        set()
      } catch {}
      await sim.sleep(60)
    })
    const error = await errorOf(sim.complete(work))
    expect(error).toBeInstanceOf(WallClockTimerError)
    expect(error).toMatchObject({ now_s: 3, openTasks: ['backup documents'] })
    expect(String(error)).toContain(`${name} was called`)
  })

  it('is found in callbacks and in a run to a time, too', async () => {
    const sim = simulation()
    everyHour(sim)
    sim.at(5, () => void setTimeout(() => {}, 0))
    await expect(sim.run(7200)).rejects.toThrow(WallClockTimerError)
  })

  it('is nobody else’s trouble: before, after and while the real event loop turns timers are free', async () => {
    const sim = simulation()
    const original = setTimeout
    let served = 0
    const serve = (): void => {
      served++
      if (served < 100) setTimeout(serve, 1)
    }
    setTimeout(serve, 1)
    sim.process(
      (function* () {
        const start_ms = performance.now()
        for (;;) {
          if (served >= 3 || performance.now() - start_ms > 30_000) return
          yield 1
        }
      })(),
    )
    await sim.run(1e9)
    expect(served).toBeGreaterThanOrEqual(3)
    expect(setTimeout).toBe(original)
  })

  it('does not follow the next simulation', async () => {
    const [clean, guilty] = [simulation(), simulation()]
    guilty.at(1, () => void setTimeout(() => {}, 0))
    await expect(guilty.run(2)).rejects.toThrow(WallClockTimerError)
    clean.at(1, () => {})
    await clean.run(2)
    expect(clean.now).toBe(2)
  })
})

describe('a promise resolved from outside simulated time', () => {
  it('a file that is read: the error names the task that waited for it', async () => {
    const sim = simulation()
    const work = sim.task('backup documents', async () => {
      await sim.sleep(8)
      await readFile(new URL(import.meta.url))
    })
    const error = await errorOf(sim.complete(work))
    expect(error).toBeInstanceOf(OutsidePromiseError)
    expect(error).toMatchObject({ now_s: 8, openTasks: ['backup documents'] })
  })

  it('is found while the world goes on', async () => {
    const sim = simulation()
    everyHour(sim)
    const pause = realPause(20)
    const work = sim.task('copy to s3', async () => {
      await sim.sleep(1)
      await pause
      await sim.sleep(1)
    })
    await expect(sim.complete(work)).rejects.toThrow(OutsidePromiseError)
  })

  it('is found without a task, and whatever the work does next', async () => {
    const sim = simulation()
    const drives = new Pool(sim, { name: 'drives', units: 1 })
    const work = (async () => {
      await realPause(5)
      await drives.acquire()
    })()
    await expect(sim.complete(work)).rejects.toThrow(OutsidePromiseError)
  })
})

describe('a promise that nobody will resolve', () => {
  it('names tasks, transfers, pools and signals', async () => {
    const sim = simulation()
    const wan = sim.flows.resource({ name: 'wan', capacity: 0 })
    const drives = new Pool(sim, { name: 'tape drives', units: 2 })
    const replaced = new Signal(sim, 'disk replaced')
    const work = Promise.all([
      sim.task('copy', () => sim.flows.transfer({ amount: 1, over: [{ resource: wan }], purpose: 'copy' }).done),
      sim.task('archive', () => drives.acquire({ units: 3 })),
      sim.task('rebuild', () => replaced.next()),
    ])
    const error = await errorOf(sim.complete(work))
    expect(error).toBeInstanceOf(UnresolvedPromiseError)
    expect(error).toMatchObject({
      openTasks: ['copy', 'archive', 'rebuild'],
      awaited: [
        "1 transfer(s) 'copy' stand still over wan",
        "pool 'tape drives' (1 waiting, 0 of 2 units held)",
        "signal 'disk replaced' (1 waiting)",
      ],
    })
  })

  it('says so when it is a promise of nobody', async () => {
    const sim = simulation()
    const error = await errorOf(sim.complete(sim.task('verify', () => new Promise(() => {}))))
    expect(String(error)).toBe(
      'UnresolvedPromiseError: at 0 s no event is left that could end the awaited work; open tasks: verify; ' +
        'awaited: a promise that nobody will resolve',
    )
  })

  it('is an error at the end of a run, too, when no event is left that could help', async () => {
    const sim = simulation()
    void sim.task('verify', () => new Promise(() => {}))
    await expect(sim.run(100)).rejects.toThrow(UnresolvedPromiseError)
  })

  it('is none while events are left', async () => {
    const sim = simulation()
    const work = sim.task('backup', () => sim.sleep(200))
    await sim.run(100)
    await sim.complete(work)
    expect(sim.now).toBe(200)
  })

  it('forgets who waits no more', async () => {
    const sim = simulation()
    const drives = new Pool(sim, { name: 'drives', units: 1 })
    const signal = new Signal(sim)
    const work = sim.task('polite', async () => {
      await drives.acquire()
      await sim.within(5, (abort) => drives.acquire({ abort })).catch(() => {})
      await sim.within(5, (abort) => signal.next(abort)).catch(() => {})
    })
    await sim.complete(work)
    expect(sim.awaited.size).toBe(0)
  })
})
