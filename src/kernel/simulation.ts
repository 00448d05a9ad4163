import { EventQueue } from './events/event-queue.ts'
import { firstOf, TimedOutError } from './waiting/first-of.ts'
import type { Contender } from './waiting/first-of.ts'
import { FlowNetwork } from './flows/flow-network.ts'
import { randomStream } from './random.ts'
import type { RandomStream } from './random.ts'
import { OutsidePromiseError, WallClockTimerError } from './outside-errors.ts'
import { createBarrier } from './settle.ts'
import type { Barrier } from './settle.ts'
import type { Awaited, EventHandle, Timeline } from './timeline.ts'
import { TimerGuard } from './timer-guard.ts'
import { NO_SPAN } from './trace.ts'
import type { Span, Trace, TraceArguments } from './trace.ts'
import { UnresolvedPromiseError } from './unresolved-promise-error.ts'
import type { Wait } from './waiting/wait.ts'

/** How long a simulation may hold the real event loop. Progress and signals wait about this long at most. */
const BREATHE_AFTER_MS = 50
/**
 * Reading the wall clock costs about as much as an event, so it is read once in this many events. Settling counts for
 * several.
 */
const COSTS_PER_CLOCK_READING = 2048
const COST_OF_SETTLING = 64
/** How much real time work that does not end is given, to find out whether it is waiting for the real world. */
const LISTEN_MS = 250

/** What a process is made of: it yields delays in seconds, and what it waits for. */
export type Process = Generator<number | Wait, void, void>

export interface SimulationOptions {
  /** The seed from which all random numbers are derived. */
  readonly seed: string
  /** Number of the replication; each has random streams of its own. Default 0. */
  readonly replication?: number
  /** Time at which the simulation starts, seconds since the scenario's start. Default 0. */
  readonly now_s?: number
  /** Where to write what happens; none by default. */
  readonly trace?: Trace
}

/**
 * One run of simulated time: callbacks, generators and ordinary async code on one clock.
 *
 * The promises that the kernel hands out (sleep, Flow.done, …) are resolved by events. After an event that may have
 * resolved a promise, every microtask settles before the next event fires; async code therefore runs at the instant of
 * what it awaited, in a reproducible order, and takes no simulated time of its own.
 */
export class Simulation implements Timeline {
  readonly seed: string
  readonly replication: number
  readonly flows: FlowNetwork
  readonly trace: Trace | undefined
  private time: number
  private readonly queue = new EventQueue<(() => void) | Process>()
  /** Whether promises may have been resolved since microtasks last settled. */
  private touched = false
  private running = false
  /** Whether the real event loop is turning, so that whatever calls into the simulation now comes from outside it. */
  private listening = false
  /** The first rule that simulated code broke; it ends the run. */
  private violation: Error | undefined
  readonly awaited = new Set<Awaited>()
  private readonly tasks = new Map<number, string>()
  private taskCount = 0

  constructor(options: SimulationOptions) {
    this.seed = options.seed
    this.replication = options.replication ?? 0
    this.time = options.now_s ?? 0
    this.trace = options.trace
    this.flows = new FlowNetwork(this, options.trace)
  }

  /** Seconds since the scenario's start. */
  get now(): number {
    return this.time
  }

  /** Number of events that wait to fire. */
  get pendingEvents(): number {
    return this.queue.size
  }

  /** Number of tasks that have not finished. */
  get openTasks(): number {
    return this.tasks.size
  }

  /** Names of the tasks that have not finished, in order of their start. */
  get openTaskNames(): readonly string[] {
    return [...this.tasks.values()]
  }

  /** Calls `fire` at a time not before now. Events of equal times fire in the order in which they were scheduled. */
  at(time_s: number, fire: () => void): EventHandle {
    return this.schedule(time_s, fire, false)
  }

  /** Calls `fire` after a delay, in seconds, of at least zero. */
  after(delay_s: number, fire: () => void): EventHandle {
    return this.schedule(this.time + delay_s, fire, false)
  }

  /**
   * As `at`, for a callback that resolves no promise and starts no async function except through the kernel (task,
   * sleep, flows, conditions). It is about ten times cheaper, since microtasks need not settle after it.
   */
  atSync(time_s: number, fire: () => void): EventHandle {
    return this.schedule(time_s, fire, true)
  }

  /** As `after`, under the condition of `atSync`. */
  afterSync(delay_s: number, fire: () => void): EventHandle {
    return this.schedule(this.time + delay_s, fire, true)
  }

  /** Removes an event that has not fired. Returns false when it has fired or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    return this.queue.cancel(handle)
  }

  /** Resolves at now + delay. Given up, it rejects with the reason and leaves no event behind. */
  sleep(delay_s: number, abort?: AbortSignal): Promise<void> {
    this.touch()
    if (abort !== undefined) return this.sleepUnless(delay_s, abort)
    return new Promise((resolve) => {
      this.schedule(this.time + delay_s, resolve, false)
    })
  }

  /**
   * Gives the work this many seconds.
   * @throws TimedOutError when it has not settled by then; its signal is then aborted with the same error
   */
  async within<T>(limit_s: number, work: Contender<T>): Promise<T> {
    const first = await firstOf<T>([
      work,
      async (abort) => {
        await this.sleep(limit_s, abort)
        throw new TimedOutError(limit_s)
      },
    ])
    return first.value
  }

  /**
   * Runs a generator as a process: it starts at the present instant, after the events already scheduled for it. Each value
   * that it yields is a delay in seconds, or something to wait for (a signal, a request to a pool, a flow). For processes
   * of the world: they cost a tenth of an async function.
   */
  process(body: Process): void {
    this.schedule(this.time, body, true)
  }

  /**
   * Runs asynchronous work under a name: a job, a recovery. The body starts at once, up to its first await. While it has
   * not finished it counts among the open tasks, and an error about promises that nobody resolves names it.
   */
  async task<T>(name: string, body: () => Promise<T>): Promise<T> {
    const id = this.taskCount++
    this.tasks.set(id, name)
    this.touch()
    const span = this.span('task', name)
    try {
      return await body()
    } finally {
      this.touch()
      this.tasks.delete(id)
      span.end()
    }
  }

  /** Begins a span of the trace; does nothing without a trace. Spans of one category are shown together. */
  span(category: string, name: string, values?: TraceArguments): Span {
    return this.trace === undefined ? NO_SPAN : this.trace.begin(category, name, this, values)
  }

  /** The independent random stream of this seed, replication, component, purpose and occurrence. */
  random(component: string, purpose: string, occurrence?: number): RandomStream {
    return randomStream([this.seed, this.replication, component, purpose, occurrence])
  }

  /**
   * Fires every event with a time before `until_s`, then sets the clock to `until_s`.
   * @throws UnresolvedPromiseError when no event is left at all and tasks have not finished
   */
  async run(until_s: number): Promise<void> {
    if (!(until_s >= this.time)) {
      throw new RangeError(`cannot run until ${until_s} s: it is ${this.time} s already`)
    }
    await this.drive(until_s, () => false)
    if (this.queue.size === 0 && this.tasks.size > 0) throw await this.whyUnfinished(() => this.tasks.size === 0)
    this.time = until_s
  }

  /**
   * Fires events until `work` settles, and gives its result or throws its error. The clock stays at that instant.
   * @param limit_s stop when the next event lies at or after this time: for work that may wait for ever while periodic
   *                events go on
   * @throws UnresolvedPromiseError when no event is left (or none before the limit) and `work` has not settled
   * @throws OutsidePromiseError when `work` awaits the real world, WallClockTimerError when it sets a real timer
   */
  async complete<T>(work: Promise<T>, limit_s = Infinity): Promise<T> {
    let settled = false
    const note = (): void => {
      this.touch()
      settled = true
    }
    work.then(note, note)
    await this.drive(limit_s, () => settled)
    if (!settled) throw await this.whyUnfinished(() => settled)
    return work
  }

  /** Notes that promises may have been resolved: microtasks must settle before the next event. */
  touch(): void {
    this.touched = true
    if (this.listening) this.violation ??= new OutsidePromiseError(this.time, this.openTaskNames)
  }

  private timerSet(timer: string): void {
    this.violation ??= new WallClockTimerError(timer, this.time, this.openTaskNames)
  }

  /**
   * Lets the real world turn for a moment. Work that then goes on was waiting for the real world; other work waits for
   * nothing.
   */
  private async whyUnfinished(finished: () => boolean): Promise<Error> {
    const openTasks = this.openTaskNames
    const awaited = [...this.flows.stalled(), ...Array.from(this.awaited, (each) => each.describeWaiting())]
    this.listening = true
    const until_ms = performance.now() + LISTEN_MS
    while (performance.now() < until_ms && this.violation === undefined && !finished()) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    this.listening = false
    return this.violation ?? new UnresolvedPromiseError(this.time, openTasks, awaited)
  }

  private resume(process: Process): void {
    const { done, value } = process.next()
    if (done === true) return
    if (typeof value === 'number') this.schedule(this.time + value, process, true)
    else value.ready(() => this.resume(process))
  }

  private sleepUnless(delay_s: number, abort: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (abort.aborted) return reject(abort.reason)
      const event = this.schedule(
        this.time + delay_s,
        () => {
          abort.removeEventListener('abort', giveUp)
          resolve()
        },
        false,
      )
      const giveUp = (): void => {
        this.cancel(event)
        this.touched = true
        reject(abort.reason)
      }
      abort.addEventListener('abort', giveUp)
    })
  }

  private schedule(time_s: number, due: (() => void) | Process, synchronous: boolean): EventHandle {
    if (!(time_s >= this.time)) {
      throw new RangeError(`cannot schedule an event at ${time_s} s: it is ${this.time} s already`)
    }
    if (this.listening) this.touch()
    return this.queue.push(time_s, due, synchronous)
  }

  /** Fires events before `until_s` until `finished`, letting microtasks settle first and after each that needs it. */
  private drive(until_s: number, finished: () => boolean): Promise<void> {
    if (this.running) throw new Error('the simulation is running already: await the run before starting another')
    this.running = true
    return new Promise<void>((resolve, reject) => {
      const guard = new TimerGuard((timer) => this.timerSet(timer))
      let breathed_ms = performance.now()
      let countdown = COSTS_PER_CLOCK_READING
      const stop = (): void => {
        this.running = false
        guard.stop()
        barrier.close()
      }
      /** Whether it is time to let the real event loop turn. */
      const breathless = (): boolean => {
        countdown = COSTS_PER_CLOCK_READING
        const now_ms = performance.now()
        if (now_ms - breathed_ms < BREATHE_AFTER_MS) return false
        breathed_ms = now_ms
        return true
      }
      // Runs when no microtask is pending. Fires events until one may have resolved a promise, then waits for the
      // barrier, which calls it again.
      const turn = (): void => {
        try {
          if (this.violation !== undefined) throw this.violation
          this.listening = false
          if (barrier.exclusive) guard.start()
          this.touched = false
          countdown -= COST_OF_SETTLING
          const queue = this.queue
          // The run is finished only by a promise that settles, and none can settle before the loop is left.
          const over = finished()
          while (!this.touched) {
            if (--countdown <= 0 && breathless()) {
              this.listening = true
              guard.stop()
              return barrier.breathe()
            }
            const due = over ? undefined : queue.popBefore(until_s)
            if (due === undefined) {
              stop()
              return resolve()
            }
            this.time = queue.time
            if (!queue.synchronous) this.touched = true
            if (typeof due === 'function') due()
            else this.resume(due)
          }
          barrier.settle()
        } catch (error) {
          stop()
          reject(error)
        }
      }
      const barrier: Barrier = createBarrier(turn)
      barrier.settle()
    })
  }
}
