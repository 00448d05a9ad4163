import { countAtMost } from '../ascending.ts'
import { checkParameter, inverted } from './law.ts'
import type { Law } from './law.ts'

export interface EmpiricalLaw {
  readonly law: 'empirical'
  /** Observed values, in any order; each is as likely as any other. */
  readonly values: readonly number[]
}

/** What was observed, drawn again with replacement: keeps mean and variance of the trace exactly. */
export function empirical({ values }: Omit<EmpiricalLaw, 'law'>): Law {
  checkParameter('empirical', 'number of values', values.length, values.length > 0, 'at least 1')
  for (const value of values) checkParameter('empirical', 'a value', value, value >= 0, 'a number from 0 up')
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  const mean = sorted.reduce((total, value) => total + value, 0) / n
  const variance = sorted.reduce((total, value) => total + (value - mean) ** 2, 0) / n
  return inverted({
    mean,
    variance,
    cdf: (x) => countAtMost(sorted, x) / n,
    quantile: (p) => sorted[Math.min(n - 1, Math.max(0, Math.ceil(p * n) - 1))]!,
  })
}
