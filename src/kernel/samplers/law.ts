import type { RandomStream } from '../random.ts'

/** The law of a random quantity that is not negative. All laws but mixtures spend one uniform number on a sample. */
export interface Law {
  readonly mean: number
  readonly variance: number
  /** P(X ≤ x). */
  cdf(x: number): number
  /** The least x with cdf(x) ≥ p, for p in [0, 1). */
  quantile(p: number): number
  sample(random: Pick<RandomStream, 'uniform'>): number
}

/** A law that samples by the inverse of its distribution function: what is compared stays in step with the same numbers. */
export function inverted(law: Omit<Law, 'sample'>): Law {
  return { ...law, sample: (random) => law.quantile(random.uniform()) }
}

/** Refuses parameters of which there is no such law. */
export function checkParameter(law: string, parameter: string, value: number, holds: boolean, expected: string): void {
  if (!holds || !Number.isFinite(value)) {
    throw new RangeError(`${law} law: ${parameter} must be ${expected}, not ${value}`)
  }
}

export function checkPositive(law: string, parameters: Readonly<Record<string, number>>): void {
  for (const [parameter, value] of Object.entries(parameters)) {
    checkParameter(law, parameter, value, value > 0, 'a number above 0')
  }
}
