import type { Awaited, Timeline } from '../timeline.ts'
import type { Wait } from './wait.ts'

export interface AcquireOptions {
  /** Units to acquire at once. Default 1. */
  readonly units?: number
  /** Requests of higher priority are served first, equal ones in the order in which they came. Default 0. */
  readonly priority?: number
  /** Gives up waiting: the promise rejects with the reason. */
  readonly abort?: AbortSignal
}

interface Waiter {
  readonly units: number
  readonly priority: number
  readonly number: number
  grant: (() => void) | undefined
}

/**
 * A number of units that are held for a while and given back: tape drives, robot arms, connections, concurrency limits. Requests
 * are served by priority, and then in the order in which they came. A small request does not overtake a large one, so that none
 * starves.
 */
export class Pool implements Awaited {
  readonly name: string
  private readonly timeline: Timeline
  private size: number
  private held = 0
  private readonly queue: Waiter[] = []
  private arrivals = 0
  private waiterCount = 0
  private enlisted = false

  constructor(timeline: Timeline, options: { name: string; units: number }) {
    checkUnits(options.name, options.units)
    this.timeline = timeline
    this.name = options.name
    this.size = options.units
  }

  get units(): number {
    return this.size
  }

  get inUse(): number {
    return this.held
  }

  /** Number of requests that wait. */
  get waiting(): number {
    return this.waiterCount
  }

  /** Resolves when the units are held. They must be given back by `release`. */
  acquire(options: AcquireOptions = {}): Promise<void> {
    const { abort } = options
    this.timeline.touch()
    return new Promise((resolve, reject) => {
      if (abort?.aborted === true) return reject(abort.reason)
      const waiter = this.enqueue(options, () => {
        abort?.removeEventListener('abort', giveUp)
        this.timeline.touch()
        resolve()
      })
      const giveUp = (): void => {
        if (waiter.grant === undefined) return
        waiter.grant = undefined
        this.waiterCount--
        this.timeline.touch()
        reject(abort?.reason)
        this.serve()
      }
      abort?.addEventListener('abort', giveUp)
      this.serve()
    })
  }

  /** For a generator process: `yield pool.request()` goes on when the units are held. */
  request(options: Omit<AcquireOptions, 'abort'> = {}): Wait {
    return {
      ready: (resume) => {
        this.enqueue(options, () => this.timeline.atSync(this.timeline.now, resume))
        this.serve()
      },
    }
  }

  /** Takes the units if they are free and nobody waits. */
  tryAcquire(units = 1): boolean {
    if (this.waiterCount > 0 || this.held + units > this.size) return false
    this.held += units
    return true
  }

  release(units = 1): void {
    if (!(units > 0 && units <= this.held)) {
      throw new RangeError(`pool '${this.name}': ${units} units given back, but ${this.held} are held`)
    }
    this.held -= units
    this.serve()
  }

  /** Holds the units while the body runs. */
  async use<T>(body: () => Promise<T>, options: AcquireOptions = {}): Promise<T> {
    await this.acquire(options)
    try {
      return await body()
    } finally {
      this.release(options.units ?? 1)
    }
  }

  /** Changes the number of units. Units held beyond it are not taken away, but not given out again. */
  resize(units: number): void {
    checkUnits(this.name, units)
    this.size = units
    this.serve()
  }

  describeWaiting(): string {
    const units = `${this.held} of ${this.size} units held`
    return `pool '${this.name}' (${this.waiterCount} waiting, ${units})`
  }

  private enqueue(options: AcquireOptions, grant: () => void): Waiter {
    const { units = 1, priority = 0 } = options
    checkUnits(this.name, units)
    const waiter = { units, priority, number: this.arrivals++, grant }
    this.waiterCount++
    this.siftUp(waiter)
    return waiter
  }

  /** Is listed among the things that keep promises waiting for as long as anybody waits for it. */
  private enlist(waits: boolean): void {
    if (waits === this.enlisted) return
    this.enlisted = waits
    if (waits) this.timeline.awaited.add(this)
    else this.timeline.awaited.delete(this)
  }

  private serve(): void {
    for (;;) {
      const first = this.queue[0]
      if (first === undefined) return this.enlist(false)
      if (first.grant !== undefined) {
        if (this.held + first.units > this.size) return this.enlist(true)
        this.held += first.units
        this.waiterCount--
      }
      const grant = first.grant
      first.grant = undefined
      this.takeFirst()
      grant?.()
    }
  }

  private siftUp(waiter: Waiter): void {
    const { queue } = this
    let at = queue.length
    queue.push(waiter)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!servedBefore(waiter, queue[parent]!)) break
      queue[at] = queue[parent]!
      at = parent
    }
    queue[at] = waiter
  }

  private takeFirst(): void {
    const { queue } = this
    const last = queue.pop()!
    if (queue.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= queue.length) break
      if (child + 1 < queue.length && servedBefore(queue[child + 1]!, queue[child]!)) child++
      if (!servedBefore(queue[child]!, last)) break
      queue[at] = queue[child]!
      at = child
    }
    queue[at] = last
  }
}

function servedBefore(a: Waiter, b: Waiter): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.number < b.number)
}

function checkUnits(name: string, units: number): void {
  if (!(units >= 0)) throw new RangeError(`pool '${name}': a number of units is at least 0, not ${units}`)
}
