import { exponentialQuantile } from '../exponential-quantile.ts'
import { exp } from '../mathematics.ts'
import { checkPositive, inverted } from './law.ts'
import type { Law } from './law.ts'
import { checkObservations, sum } from './observations.ts'
import type { Observations } from './observations.ts'

export interface ExponentialLaw {
  readonly law: 'exponential'
  readonly mean: number
}

/** P(X > x) = exp(−x / mean): failures without memory. */
export function exponential({ mean }: Omit<ExponentialLaw, 'law'>): Law {
  checkPositive('exponential', { mean })
  return inverted({
    mean,
    variance: mean ** 2,
    cdf: (x) => (x <= 0 ? 0 : 1 - exp(-x / mean)),
    quantile: (p) => exponentialQuantile(mean, p),
  })
}

/** Maximum likelihood: time observed, censored or not, per failure. */
export function fitExponential({ values, censored = [] }: Observations): ExponentialLaw {
  checkObservations(values, 1)
  return { law: 'exponential', mean: (sum(values) + sum(censored)) / values.length }
}
