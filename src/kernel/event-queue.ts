import { EventHeap } from './event-heap.ts'
import type { EventHandle } from './timeline.ts'

const SLOT_BITS = 26
const SLOT_COUNT_MAX = 2 ** SLOT_BITS
const GENERATION_COUNT = 2 ** 27
/** So few events are not worth being spread over buckets. */
const FEW = 32
/** Of so many events the median stands for that of all. */
const SAMPLE = 33

/**
 * Pending events in the order (time, order of scheduling).
 *
 * Three tiers by time. The nearest events are in a heap, small enough for the first-level cache. Behind it lies a row of
 * buckets of equal width, unsorted; when the heap is empty the next bucket is moved into it. What lies beyond the buckets is
 * in no order at all; when the buckets are used up, its nearer half is spread over new ones, as wide as they then must be.
 * An event of a smooth load costs no walk through a large heap; where events crowd in one bucket, or at one instant, the
 * queue is the heap that it would otherwise have been.
 *
 * The callback lies in a slot named by the handle. Cancelling only empties the slot; it is freed when its event comes up,
 * or when such events outnumber the living ones.
 */
export class EventQueue {
  /** Time of the event popped last. */
  time = 0
  /** The callback of the event popped last touches no promise, by the word of whoever scheduled it. */
  synchronous = false

  private readonly near = new EventHeap()
  /** First slot of each bucket, −1 when empty; the others follow through `next`. */
  private buckets = new Int32Array(0)
  /** Number of the first bucket that has not been moved to the heap. */
  private opened = 0
  private bucketCount = 0
  private bucketsFrom = 0
  private bucketsPerSecond = 0
  /** Events from this time on are far. */
  private farFrom = -Infinity
  private far = new Int32Array(64)
  private farCount = 0

  private readonly callbacks: ((() => void) | undefined)[] = []
  private times = new Float64Array(64)
  private sequences = new Float64Array(64)
  private next = new Int32Array(64)
  private generations = new Uint32Array(64)
  private isSynchronous = new Uint8Array(64)
  private free = new Int32Array(64)
  private freeCount = 0
  private sequence = 0
  private queued = 0
  private cancelled = 0

  /** Number of events that will fire unless cancelled. */
  get size(): number {
    return this.queued - this.cancelled
  }

  push(time_s: number, fire: () => void, synchronous: boolean): EventHandle {
    const slot = this.freeCount > 0 ? this.free[--this.freeCount]! : this.newSlot()
    this.callbacks[slot] = fire
    this.isSynchronous[slot] = synchronous ? 1 : 0
    this.times[slot] = time_s
    this.sequences[slot] = this.sequence++
    this.queued++
    this.place(slot, time_s)
    return this.generations[slot]! * SLOT_COUNT_MAX + slot
  }

  /** Time of the next event; Infinity when there is none. */
  nextTime(): number {
    for (;;) {
      if (this.near.length === 0 && !this.refill()) return Infinity
      if (this.cancelled === 0) return this.near.firstTime()
      const slot = this.near.firstSlot()
      if (this.callbacks[slot] !== undefined) return this.near.firstTime()
      this.near.drop()
      this.cancelled--
      this.release(slot)
    }
  }

  /** Takes the next event out and returns its callback; its time is then in `time`. Call only after nextTime(). */
  pop(): () => void {
    const slot = this.near.firstSlot()
    this.near.drop()
    const fire = this.callbacks[slot]!
    this.time = this.times[slot]!
    this.synchronous = this.isSynchronous[slot] === 1
    this.callbacks[slot] = undefined
    this.release(slot)
    return fire
  }

  /** Removes an event that has not fired. Returns false when it has fired or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOT_COUNT_MAX
    if (!(slot < this.callbacks.length) || this.generations[slot]! !== Math.floor(handle / SLOT_COUNT_MAX)) return false
    if (this.callbacks[slot] === undefined) return false
    this.callbacks[slot] = undefined
    this.cancelled++
    if (this.cancelled > 64 && this.cancelled * 2 > this.queued) this.dropCancelled()
    return true
  }

  /** Puts a slot into the tier of its time. */
  private place(slot: number, time_s: number): void {
    if (time_s >= this.farFrom) {
      if (this.farCount === this.far.length) this.far = grown(this.far, new Int32Array(this.far.length * 2))
      this.far[this.farCount++] = slot
      return
    }
    // The same expression for every event, so that of two events the later never lies in the earlier bucket.
    const position = (time_s - this.bucketsFrom) * this.bucketsPerSecond
    if (position < this.opened || this.opened === this.bucketCount) {
      this.near.push(time_s, this.sequences[slot]!, slot)
    } else {
      const bucket = position < this.bucketCount ? position | 0 : this.bucketCount - 1
      this.next[slot] = this.buckets[bucket]!
      this.buckets[bucket] = slot
    }
  }

  /** Moves the nearest events there are into the empty heap. Returns false when there are none. */
  private refill(): boolean {
    for (;;) {
      while (this.opened < this.bucketCount) {
        let slot = this.buckets[this.opened++]!
        if (slot < 0) continue
        for (; slot >= 0; slot = this.next[slot]!) this.near.push(this.times[slot]!, this.sequences[slot]!, slot)
        return true
      }
      if (this.farCount === 0) return false
      this.spread()
      if (this.near.length > 0) return true
    }
  }

  /** All buckets are used up: spreads the nearer half of the far events over new ones, or moves few to the heap. */
  private spread(): void {
    const { far, times } = this
    const count = this.farCount
    let first_s = Infinity
    for (let at = 0; at < count; at++) first_s = Math.min(first_s, times[far[at]!]!)
    // Far events may lie decades beyond the others: half of them set the scale, whatever the rest does.
    const end_s = count > FEW ? first_s + 2 * (this.medianOfFar() - first_s) : first_s
    const bucketCount = 1 << (32 - Math.clz32(count >> 2))
    const bucketsPerSecond = bucketCount / (end_s - first_s)
    this.farCount = 0
    if (bucketsPerSecond > 0 && bucketsPerSecond < Infinity) {
      this.bucketsFrom = first_s
      this.bucketsPerSecond = bucketsPerSecond
      this.farFrom = end_s
      this.bucketCount = bucketCount
      if (this.buckets.length < bucketCount) this.buckets = new Int32Array(bucketCount)
      this.buckets.fill(-1, 0, bucketCount)
      this.opened = 0
      // Those that stay far are written behind the ones being read.
      for (let at = 0; at < count; at++) this.place(far[at]!, times[far[at]!]!)
      return
    }
    let last_s = -Infinity
    for (let at = 0; at < count; at++) {
      const slot = far[at]!
      last_s = Math.max(last_s, times[slot]!)
      this.near.push(times[slot]!, this.sequences[slot]!, slot)
    }
    this.bucketsPerSecond = 0
    this.bucketsFrom = first_s === Infinity ? 0 : first_s
    this.bucketCount = 1
    this.opened = 1
    this.farFrom = last_s
  }

  private medianOfFar(): number {
    const sample = new Float64Array(SAMPLE)
    const step = this.farCount / SAMPLE
    for (let at = 0; at < SAMPLE; at++) sample[at] = this.times[this.far[Math.floor(at * step)]!]!
    return sample.sort()[SAMPLE >> 1]!
  }

  private newSlot(): number {
    const slot = this.callbacks.length
    if (slot >= SLOT_COUNT_MAX) throw new RangeError(`more than ${SLOT_COUNT_MAX} pending events`)
    if (slot === this.times.length) {
      this.times = grown(this.times, new Float64Array(slot * 2))
      this.sequences = grown(this.sequences, new Float64Array(slot * 2))
      this.next = grown(this.next, new Int32Array(slot * 2))
      this.generations = grown(this.generations, new Uint32Array(slot * 2))
      this.isSynchronous = grown(this.isSynchronous, new Uint8Array(slot * 2))
      this.free = grown(this.free, new Int32Array(slot * 2))
    }
    this.callbacks.push(undefined)
    return slot
  }

  private release(slot: number): void {
    this.queued--
    this.generations[slot] = (this.generations[slot]! + 1) % GENERATION_COUNT
    this.free[this.freeCount++] = slot
  }

  /** Frees the slots of cancelled events and declares all others far. */
  private dropCancelled(): void {
    const queued = new Uint8Array(this.callbacks.length).fill(1)
    for (let at = 0; at < this.freeCount; at++) queued[this.free[at]!] = 0
    const living: number[] = []
    for (let slot = 0; slot < queued.length; slot++) {
      if (queued[slot] === 0) continue
      if (this.callbacks[slot] === undefined) this.release(slot)
      else living.push(slot)
    }
    this.cancelled = 0
    this.near.length = 0
    this.bucketCount = 0
    this.opened = 0
    this.farFrom = -Infinity
    this.farCount = 0
    for (const slot of living) this.place(slot, this.times[slot]!)
  }
}

function grown<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
