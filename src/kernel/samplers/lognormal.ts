import erfc from '@stdlib/math-base-special-erfc'

import { exp, ln, sqrt } from '../mathematics.ts'
import { standardNormalQuantile } from '../normal-quantile.ts'
import { checkParameter, checkPositive, inverted } from './law.ts'
import type { Law } from './law.ts'
import { checkObservations, meanLogarithm } from './observations.ts'
import type { Observations } from './observations.ts'

/** By its median and either what 90 % of the cases stay below, or the standard deviation of the logarithm. */
export type LognormalLaw =
  | { readonly law: 'lognormal'; readonly median: number; readonly p90: number }
  | { readonly law: 'lognormal'; readonly median: number; readonly sigma: number }

const STANDARD_NORMAL_P90 = standardNormalQuantile(0.9)

/** The logarithm is normal with mean ln(median). */
export function lognormal(parameters: LognormalLaw): Law {
  const { median } = parameters
  checkPositive('lognormal', { median })
  const sigma = 'sigma' in parameters ? parameters.sigma : lognormalSigma(median, 0.9, parameters.p90)
  checkParameter('lognormal', 'sigma', sigma, sigma >= 0, 'a number from 0 up')
  const square = sigma ** 2
  return inverted({
    mean: median * exp(square / 2),
    variance: median ** 2 * exp(square) * (exp(square) - 1),
    cdf: (x) => {
      if (x <= 0) return 0
      if (sigma === 0) return x < median ? 0 : 1
      return erfc(-ln(x / median) / (sigma * Math.SQRT2)) / 2
    },
    quantile: (p) => (p === 0 ? 0 : median * exp(sigma * standardNormalQuantile(p))),
  })
}

/** Standard deviation of the logarithm, of the law with this median of whose cases a share p stays below this value. */
export function lognormalSigma(median: number, p: number, value: number): number {
  checkParameter('lognormal', 'p', p, p > 0.5 && p < 1, 'between 0.5 and 1')
  checkParameter('lognormal', `p${p * 100}`, value, value >= median, `at least the median (${median})`)
  return ln(value / median) / (p === 0.9 ? STANDARD_NORMAL_P90 : standardNormalQuantile(p))
}

/** Maximum likelihood, of complete observations. */
export function fitLognormal({ values, censored = [] }: Observations): LognormalLaw {
  checkObservations(values, 2)
  if (censored.length > 0) throw new RangeError('a lognormal law is fitted to complete observations only')
  const mu = meanLogarithm(values)
  let squares = 0
  for (const value of values) squares += (ln(value) - mu) ** 2
  return { law: 'lognormal', median: exp(mu), sigma: sqrt(squares / values.length) }
}

/** The law with this mean and squared coefficient of variation. */
export function lognormalOfMoments(mean: number, scv: number): LognormalLaw {
  checkPositive('lognormal', { mean, 'squared coefficient of variation': scv })
  return { law: 'lognormal', median: mean / sqrt(1 + scv), sigma: sqrt(ln(1 + scv)) }
}
