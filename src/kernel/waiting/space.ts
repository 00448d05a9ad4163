import { Signal } from './signal.ts'
import type { Timeline } from '../timeline.ts'

/** There is less space free than was asked for. */
export class SpaceExhaustedError extends Error {
  override readonly name = 'SpaceExhaustedError'
  readonly wanted: number
  readonly free: number

  constructor(space: string, wanted: number, free: number) {
    super(`'${space}' is full: ${wanted} wanted, ${free} free`)
    this.wanted = wanted
    this.free = free
  }
}

/** Space that is filled and freed: a disk, a tape, a quota. Full is an outcome, not a queue, unless one asks to wait. */
export class Space {
  readonly name: string
  private limit: number
  private taken = 0
  private most = 0
  private readonly freed: Signal

  constructor(timeline: Timeline, options: { name: string; capacity: number }) {
    if (!(options.capacity >= 0)) throw new RangeError(`capacity of '${options.name}' is at least 0`)
    this.name = options.name
    this.limit = options.capacity
    this.freed = new Signal(timeline, `space in '${options.name}'`)
  }

  get capacity(): number {
    return this.limit
  }

  get used(): number {
    return this.taken
  }

  get free(): number {
    return Math.max(0, this.limit - this.taken)
  }

  /** The most that was ever in use. */
  get peak(): number {
    return this.most
  }

  /** @throws SpaceExhaustedError when less is free; then nothing is taken */
  take(amount: number): void {
    if (!(amount >= 0)) throw new RangeError(`an amount of space is at least 0, not ${amount}`)
    if (amount > this.free) throw new SpaceExhaustedError(this.name, amount, this.free)
    this.taken += amount
    if (this.taken > this.most) this.most = this.taken
  }

  /** Takes the amount as soon as that much is free. A large request that came first does not hold up smaller ones. */
  async takeWhenFree(amount: number, abort?: AbortSignal): Promise<void> {
    if (amount > this.limit) throw new SpaceExhaustedError(this.name, amount, this.free)
    await this.freed.until(() => amount <= this.free, abort)
    this.take(amount)
  }

  give(amount: number): void {
    if (!(amount >= 0 && amount <= this.taken)) {
      throw new RangeError(`'${this.name}': ${amount} given back, but ${this.taken} are in use`)
    }
    this.taken -= amount
    this.freed.send()
  }

  /** Changes the capacity. If more than the new capacity is in use, it stays in use. */
  resize(capacity: number): void {
    if (!(capacity >= 0)) throw new RangeError(`capacity of '${this.name}' is at least 0`)
    this.limit = capacity
    this.freed.send()
  }
}
