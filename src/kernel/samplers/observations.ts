import { ln } from '../mathematics.ts'

/** Observations of a quantity, such as gaps between failures or repair times. */
export interface Observations {
  /** Completely observed values. */
  readonly values: readonly number[]
  /** Lower bounds of values whose end was not seen: machines that still run when the trace ends. */
  readonly censored?: readonly number[]
}

/** Mean and squared coefficient of variation (variance / mean²) of complete observations, of which there is at least one. */
export function momentsOf(values: readonly number[]): { mean: number; scv: number } {
  const mean = sum(values) / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, scv: squares / values.length / mean ** 2 }
}

/**
 * Refuses a trace from which no law can be fitted.
 * @param different least number of different values: one for a law with one parameter, two for others
 */
export function checkObservations(values: readonly number[], different: 0 | 1 | 2): void {
  for (const value of values) {
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(`a law is fitted to numbers above 0, not ${value}: leave out events at the same instant`)
    }
  }
  const found = values.length === 0 ? 0 : values.some((value) => value !== values[0]) ? 2 : 1
  if (found < different) throw new RangeError(`a law is fitted to at least ${different} different observed values`)
}

export function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}

export function meanLogarithm(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += ln(value)
  return total / values.length
}

/**
 * The zero of an ascending function of a positive number, to the last bits, by halving an interval that is first widened
 * until it holds the zero.
 */
export function ascendingRoot(f: (x: number) => number): number {
  let low = 1
  let high = 1
  for (let k = 0; k < 200 && f(low) > 0; k++) low /= 2
  for (let k = 0; k < 200 && f(high) < 0; k++) high *= 2
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (f(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
