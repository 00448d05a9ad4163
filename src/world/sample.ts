import type { RandomStream } from '../kernel/index.ts'
import type { Distribution } from './specification.ts'

/** One value of the law, drawn from the stream. */
export function sample(distribution: Distribution, random: RandomStream): number {
  switch (distribution.law) {
    case 'constant':
      return distribution.value
    case 'uniform':
      return distribution.min + random.uniform() * (distribution.max - distribution.min)
    case 'exponential':
      return random.exponential(distribution.mean)
    case 'lognormal':
      return random.lognormal(distribution.median, distribution.p90)
    case 'weibull':
      return random.weibull(distribution.shape, distribution.scale)
    case 'mixture': {
      let total = 0
      for (const { share } of distribution.parts) total += share
      let left = random.uniform() * total
      for (const { share, of } of distribution.parts) {
        if (left < share) return sample(of, random)
        left -= share
      }
      const last = distribution.parts.at(-1)
      if (last === undefined) throw new RangeError('a mixture needs at least one part')
      return sample(last.of, random)
    }
    default:
      throw new TypeError('a distribution of a law that is not known')
  }
}
