import type { EventHandle } from './timeline.ts'

const SLOT_BITS = 26
const SLOT_COUNT_MAX = 2 ** SLOT_BITS
const GENERATION_COUNT = 2 ** 27
const SEQUENCE_MAX = 2 ** 32 - 1

/**
 * Pending events in the order (time, order of scheduling).
 *
 * A 4-ary heap in parallel arrays: the times lie together, so that the four children compared at each level share a
 * cache line. The callback lives in a slot beside the heap, named by the handle. Cancelling only empties the slot; the
 * heap entry is dropped when it comes up, or when such entries outnumber the living ones.
 *
 * `pop` leaves a hole at the root, which the next `push` fills by one walk downwards; an event that schedules its
 * successor, the commonest case, therefore pays one walk rather than two.
 */
export class EventQueue {
  /** Time of the event popped last. */
  time = 0
  /** The callback of the event popped last touches no promise, by the word of whoever scheduled it. */
  synchronous = false

  private times: Float64Array
  private sequences: Uint32Array
  /** Slot and, in the lowest bit, whether the callback is synchronous. */
  private entries: Int32Array
  /** Entries of the heap, including cancelled ones and a hole. */
  private length = 0
  private hole = false
  private sequence: number

  private readonly callbacks: ((() => void) | undefined)[] = []
  private generations: Uint32Array
  private free: Int32Array
  private freeCount = 0
  private cancelled = 0

  constructor(firstSequence = 0) {
    const capacity = 64
    this.times = new Float64Array(capacity)
    this.sequences = new Uint32Array(capacity)
    this.entries = new Int32Array(capacity)
    this.generations = new Uint32Array(capacity)
    this.free = new Int32Array(capacity)
    this.sequence = firstSequence
  }

  /** Number of events that will fire unless cancelled. */
  get size(): number {
    return this.length - this.cancelled - (this.hole ? 1 : 0)
  }

  push(time_s: number, fire: () => void, synchronous: boolean): EventHandle {
    if (this.sequence >= SEQUENCE_MAX) this.renumber()
    const slot = this.freeCount > 0 ? this.free[--this.freeCount]! : this.newSlot()
    this.callbacks[slot] = fire
    const entry = (slot << 1) | (synchronous ? 1 : 0)
    const sequence = this.sequence++
    if (this.hole) {
      this.hole = false
      this.siftDown(0, time_s, sequence, entry)
    } else {
      if (this.length === this.times.length) this.grow()
      this.siftUp(this.length++, time_s, sequence, entry)
    }
    return this.generations[slot]! * SLOT_COUNT_MAX + slot
  }

  /** Time of the next event; Infinity when there is none. */
  nextTime(): number {
    for (;;) {
      if (this.hole) this.fillHole()
      if (this.length === 0) return Infinity
      if (this.cancelled === 0) return this.times[0]!
      const slot = this.entries[0]! >> 1
      if (this.callbacks[slot] !== undefined) return this.times[0]!
      this.cancelled--
      this.release(slot)
      this.hole = true
    }
  }

  /** Takes the next event out and returns its callback; its time is then in `time`. Call only after nextTime(). */
  pop(): () => void {
    const entry = this.entries[0]!
    const slot = entry >> 1
    const fire = this.callbacks[slot]!
    this.time = this.times[0]!
    this.synchronous = (entry & 1) === 1
    this.callbacks[slot] = undefined
    this.release(slot)
    this.hole = true
    return fire
  }

  /** Removes an event that has not fired. Returns false when it has fired or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOT_COUNT_MAX
    if (!(slot < this.callbacks.length) || this.generations[slot]! !== Math.floor(handle / SLOT_COUNT_MAX)) return false
    if (this.callbacks[slot] === undefined) return false
    this.callbacks[slot] = undefined
    this.cancelled++
    if (this.cancelled > 64 && this.cancelled * 2 > this.length) this.dropCancelled()
    return true
  }

  private newSlot(): number {
    const slot = this.callbacks.length
    if (slot >= SLOT_COUNT_MAX) throw new RangeError(`more than ${SLOT_COUNT_MAX} pending events`)
    if (slot === this.generations.length) {
      const generations = new Uint32Array(slot * 2)
      generations.set(this.generations)
      this.generations = generations
      const free = new Int32Array(slot * 2)
      free.set(this.free)
      this.free = free
    }
    this.callbacks.push(undefined)
    return slot
  }

  private release(slot: number): void {
    this.generations[slot] = (this.generations[slot]! + 1) % GENERATION_COUNT
    this.free[this.freeCount++] = slot
  }

  private grow(): void {
    const capacity = this.times.length * 2
    const times = new Float64Array(capacity)
    times.set(this.times)
    this.times = times
    const sequences = new Uint32Array(capacity)
    sequences.set(this.sequences)
    this.sequences = sequences
    const entries = new Int32Array(capacity)
    entries.set(this.entries)
    this.entries = entries
  }

  private fillHole(): void {
    this.hole = false
    const last = --this.length
    if (last > 0) this.siftDown(0, this.times[last]!, this.sequences[last]!, this.entries[last]!)
  }

  private siftUp(start: number, time: number, sequence: number, entry: number): void {
    const { times, sequences, entries } = this
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 2
      // The sequence of a new entry is the largest, so that among equal times it stays below.
      if (!(time < times[parent]!)) break
      times[at] = times[parent]!
      sequences[at] = sequences[parent]!
      entries[at] = entries[parent]!
      at = parent
    }
    times[at] = time
    sequences[at] = sequence
    entries[at] = entry
  }

  private siftDown(start: number, time: number, sequence: number, entry: number): void {
    const { times, sequences, entries, length } = this
    let at = start
    for (;;) {
      const first = 4 * at + 1
      if (first >= length) break
      const end = first + 4 < length ? first + 4 : length
      let least = first
      let leastTime = times[first]!
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child]!
        if (childTime < leastTime || (childTime === leastTime && sequences[child]! < sequences[least]!)) {
          least = child
          leastTime = childTime
        }
      }
      if (!(leastTime < time || (leastTime === time && sequences[least]! < sequence))) break
      times[at] = leastTime
      sequences[at] = sequences[least]!
      entries[at] = entries[least]!
      at = least
    }
    times[at] = time
    sequences[at] = sequence
    entries[at] = entry
  }

  private dropCancelled(): void {
    if (this.hole) this.fillHole()
    const { times, sequences, entries } = this
    let kept = 0
    for (let at = 0; at < this.length; at++) {
      const entry = entries[at]!
      if (this.callbacks[entry >> 1] === undefined) {
        this.release(entry >> 1)
        continue
      }
      times[kept] = times[at]!
      sequences[kept] = sequences[at]!
      entries[kept] = entry
      kept++
    }
    this.length = kept
    this.cancelled = 0
    for (let at = (kept - 2) >> 2; at >= 0; at--) this.siftDown(at, times[at]!, sequences[at]!, entries[at]!)
  }

  /** After 2³² events: numbers the pending ones from zero, in their order. An array in order is a heap. */
  private renumber(): void {
    if (this.hole) this.fillHole()
    const { times, sequences, entries } = this
    const order = Array.from({ length: this.length }, (_, at) => at)
    order.sort((a, b) => times[a]! - times[b]! || sequences[a]! - sequences[b]!)
    const sortedTimes = order.map((at) => times[at]!)
    const sortedEntries = order.map((at) => entries[at]!)
    for (let at = 0; at < this.length; at++) {
      times[at] = sortedTimes[at]!
      entries[at] = sortedEntries[at]!
      sequences[at] = at
    }
    this.sequence = this.length
  }
}
