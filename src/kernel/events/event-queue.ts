import { EventHeap } from './event-heap.ts'
import { EventStack } from './event-stack.ts'
import type { EventHandle } from '../timeline.ts'

const SLOT_BITS = 26
const SLOT_COUNT_MAX = 2 ** SLOT_BITS
/** The bits that a slot leaves of the 53 with which a number holds integers exactly. */
const GENERATION_MASK = 2 ** (53 - SLOT_BITS) - 1
/** Fewer events than this are not worth spreading over buckets. */
const FEW = 32
/** How many far events are sampled. The median of the sample stands for the median of all. */
const SAMPLE = 33
const SAMPLE_OF_FEW = 9
const MANY = 1000

/**
 * Pending events in the order (time, order of scheduling).
 *
 * Three tiers by time. The nearest events are sorted. Behind them lies a row of buckets of equal width, unsorted; when
 * the first tier is empty the next bucket is moved into it. What lies beyond the buckets is in no order at all; when
 * the buckets are used up, its nearer half is spread over new ones, as wide as they then must be. The first tier is a
 * sorted stack of what a bucket held, which is little or comes in order, as at one instant it does, and a heap for the
 * rest: for crowds in one bucket, and for events that are scheduled within the tier. So no load costs more than a heap,
 * and most cost less.
 *
 * What is due, a callback or a process, lies in a slot named by the handle. Cancelling only empties the slot; it is
 * freed when its event comes up, or when such events outnumber the living ones.
 */
export class EventQueue<Due extends object> {
  /** Time of the event popped last. */
  time = 0
  /** Whether the event popped last was scheduled as one that touches no promise. */
  synchronous = false

  private readonly soon = new EventStack()
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
  private readonly sample = new Float64Array(SAMPLE)

  private readonly due: (Due | undefined)[] = []
  /** The time and the sequence number of each slot, side by side, so that reading both costs one cache miss. */
  private keys = new Float64Array(128)
  /** For each slot, the next slot in its bucket, and twice its generation, plus 1 if the event is synchronous. */
  private links = new Int32Array(128)
  private free = new Int32Array(64)
  private freeCount = 0
  private sequence = 0
  private queued = 0
  private cancelled = 0

  /** Number of events that will fire unless cancelled. */
  get size(): number {
    return this.queued - this.cancelled
  }

  push(time_s: number, due: Due, synchronous: boolean): EventHandle {
    const slot = this.freeCount > 0 ? this.free[--this.freeCount]! : this.newSlot()
    this.due[slot] = due
    const sequence = this.sequence++
    this.keys[2 * slot] = time_s
    this.keys[2 * slot + 1] = sequence
    const generation = this.generation(slot)
    this.links[2 * slot + 1] = (generation << 1) | (synchronous ? 1 : 0)
    this.queued++
    this.place(slot, time_s, sequence)
    return generation * SLOT_COUNT_MAX + slot
  }

  /** Takes the next event out, unless its time is not before the limit, and returns what is due. */
  popBefore(limit_s: number): Due | undefined {
    const { soon, near } = this
    for (;;) {
      if (soon.length === 0 && near.length === 0 && !this.refill()) return undefined
      const isSoon = near.length === 0 || (soon.length > 0 && this.isSoonFirst())
      const time_s = isSoon ? soon.firstTime() : near.firstTime()
      if (!(time_s < limit_s)) return undefined
      const slot = isSoon ? soon.firstSlot() : near.firstSlot()
      if (isSoon) soon.drop()
      else near.drop()
      const due = this.due[slot]
      this.synchronous = (this.links[2 * slot + 1]! & 1) === 1
      this.due[slot] = undefined
      this.release(slot)
      if (due !== undefined) {
        this.time = time_s
        return due
      }
      this.cancelled--
    }
  }

  /** Removes an event that has not fired. Returns false when it has fired or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOT_COUNT_MAX
    if (!(slot < this.due.length) || this.generation(slot) !== Math.floor(handle / SLOT_COUNT_MAX)) {
      return false
    }
    if (this.due[slot] === undefined) return false
    this.due[slot] = undefined
    this.cancelled++
    if (this.cancelled > 64 && this.cancelled * 2 > this.queued) this.dropCancelled()
    return true
  }

  /** Whether the first on the stack comes before the first in the heap; call only when there are both. */
  private isSoonFirst(): boolean {
    const onStack_s = this.soon.firstTime()
    const inHeap_s = this.near.firstTime()
    return onStack_s < inHeap_s || (onStack_s === inHeap_s && this.soon.firstSequence() < this.near.firstSequence())
  }

  /** Puts a slot into the tier of its time. */
  private place(slot: number, time_s: number, sequence: number): void {
    if (time_s >= this.farFrom) {
      if (this.farCount === this.far.length) this.far = grown(this.far, new Int32Array(this.far.length * 2))
      this.far[this.farCount++] = slot
      return
    }
    // The same expression for every event, so that of two events the later never lies in the earlier bucket.
    const position = (time_s - this.bucketsFrom) * this.bucketsPerSecond
    if (position < this.opened || this.opened === this.bucketCount) {
      this.near.push(time_s, sequence, slot)
    } else {
      const bucket = position < this.bucketCount ? position | 0 : this.bucketCount - 1
      this.links[2 * slot] = this.buckets[bucket]!
      this.buckets[bucket] = slot
    }
  }

  /** Moves the nearest events there are into the empty first tier. Returns false when there are none. */
  private refill(): boolean {
    for (;;) {
      while (this.opened < this.bucketCount) {
        let slot = this.buckets[this.opened++]!
        if (slot < 0) continue
        for (; slot >= 0; slot = this.links[2 * slot]!) this.bring(slot)
        return true
      }
      if (this.farCount === 0) return false
      this.spread()
      if (this.soon.length > 0) return true
    }
  }

  /** Puts a slot into the first tier: into the stack, where that is cheap, otherwise into the heap. */
  private bring(slot: number): void {
    const time_s = this.keys[2 * slot]!
    const sequence = this.keys[2 * slot + 1]!
    if (!this.soon.insert(time_s, sequence, slot)) this.near.push(time_s, sequence, slot)
  }

  /** All buckets are used up: spreads the nearer half of the far events over new ones, or moves few to the first tier. */
  private spread(): void {
    const { far, keys } = this
    const count = this.farCount
    let first_s = Infinity
    for (let at = 0; at < count; at++) first_s = Math.min(first_s, keys[2 * far[at]!]!)
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
      for (let at = 0; at < count; at++) {
        const slot = far[at]!
        this.place(slot, keys[2 * slot]!, keys[2 * slot + 1]!)
      }
      return
    }
    let last_s = -Infinity
    for (let at = count - 1; at >= 0; at--) {
      const slot = far[at]!
      last_s = Math.max(last_s, keys[2 * slot]!)
      this.bring(slot)
    }
    this.bucketsPerSecond = 0
    this.bucketsFrom = first_s === Infinity ? 0 : first_s
    this.bucketCount = 1
    this.opened = 1
    this.farFrom = last_s
  }

  private medianOfFar(): number {
    const { sample } = this
    const length = this.farCount < MANY ? SAMPLE_OF_FEW : SAMPLE
    const step = this.farCount / length
    for (let k = 0; k < length; k++) {
      const time_s = this.keys[2 * this.far[Math.floor(k * step)]!]!
      let at = k
      for (; at > 0 && sample[at - 1]! > time_s; at--) sample[at] = sample[at - 1]!
      sample[at] = time_s
    }
    return sample[length >> 1]!
  }

  private generation(slot: number): number {
    return (this.links[2 * slot + 1]! >>> 1) & GENERATION_MASK
  }

  private newSlot(): number {
    const slot = this.due.length
    if (slot >= SLOT_COUNT_MAX) throw new RangeError(`more than ${SLOT_COUNT_MAX} pending events`)
    if (slot === this.free.length) {
      this.keys = grown(this.keys, new Float64Array(slot * 4))
      this.links = grown(this.links, new Int32Array(slot * 4))
      this.free = grown(this.free, new Int32Array(slot * 2))
    }
    this.due.push(undefined)
    return slot
  }

  private release(slot: number): void {
    this.queued--
    this.links[2 * slot + 1]! += 2
    this.free[this.freeCount++] = slot
  }

  /** Frees the slots of cancelled events and declares all others far. */
  private dropCancelled(): void {
    const queued = new Uint8Array(this.due.length).fill(1)
    for (let at = 0; at < this.freeCount; at++) queued[this.free[at]!] = 0
    const living: number[] = []
    for (let slot = 0; slot < queued.length; slot++) {
      if (queued[slot] === 0) continue
      if (this.due[slot] === undefined) this.release(slot)
      else living.push(slot)
    }
    this.cancelled = 0
    this.soon.length = 0
    this.near.length = 0
    this.bucketCount = 0
    this.opened = 0
    this.farFrom = -Infinity
    this.farCount = 0
    for (const slot of living) this.place(slot, this.keys[2 * slot]!, this.keys[2 * slot + 1]!)
  }
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
