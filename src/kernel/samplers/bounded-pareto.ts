import { ln, pow } from '../mathematics.ts'
import { checkParameter, checkPositive, inverted } from './law.ts'
import type { Law } from './law.ts'

export interface BoundedParetoLaw {
  readonly law: 'pareto'
  readonly shape: number
  readonly min: number
  readonly max: number
}

/** P(X > x) falls as x^−shape from min on, and ends at max: sizes of files and of transfers. */
export function boundedPareto({ shape, min, max }: Omit<BoundedParetoLaw, 'law'>): Law {
  checkPositive('pareto', { shape, min })
  checkParameter('pareto', 'max', max, max > min, `above min (${min})`)
  const within = 1 - pow(min / max, shape)
  const moment = (k: number): number => {
    const e = k - shape
    // ∫ x^(e − 1) from 1 to max / min, in units of min^k.
    const integral = Math.abs(e) < 1e-9 ? ln(max / min) : (pow(max / min, e) - 1) / e
    return (pow(min, k) * shape * integral) / within
  }
  const mean = moment(1)
  return inverted({
    mean,
    variance: moment(2) - mean ** 2,
    cdf: (x) => (x <= min ? 0 : x >= max ? 1 : (1 - pow(min / x, shape)) / within),
    quantile: (p) => min * pow(1 - p * within, -1 / shape),
  })
}
