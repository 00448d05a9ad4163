import { checkParameter, inverted } from './law.ts'
import type { Law } from './law.ts'

export interface UniformLaw {
  readonly law: 'uniform'
  readonly min: number
  readonly max: number
}

export function uniform({ min, max }: Omit<UniformLaw, 'law'>): Law {
  checkParameter('uniform', 'min', min, min >= 0, 'a number from 0 up')
  checkParameter('uniform', 'max', max, max >= min, `at least min (${min})`)
  return inverted({
    mean: (min + max) / 2,
    variance: (max - min) ** 2 / 12,
    cdf: (x) => (x < min ? 0 : x >= max ? 1 : (x - min) / (max - min)),
    quantile: (p) => min + p * (max - min),
  })
}
