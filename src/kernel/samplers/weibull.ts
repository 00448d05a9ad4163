import gammaFunction from '@stdlib/math-base-special-gamma'

import { exp, ln, pow } from '../mathematics.ts'
import { checkParameter, checkPositive, inverted } from './law.ts'
import type { Law } from './law.ts'
import { ascendingRoot, checkObservations, meanLogarithm } from './observations.ts'
import type { Observations } from './observations.ts'

export interface WeibullLaw {
  readonly law: 'weibull'
  /** Below 1: failures cluster, or weed out the weak; 1: exponential; above: wear. */
  readonly shape: number
  readonly scale: number
  /** Time before which nothing fails, the third parameter. Default 0. */
  readonly location?: number
}

/** P(X > x) = exp(−((x − location) / scale)^shape). */
export function weibull({ shape, scale, location = 0 }: Omit<WeibullLaw, 'law'>): Law {
  checkPositive('weibull', { shape, scale })
  checkParameter('weibull', 'location', location, location >= 0, 'a number from 0 up')
  const first = gammaFunction(1 + 1 / shape)
  const second = gammaFunction(1 + 2 / shape)
  return inverted({
    mean: location + scale * first,
    variance: scale ** 2 * (second - first ** 2),
    cdf: (x) => (x <= location ? 0 : 1 - exp(-pow((x - location) / scale, shape))),
    quantile: (p) => location + scale * pow(-ln(1 - p), 1 / shape),
  })
}

/**
 * Maximum likelihood of the law with two parameters, censored observations included.
 * Source: Cohen, Maximum likelihood estimation in the Weibull distribution based on complete and on censored samples,
 * Technometrics 7 (1965) 579–588.
 */
export function fitWeibull({ values, censored = [] }: Observations): WeibullLaw {
  checkObservations(values, 2)
  checkObservations(censored, 0)
  // In units of the geometric mean, so that no power overflows.
  const meanLog = meanLogarithm(values)
  const logs = [...values, ...censored].map((value) => ln(value) - meanLog)
  const powers = (shape: number): { power: number; logPower: number } => {
    let power = 0
    let logPower = 0
    for (const log of logs) {
      const x = exp(shape * log)
      power += x
      logPower += x * log
    }
    return { power, logPower }
  }
  const shape = ascendingRoot((k) => {
    const { power, logPower } = powers(k)
    // For a large shape the largest observation alone counts, and infinity over infinity says so.
    return power < Infinity ? logPower / power - 1 / k : Infinity
  })
  const scale = exp(meanLog) * pow(powers(shape).power / values.length, 1 / shape)
  return { law: 'weibull', shape, scale }
}

/** The law with this mean and squared coefficient of variation. */
export function weibullOfMoments(mean: number, scv: number): WeibullLaw {
  checkPositive('weibull', { mean, 'squared coefficient of variation': scv })
  const shape = ascendingRoot((k) => {
    const { mean: m, variance } = weibull({ shape: Math.max(k, 0.02), scale: 1 })
    return scv - variance / m ** 2
  })
  return { law: 'weibull', shape, scale: mean / gammaFunction(1 + 1 / shape) }
}
