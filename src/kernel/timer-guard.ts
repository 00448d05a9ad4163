/**
 * Watches for timers of the real clock that are set in simulated time. While a simulation runs on Node, nothing else
 * runs except when it lets the real event loop turn. A timer that is set at any other moment is set by simulated code
 * that bypassed its ports.
 *
 * In browsers other tasks may run between two turns of a simulation, so nothing is watched there.
 */
type TimerName = 'setTimeout' | 'setInterval' | 'setImmediate'
type Timer = (...parameters: unknown[]) => unknown

const TIMERS: readonly TimerName[] = ['setTimeout', 'setInterval', 'setImmediate']

const host: Partial<Record<TimerName, Timer>> = globalThis as object
const real = new Map<TimerName, Timer>()
const guards = new Set<TimerGuard>()

export class TimerGuard {
  readonly onTimer: (timer: string) => void
  private watching = false

  /** @param onTimer called with the name of each timer that is set between `start` and `stop`; the timer is set all the same */
  constructor(onTimer: (timer: string) => void) {
    this.onTimer = onTimer
  }

  start(): void {
    if (this.watching) return
    this.watching = true
    if (guards.size === 0) replaceTimers()
    guards.add(this)
  }

  stop(): void {
    if (!this.watching) return
    this.watching = false
    guards.delete(this)
    if (guards.size > 0) return
    for (const [name, timer] of real) host[name] = timer
  }
}

function replaceTimers(): void {
  for (const name of TIMERS) {
    const timer = host[name]
    if (timer === undefined) continue
    real.set(name, timer)
    host[name] = (...parameters) => {
      for (const guard of guards) guard.onTimer(name)
      return timer(...parameters)
    }
  }
}
