import { doubled } from '../typed-arrays.ts'

/** Slots in the order (time, sequence): a binary heap in parallel arrays. */
export class EventHeap {
  private times = new Float64Array(64)
  private sequences = new Float64Array(64)
  private slots = new Int32Array(64)
  length = 0

  /** Time of the first; call only when there is one. */
  firstTime(): number {
    return this.times[0]!
  }

  /** Sequence number of the first; call only when there is one. */
  firstSequence(): number {
    return this.sequences[0]!
  }

  /** Slot of the first; call only when there is one. */
  firstSlot(): number {
    return this.slots[0]!
  }

  push(time: number, sequence: number, slot: number): void {
    let at = this.length++
    if (at === this.times.length) this.grow()
    const { times, sequences, slots } = this
    while (at > 0) {
      const parent = (at - 1) >> 1
      const parentTime = times[parent]!
      if (!(time < parentTime || (time === parentTime && sequence < sequences[parent]!))) break
      times[at] = parentTime
      sequences[at] = sequences[parent]!
      slots[at] = slots[parent]!
      at = parent
    }
    times[at] = time
    sequences[at] = sequence
    slots[at] = slot
  }

  /** Takes the first out. */
  drop(): void {
    const length = --this.length
    if (length === 0) return
    const { times, sequences, slots } = this
    const time = times[length]!
    const sequence = sequences[length]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      let childTime = times[child]!
      const other = child + 1
      if (other < length) {
        const otherTime = times[other]!
        if (otherTime < childTime || (otherTime === childTime && sequences[other]! < sequences[child]!)) {
          child = other
          childTime = otherTime
        }
      }
      if (!(childTime < time || (childTime === time && sequences[child]! < sequence))) break
      times[at] = childTime
      sequences[at] = sequences[child]!
      slots[at] = slots[child]!
      at = child
    }
    times[at] = time
    sequences[at] = sequence
    slots[at] = slots[length]!
  }

  private grow(): void {
    this.times = doubled(this.times)
    this.sequences = doubled(this.sequences)
    this.slots = doubled(this.slots)
  }
}
