import { doubled } from '../typed-arrays.ts'

const BLOCK_BITS = 5

/**
 * The clocks of service of numbered classes of flows, and which class ends a flow next.
 *
 * A clock counts the units that a member present from the beginning would have received. A member ends when the clock
 * reads what it read at its start plus its amount. All state lies in arrays by the number of the class: a change of rates
 * walks through many classes at once. The earliest end is the least of the least ends of blocks of classes; where most
 * ends change at every event, as they do under fair sharing, that is cheaper than a heap.
 */
export class ServiceClocks {
  private rates = new Float64Array(1 << BLOCK_BITS)
  private readings = new Float64Array(1 << BLOCK_BITS)
  private readAt_s = new Float64Array(1 << BLOCK_BITS)
  /** Reading at which the next member ends. */
  private finishes = new Float64Array(1 << BLOCK_BITS)
  /** When that will be if no rate changes. */
  private ends_s = new Float64Array(1 << BLOCK_BITS).fill(Infinity)
  private blockEnds_s = new Float64Array(1).fill(Infinity)
  private blockStale = new Uint8Array(1)

  /** Starts a clock at zero, with a rate of zero. */
  start(number: number, now: number): void {
    while (number >= this.rates.length) this.grow()
    this.rates[number] = 0
    this.readings[number] = 0
    this.readAt_s[number] = now
    this.finishes[number] = Infinity
    this.setEnd(number, Infinity)
  }

  rate(number: number): number {
    return this.rates[number]!
  }

  /** What the clock reads now. A rate that is infinite moves it only by `set`. */
  reading(number: number, now: number): number {
    const passed_s = now - this.readAt_s[number]!
    const rate = this.rates[number]!
    return passed_s > 0 && rate > 0 ? this.readings[number]! + rate * passed_s : this.readings[number]!
  }

  /** The clock reads this now, and its next end is not known. */
  set(number: number, reading: number, now: number): void {
    this.readings[number] = reading
    this.readAt_s[number] = now
    this.setEnd(number, Infinity)
  }

  setRate(number: number, rate: number, now: number): void {
    this.readings[number] = this.reading(number, now)
    this.readAt_s[number] = now
    this.rates[number] = rate
    this.schedule(number, now)
  }

  /** The next member ends at this reading; Infinity when there is none. */
  setFinish(number: number, reading: number, now: number): void {
    this.finishes[number] = reading
    this.schedule(number, now)
  }

  /** When the next member of any class ends; Infinity when none does. */
  earliestEnd(): number {
    const { blockEnds_s, blockStale } = this
    let earliest_s = Infinity
    for (let block = 0; block < blockEnds_s.length; block++) {
      if (blockStale[block] === 1) this.refresh(block)
      const end_s = blockEnds_s[block]!
      if (end_s < earliest_s) earliest_s = end_s
    }
    return earliest_s
  }

  /** The class, of the least number, in which a member ends by this time; −1 when there is none. */
  endingBy(time_s: number): number {
    const { blockEnds_s, blockStale, ends_s } = this
    for (let block = 0; block < blockEnds_s.length; block++) {
      if (blockStale[block] === 1) this.refresh(block)
      if (!(blockEnds_s[block]! <= time_s)) continue
      let number = block << BLOCK_BITS
      while (!(ends_s[number]! <= time_s)) number++
      return number
    }
    return -1
  }

  private schedule(number: number, now: number): void {
    const rate = this.rates[number]!
    const finish = this.finishes[number]!
    let end_s = Infinity
    if (finish < Infinity && rate > 0) {
      const left = finish - this.readings[number]!
      end_s = rate === Infinity ? now : Math.max(now, this.readAt_s[number]! + (left > 0 ? left / rate : 0))
    }
    this.setEnd(number, end_s)
  }

  private setEnd(number: number, end_s: number): void {
    this.ends_s[number] = end_s
    this.blockStale[number >> BLOCK_BITS] = 1
  }

  private refresh(block: number): void {
    const { ends_s } = this
    const first = block << BLOCK_BITS
    let least_s = Infinity
    for (let number = first; number < first + (1 << BLOCK_BITS); number++) {
      const end_s = ends_s[number]!
      if (end_s < least_s) least_s = end_s
    }
    this.blockEnds_s[block] = least_s
    this.blockStale[block] = 0
  }

  private grow(): void {
    const count = this.rates.length
    this.rates = doubled(this.rates)
    this.readings = doubled(this.readings)
    this.readAt_s = doubled(this.readAt_s)
    this.finishes = doubled(this.finishes)
    this.ends_s = doubled(this.ends_s).fill(Infinity, count)
    this.blockEnds_s = doubled(this.blockEnds_s).fill(Infinity, count >> BLOCK_BITS)
    this.blockStale = doubled(this.blockStale)
  }
}
