import { doubled } from '../typed-arrays.ts'

/** Into a stack of up to this height a slot is inserted anywhere; into a higher one only on top. */
const INSERTION_MAX = 16

/** Slots in the order (time, sequence), the first on top: cheapest to fill from the last to the first. */
export class EventStack {
  private times = new Float64Array(64)
  private sequences = new Float64Array(64)
  private slots = new Int32Array(64)
  length = 0

  /** Time of the first; call only when there is one. */
  firstTime(): number {
    return this.times[this.length - 1]!
  }

  /** Sequence number of the first; call only when there is one. */
  firstSequence(): number {
    return this.sequences[this.length - 1]!
  }

  /** Slot of the first; call only when there is one. */
  firstSlot(): number {
    return this.slots[this.length - 1]!
  }

  /** Takes the first out. */
  drop(): void {
    this.length--
  }

  /** Inserts a slot where it belongs. Returns false, and does nothing, when that would cost too much. */
  insert(time: number, sequence: number, slot: number): boolean {
    let at = this.length
    if (at === this.times.length) this.grow()
    const { times, sequences, slots } = this
    while (at > 0) {
      const before = at - 1
      const timeBefore = times[before]!
      if (timeBefore > time || (timeBefore === time && sequences[before]! > sequence)) break
      if (this.length > INSERTION_MAX) return false
      times[at] = timeBefore
      sequences[at] = sequences[before]!
      slots[at] = slots[before]!
      at = before
    }
    times[at] = time
    sequences[at] = sequence
    slots[at] = slot
    this.length++
    return true
  }

  private grow(): void {
    this.times = doubled(this.times)
    this.sequences = doubled(this.sequences)
    this.slots = doubled(this.slots)
  }
}
