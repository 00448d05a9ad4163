/** Length of the bins in which the rate over a resource is kept. Providers bill the 95th percentile of such bins. */
export const USAGE_BIN_S = 300

/** 3.5 days, in 8 KiB. */
const BINS_PER_PAGE = 1024

/** What has passed through a resource, in its units. */
export interface Usage {
  /** Amount passed up to now, for one purpose or in all. A finished flow counts exactly amount × coefficient. */
  total(purpose?: string): number
  /** Amount passed up to now by purpose; flows without a purpose stand under ''. */
  byPurpose(): Record<string, number>
  /** Largest rate that lasted for any time. */
  peak(): number
  /** Present rate. */
  load(): number
  /** Mean rate in each bin of 300 s from time zero to `until_s`; the last bin may be shorter. */
  bins(until_s: number): Float64Array
}

/** Keeps the usage of one resource. Flows report changes of their rate and what they delivered in the end. */
export class UsageMeter implements Usage {
  private readonly finished = new Map<string, number>()
  /** Units passed in each bin, by pages: a world that goes on from the ninth year needs none for the years before. */
  private readonly pages: (Float64Array | undefined)[] = []
  private rate = 0
  private since_s: number
  private peakRate = 0
  private readonly clock: { readonly now: number }
  private readonly underway: (count: (purpose: string, amount: number) => void) => void

  /** @param underway reports, for each flow under way, its purpose and what it has delivered to the resource so far */
  constructor(clock: { readonly now: number }, underway: (count: (purpose: string, amount: number) => void) => void) {
    this.clock = clock
    this.since_s = clock.now
    this.underway = underway
  }

  /** From now on this is the rate over the resource. */
  setLoad(rate: number): void {
    this.accrue()
    this.rate = rate
  }

  /** Counts what a flow has delivered when it leaves. */
  settle(purpose: string, amount: number): void {
    this.finished.set(purpose, (this.finished.get(purpose) ?? 0) + amount)
  }

  /** An amount that passes in no time. */
  addInstant(amount: number): void {
    this.add(Math.floor(this.clock.now / USAGE_BIN_S), amount)
  }

  total(purpose?: string): number {
    let sum = 0
    if (purpose === undefined) for (const amount of this.finished.values()) sum += amount
    else sum = this.finished.get(purpose) ?? 0
    this.underway((of, amount) => {
      if (purpose === undefined || of === purpose) sum += amount
    })
    return sum
  }

  byPurpose(): Record<string, number> {
    const sums = Object.fromEntries(this.finished)
    this.underway((purpose, amount) => {
      sums[purpose] = (sums[purpose] ?? 0) + amount
    })
    return sums
  }

  peak(): number {
    this.accrue()
    return this.peakRate
  }

  load(): number {
    return this.rate
  }

  bins(until_s: number): Float64Array {
    this.accrue()
    const count = Math.ceil(until_s / USAGE_BIN_S)
    const rates = new Float64Array(count)
    for (let bin = 0; bin < count; bin++) {
      const length_s = Math.min(USAGE_BIN_S, until_s - bin * USAGE_BIN_S)
      rates[bin] = (this.pages[Math.floor(bin / BINS_PER_PAGE)]?.[bin % BINS_PER_PAGE] ?? 0) / length_s
    }
    return rates
  }

  private accrue(): void {
    const { since_s, rate } = this
    const now_s = this.clock.now
    if (now_s === since_s) return
    this.since_s = now_s
    if (rate === 0) return
    if (rate > this.peakRate) this.peakRate = rate
    let bin = Math.floor(since_s / USAGE_BIN_S)
    const last = Math.floor(now_s / USAGE_BIN_S)
    if (bin === last) return this.add(bin, rate * (now_s - since_s))
    this.add(bin, rate * ((bin + 1) * USAGE_BIN_S - since_s))
    while (++bin < last) this.add(bin, rate * USAGE_BIN_S)
    this.add(last, rate * (now_s - last * USAGE_BIN_S))
  }

  private add(bin: number, units: number): void {
    const page = (this.pages[Math.floor(bin / BINS_PER_PAGE)] ??= new Float64Array(BINS_PER_PAGE))
    page[bin % BINS_PER_PAGE]! += units
  }
}
