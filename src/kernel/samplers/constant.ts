import { checkParameter, inverted } from './law.ts'
import type { Law } from './law.ts'

export interface ConstantLaw {
  readonly law: 'constant'
  readonly value: number
}

/** The same value always. Spends no random number. */
export function constant({ value }: Omit<ConstantLaw, 'law'>): Law {
  checkParameter('constant', 'value', value, value >= 0, 'a number from 0 up')
  const law = { mean: value, variance: 0, cdf: (x: number) => (x < value ? 0 : 1), quantile: () => value }
  return { ...inverted(law), sample: () => value }
}
