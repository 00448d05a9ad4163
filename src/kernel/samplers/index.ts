/**
 * Laws of random quantities: each has its moments, distribution function and quantiles in closed form and a sampler, and
 * is built from a plain description that can be written in a scenario and sent to a worker. To add one: a file beside
 * this, and a line below.
 */
import { boundedPareto } from './bounded-pareto.ts'
import type { BoundedParetoLaw } from './bounded-pareto.ts'
import { constant } from './constant.ts'
import type { ConstantLaw } from './constant.ts'
import { empirical } from './empirical.ts'
import type { EmpiricalLaw } from './empirical.ts'
import { exponential, fitExponential } from './exponential.ts'
import type { ExponentialLaw } from './exponential.ts'
import { fitGamma, gamma, gammaOfMoments } from './gamma.ts'
import type { GammaLaw } from './gamma.ts'
import type { Law } from './law.ts'
import { fitLognormal, lognormal, lognormalOfMoments } from './lognormal.ts'
import type { LognormalLaw } from './lognormal.ts'
import { mixture } from './mixture.ts'
import { checkObservations, momentsOf } from './observations.ts'
import type { Observations } from './observations.ts'
import { uniform } from './uniform.ts'
import type { UniformLaw } from './uniform.ts'
import { fitWeibull, weibull, weibullOfMoments } from './weibull.ts'
import type { WeibullLaw } from './weibull.ts'

/** A law as plain data; parameters are in the unit of the quantity. */
export type LawDescription =
  | BoundedParetoLaw
  | ConstantLaw
  | EmpiricalLaw
  | ExponentialLaw
  | GammaLaw
  | LognormalLaw
  | MixtureLaw
  | UniformLaw
  | WeibullLaw

export interface MixtureLaw {
  readonly law: 'mixture'
  readonly parts: ReadonlyArray<{ readonly share: number; readonly of: LawDescription }>
}

/** @throws RangeError when there is no law of these parameters */
export function lawOf(description: LawDescription): Law {
  switch (description.law) {
    case 'constant':
      return constant(description)
    case 'uniform':
      return uniform(description)
    case 'exponential':
      return exponential(description)
    case 'weibull':
      return weibull(description)
    case 'lognormal':
      return lognormal(description)
    case 'gamma':
      return gamma(description)
    case 'pareto':
      return boundedPareto(description)
    case 'empirical':
      return empirical(description)
    case 'mixture':
      return mixture(description.parts.map(({ share, of }) => ({ share, of: lawOf(of) })))
    default:
      throw new RangeError(`there is no such law: ${JSON.stringify(description)}`)
  }
}

type Described<L> = Extract<LawDescription, { law: L }>

interface Family<L> {
  likelihood(observations: Observations): Described<L>
  moments(mean: number, scv: number): Described<L>
}

const FAMILIES: { readonly [L in FittedLaw]: Family<L> } = {
  exponential: { likelihood: fitExponential, moments: (mean) => ({ law: 'exponential', mean }) },
  weibull: { likelihood: fitWeibull, moments: weibullOfMoments },
  lognormal: { likelihood: fitLognormal, moments: lognormalOfMoments },
  gamma: { likelihood: fitGamma, moments: gammaOfMoments },
}

export type FittedLaw = 'exponential' | 'weibull' | 'lognormal' | 'gamma'

/**
 * The law of a family that suits a trace best.
 * @param method 'likelihood': the parameters that make the trace most likely; 'moments': the law that has the trace's
 *               mean and squared coefficient of variation (an exponential law has its mean only)
 */
export function fit<L extends FittedLaw>(
  law: L,
  observations: Observations,
  method: 'likelihood' | 'moments' = 'likelihood',
): Described<L> {
  const family = FAMILIES[law]
  if (method === 'likelihood') return family.likelihood(observations)
  if ((observations.censored?.length ?? 0) > 0) throw new RangeError('moments are those of complete observations only')
  checkObservations(observations.values, law === 'exponential' ? 1 : 2)
  const { mean, scv } = momentsOf(observations.values)
  return family.moments(mean, scv)
}

export { lognormalSigma } from './lognormal.ts'
export type { Law } from './law.ts'
export { momentsOf } from './observations.ts'
export type { Observations } from './observations.ts'
