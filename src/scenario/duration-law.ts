import type { Distribution } from '../world/specification.ts'
import type { Compilation } from './compilation.ts'
import type { Path } from './document.ts'
import type { DurationLaw } from './schema/distribution.ts'

/** The law of a duration as it was written; problems go to the compilation. */
export function lawOf(written: DurationLaw, path: Path, compilation: Compilation): Distribution {
  if (typeof written === 'number') return { law: 'constant', value: written }
  const names = Object.keys(written)
  if (names.length !== 1) {
    const found = names.length === 0 ? 'an empty mapping' : `${names.join(' and ')} at once`
    compilation.problem(
      path,
      `${found}; expected a duration or one law, { lognormal: { median: 6 d, p90: 29 d } }`,
      'key',
    )
  }
  const { constant, uniform, exponential, lognormal, weibull, mixture } = written
  if (uniform !== undefined) {
    const { min, max } = uniform
    if (max < min) compilation.problem([...path, 'uniform', 'max'], 'is less than min; expected at least as much')
    return { law: 'uniform', min, max }
  }
  if (exponential !== undefined) return { law: 'exponential', mean: exponential.mean }
  if (lognormal !== undefined) {
    const { median, p90 } = lognormal
    if (p90 <= median) {
      const message = 'is not more than the median; expected the duration that 90 % of the cases stay below'
      compilation.problem([...path, 'lognormal', 'p90'], message)
    }
    return { law: 'lognormal', median, p90 }
  }
  if (weibull !== undefined) return { law: 'weibull', shape: weibull.shape, scale: weibull.scale }
  if (mixture === undefined) return { law: 'constant', value: constant ?? 0 }
  const shares = mixture.reduce((sum, part) => sum + part.share, 0)
  if (Math.abs(shares - 1) > 1e-9) {
    compilation.problem(
      [...path, 'mixture'],
      `the shares sum to ${Number((shares * 100).toPrecision(4))} %; expected 100 %`,
      'key',
    )
  }
  return {
    law: 'mixture',
    parts: mixture.map(({ share, of }, index) => ({
      share,
      of: lawOf(of, [...path, 'mixture', index, 'of'], compilation),
    })),
  }
}
