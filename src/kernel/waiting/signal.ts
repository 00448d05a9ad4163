import type { Awaited, Timeline } from '../timeline.ts'
import type { Wait } from './wait.ts'

/**
 * An event that others wait for: a disk was replaced, a lock was given back, space was freed. All who are waiting when it is sent
 * go on. It is not remembered for those who begin to wait later.
 */
export class Signal<T = void> implements Awaited, Wait {
  readonly name: string
  private readonly timeline: Timeline
  private waiting: ((value: T) => void)[] = []

  /** @param name used in errors about those who wait in vain */
  constructor(timeline: Timeline, name = 'without a name') {
    this.name = name
    this.timeline = timeline
  }

  /** Number of those who wait. */
  get waiters(): number {
    return this.waiting.length
  }

  /** Wakes all who wait, in the order in which they began to. */
  send(value: T): void {
    const woken = this.waiting
    this.waiting = []
    this.timeline.awaited.delete(this)
    for (const wake of woken) wake(value)
    this.timeline.touch()
  }

  /** Resolves with the value of the next send. Rejects with the abort's reason if that comes first. */
  next(abort?: AbortSignal): Promise<T> {
    this.timeline.touch()
    return new Promise((resolve, reject) => {
      if (abort?.aborted === true) return reject(abort.reason)
      const wake = (value: T): void => {
        abort?.removeEventListener('abort', giveUp)
        resolve(value)
      }
      const giveUp = (): void => {
        this.waiting = this.waiting.filter((other) => other !== wake)
        if (this.waiting.length === 0) this.timeline.awaited.delete(this)
        this.timeline.touch()
        reject(abort?.reason)
      }
      abort?.addEventListener('abort', giveUp)
      this.enlist(wake)
    })
  }

  /** Resolves once the condition holds. The condition is evaluated now, and again whenever the signal is sent. */
  async until(holds: () => boolean, abort?: AbortSignal): Promise<void> {
    while (!holds()) await this.next(abort)
  }

  ready(resume: () => void): void {
    this.enlist(() => this.timeline.atSync(this.timeline.now, resume))
  }

  describeWaiting(): string {
    return `signal '${this.name}' (${this.waiting.length} waiting)`
  }

  private enlist(wake: (value: T) => void): void {
    if (this.waiting.length === 0) this.timeline.awaited.add(this)
    this.waiting.push(wake)
  }
}
