import { ln } from './mathematics.ts'

/** Quantile of the exponential law with this mean. @param p probability in [0, 1) */
export function exponentialQuantile(mean: number, p: number): number {
  return -mean * ln(1 - p)
}
