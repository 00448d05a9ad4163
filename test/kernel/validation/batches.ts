/** Sums a quantity over batches of a long run, from whose differences its error is estimated. */
export class Batches {
  readonly #sums: Float64Array
  readonly #counts: Float64Array

  constructor(batches: number) {
    this.#sums = new Float64Array(batches)
    this.#counts = new Float64Array(batches)
  }

  /** Adds an observation with its weight: the time that it lasted, for an average over time. */
  add(batch: number, value: number, weight = 1): void {
    if (batch < 0 || batch >= this.#sums.length) return
    this.#sums[batch]! += value * weight
    this.#counts[batch]! += weight
  }

  /** Mean over all batches, and its standard error. */
  estimate(): { mean: number; error: number } {
    const means = [...this.#sums].map((sum, batch) => sum / this.#counts[batch]!)
    const n = means.length
    const mean = means.reduce((a, b) => a + b) / n
    const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
    return { mean, error: Math.sqrt(variance / n) }
  }

  /** How many standard errors the mean lies from what theory says; the error is to be small, else it proves nothing. */
  z(expected: number, errorAtMost: number): number {
    const { mean, error } = this.estimate()
    if (!(error < errorAtMost * expected)) throw new Error(`the error ${error} of ${mean} is too large`)
    return Math.abs(mean - expected) / error
  }
}
