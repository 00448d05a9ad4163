import { fit } from '../../kernel/index.ts'
import type { Distribution } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import type { DurationLaw } from '../schema/distribution.ts'

/** The distribution of a duration as written; problems go to the compilation. */
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
  const { constant, uniform, exponential, lognormal, weibull, gamma, pareto, empirical, fitted, mixture } = written
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
  if (weibull !== undefined) {
    const { shape, scale, location } = weibull
    return { law: 'weibull', shape, scale, ...(location === undefined ? {} : { location }) }
  }
  if (gamma !== undefined) return { law: 'gamma', shape: gamma.shape, scale: gamma.scale }
  if (pareto !== undefined) {
    const { shape, min, max } = pareto
    if (max <= min) compilation.problem([...path, 'pareto', 'max'], 'is not more than min; expected a longer duration')
    return { law: 'pareto', shape, min, max }
  }
  if (empirical !== undefined) return { law: 'empirical', values: empirical }
  if (fitted !== undefined) return fittedLaw(fitted, path, compilation)
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

/** Fits a law to observed durations; it becomes an assumption that the report shows. */
function fittedLaw(
  { law, to, by = 'likelihood' }: Exclude<Exclude<DurationLaw, number>['fitted'], undefined>,
  path: Path,
  compilation: Compilation,
): Distribution {
  if (law !== 'exponential' && new Set(to).size < 2) {
    compilation.problem([...path, 'fitted', 'to'], 'holds one value only; expected at least two different durations')
    return { law: 'constant', value: to[0]! }
  }
  const found = fit(law, { values: to }, by)
  const parameters = Object.entries(found).flatMap(([name, value]) =>
    typeof value === 'number' ? `${name} ${Number(value.toPrecision(4))}` : [],
  )
  compilation.assume(path.join('.'), `${law}, ${parameters.join(', ')} (seconds), by ${by} of ${to.length} values`)
  return found
}
