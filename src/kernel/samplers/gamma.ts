import digamma from '@stdlib/math-base-special-digamma'
import gammainc from '@stdlib/math-base-special-gammainc'
import gammaincinv from '@stdlib/math-base-special-gammaincinv'

import { ln } from '../mathematics.ts'
import { checkPositive, inverted } from './law.ts'
import type { Law } from './law.ts'
import { ascendingRoot, checkObservations, meanLogarithm, momentsOf } from './observations.ts'
import type { Observations } from './observations.ts'

export interface GammaLaw {
  readonly law: 'gamma'
  readonly shape: number
  readonly scale: number
}

/** The sum of `shape` exponential stages of mean `scale`, and all between. */
export function gamma({ shape, scale }: Omit<GammaLaw, 'law'>): Law {
  checkPositive('gamma', { shape, scale })
  return inverted({
    mean: shape * scale,
    variance: shape * scale ** 2,
    cdf: (x) => (x <= 0 ? 0 : gammainc(x / scale, shape)),
    quantile: (p) => (p === 0 ? 0 : scale * gammaincinv(p, shape)),
  })
}

/** Maximum likelihood, of complete observations: ln(shape) − ψ(shape) = ln(mean) − mean(ln). */
export function fitGamma({ values, censored = [] }: Observations): GammaLaw {
  checkObservations(values, 2)
  if (censored.length > 0) throw new RangeError('a gamma law is fitted to complete observations only')
  const { mean } = momentsOf(values)
  const excess = ln(mean) - meanLogarithm(values)
  const shape = ascendingRoot((k) => excess - (ln(k) - digamma(k)))
  return { law: 'gamma', shape, scale: mean / shape }
}

/** The law with this mean and squared coefficient of variation. */
export function gammaOfMoments(mean: number, scv: number): GammaLaw {
  checkPositive('gamma', { mean, 'squared coefficient of variation': scv })
  return { law: 'gamma', shape: 1 / scv, scale: mean * scv }
}
