import { checkParameter, checkPositive } from './law.ts'
import type { Law } from './law.ts'

/** One of several laws, each with its share of the cases. Spends one random number on the choice. */
export function mixture(parts: ReadonlyArray<{ readonly share: number; readonly of: Law }>): Law {
  checkParameter('mixture', 'number of parts', parts.length, parts.length > 0, 'at least 1')
  let total = 0
  for (const { share } of parts) {
    checkParameter('mixture', 'a share', share, share >= 0, 'a number from 0 up')
    total += share
  }
  checkPositive('mixture', { 'the sum of the shares': total })
  const expectation = (of: (law: Law) => number): number => {
    let sum = 0
    for (const part of parts) sum += (part.share / total) * of(part.of)
    return sum
  }
  const mean = expectation((law) => law.mean)
  const cdf = (x: number): number => expectation((law) => law.cdf(x))
  return {
    mean,
    variance: expectation((law) => law.variance + (law.mean - mean) ** 2),
    cdf,
    quantile: (p) => {
      const quantiles = parts.filter(({ share }) => share > 0).map(({ of }) => of.quantile(p))
      let low = Math.min(...quantiles)
      let high = Math.max(...quantiles)
      if (cdf(low) >= p) return low
      for (let k = 0; k < 200; k++) {
        const middle = (low + high) / 2
        if (middle === low || middle === high) break
        if (cdf(middle) < p) low = middle
        else high = middle
      }
      return high
    },
    sample: (random) => {
      let left = random.uniform() * total
      for (const { share, of } of parts) {
        if (left < share) return of.sample(random)
        left -= share
      }
      return parts.at(-1)!.of.sample(random)
    },
  }
}
