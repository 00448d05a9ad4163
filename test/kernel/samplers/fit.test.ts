import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { fit, lawOf, momentsOf, randomStream } from '../../../src/kernel/index.ts'
import type { FittedLaw, Law, LawDescription } from '../../../src/kernel/index.ts'
import { validated } from '../../validated.ts'

/** A fixture of lines "minutes,times", with each value as often as it occurs. */
function trace(name: string): number[] {
  const [, ...lines] = readFileSync(new URL(`../fixtures/${name}.csv`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
  return lines.flatMap((line) => {
    const [minutes, times] = line.split(',').map(Number)
    return Array.from({ length: times! }, () => minutes!)
  })
}

function draw(description: LawDescription, n: number, name: string): number[] {
  const law = lawOf(description)
  const random = randomStream(['fit', name])
  return Array.from({ length: n }, () => law.sample(random))
}

// Los Alamos National Laboratory, LA-UR-05-7318: fixtures/README.md.
describe('failures of the computers of Los Alamos, 1996–2005', () => {
  it.each([
    ['system 2', 'lanl-system-2-gaps', 0.738, 14.02],
    ['system 20', 'lanl-system-20-gaps', 0.647, 13.59],
  ])('the time between failures of %s is Weibull by maximum likelihood', (system, name, shape, meanHours) => {
    const gaps_h = trace(name).map((minutes) => minutes / 60)
    expect(fit('weibull', { values: gaps_h }).shape).toBeCloseTo(shape, 3)
    expect(momentsOf(gaps_h).mean).toBeCloseTo(meanHours, 2)
    const row = { group: 'Field data', within: 'as printed', mark: 'seen' } as const
    const measured = fit('weibull', { values: gaps_h }).shape
    validated({ ...row, what: `LANL, ${system}: Weibull shape of the gaps`, expected: shape, measured })
    validated({ ...row, what: `LANL, ${system}: mean gap, h`, expected: meanHours, measured: momentsOf(gaps_h).mean })
  })

  it('the downtime is lognormal with μ 4.154 and σ 1.402, in minutes', () => {
    const fitted = fit('lognormal', { values: trace('lanl-downtimes') })
    expect(Math.log(fitted.median)).toBeCloseTo(4.154, 3)
    const sigma = 'sigma' in fitted ? fitted.sigma : Number.NaN
    expect(sigma).toBeCloseTo(1.402, 3)
    const row = { group: 'Field data', within: 'as printed', mark: 'seen' } as const
    validated({ ...row, what: 'LANL: lognormal μ of the downtime', expected: 4.154, measured: Math.log(fitted.median) })
    validated({ ...row, what: 'LANL: lognormal σ of the downtime', expected: 1.402, measured: sigma })
  })

  it('an empirical law has exactly the mean and the squared coefficient of variation of the trace', () => {
    const values = trace('lanl-system-20-gaps')
    const { mean, scv } = momentsOf(values)
    const law = lawOf({ law: 'empirical', values })
    expect(law.mean).toBeCloseTo(mean, 9)
    expect(law.variance / law.mean ** 2).toBeCloseTo(scv, 9)
  })

  // Half the squared coefficient of variation of these gaps (3.9) comes from the longest twentieth: samples vary.
  it.each<[string, (values: number[]) => LawDescription]>([
    ['an empirical law', (values) => ({ law: 'empirical', values })],
    ['a Weibull law of the same moments', (values) => fit('weibull', { values }, 'moments')],
    ['a lognormal law of the same moments', (values) => fit('lognormal', { values }, 'moments')],
    ['a gamma law of the same moments', (values) => fit('gamma', { values }, 'moments')],
  ])('%s, sampled again, gives back mean and squared coefficient of variation', (title, fitted) => {
    const values = trace('lanl-system-20-gaps')
    const { mean, scv } = momentsOf(values)
    const law = lawOf(fitted(values))
    expectMoments(law, mean, scv)
    // The error of the squared coefficient of variation by the spread of 100 parts.
    const parts = Array.from({ length: 100 }, (_, part) => momentsOf(draw(fitted(values), 4000, `${title} ${part}`)))
    const means = parts.map((part) => part.mean)
    expect(Math.abs(zOf(means, mean))).toBeLessThan(4)
    const squares = parts.map((part) => (part.scv + 1) * part.mean ** 2)
    expect(Math.abs(zOf(squares, (scv + 1) * mean ** 2))).toBeLessThan(4)
  })
})

function expectMoments(law: Law, mean: number, scv: number): void {
  expect(law.mean / mean).toBeCloseTo(1, 9)
  expect(law.variance / law.mean ** 2).toBeCloseTo(scv, 8)
}

/** How many standard errors the mean of independent values lies above the expected one. */
function zOf(values: readonly number[], expected: number): number {
  const n = values.length
  const mean = values.reduce((a, b) => a + b) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  return (mean - expected) / Math.sqrt(variance / n)
}

describe('maximum likelihood', () => {
  // Each parameter of 60 traces of 500 values: no bias beyond the 1/n that maximum likelihood has.
  it.each<[FittedLaw, LawDescription, Record<string, number>]>([
    ['exponential', { law: 'exponential', mean: 24 }, { mean: 24 }],
    ['weibull', { law: 'weibull', shape: 0.7, scale: 5 }, { shape: 0.7, scale: 5 }],
    ['weibull', { law: 'weibull', shape: 3, scale: 1e6 }, { shape: 3, scale: 1e6 }],
    ['lognormal', { law: 'lognormal', median: 6, sigma: 1.2 }, { median: 6, sigma: 1.2 }],
    ['gamma', { law: 'gamma', shape: 0.4, scale: 9 }, { shape: 0.4, scale: 9 }],
    ['gamma', { law: 'gamma', shape: 12, scale: 1e-3 }, { shape: 12, scale: 1e-3 }],
  ])('finds the %s law of which a trace was drawn: %o', (law, description, parameters) => {
    const fits = Array.from({ length: 60 }, (_, k) => ({
      ...fit(law, { values: draw(description, 500, `${JSON.stringify(description)} ${k}`) }),
    }))
    for (const [parameter, expected] of Object.entries(parameters)) {
      const found = fits.map((fitted) => Number(Object.entries(fitted).find(([name]) => name === parameter)![1]))
      const mean = found.reduce((a, b) => a + b) / found.length
      const sd = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1))
      expect(Math.abs(mean - expected)).toBeLessThan(4 * (sd / Math.sqrt(60)) + (expected * 4) / 500)
      expect(sd).toBeLessThan(0.15 * expected)
    }
  })

  it.each<[FittedLaw, LawDescription]>([
    ['exponential', { law: 'exponential', mean: 10 }],
    ['weibull', { law: 'weibull', shape: 1.6, scale: 10 }],
  ])('counts machines that still run when the trace ends (%s)', (law, description) => {
    const all = draw(description, 20_000, `censored ${law}`)
    const end = 9
    const values = all.filter((value) => value <= end)
    const censored = all.filter((value) => value > end).map(() => end)
    const fitted = lawOf(fit(law, { values, censored }))
    expect(fitted.mean / lawOf(description).mean).toBeCloseTo(1, 1)
    // Without them the law would be far too short.
    expect(lawOf(fit(law, { values })).mean).toBeLessThan(0.7 * fitted.mean)
  })

  it('refuses what no law can be fitted to', () => {
    expect(() => fit('weibull', { values: [] })).toThrow('at least 2 different')
    expect(() => fit('gamma', { values: [3, 3, 3] })).toThrow('at least 2 different')
    expect(() => fit('exponential', { values: [1, 0] })).toThrow('numbers above 0, not 0')
    expect(() => fit('lognormal', { values: [1, 2], censored: [3] })).toThrow('complete observations only')
    expect(() => fit('weibull', { values: [1, 2], censored: [3] }, 'moments')).toThrow('complete observations only')
  })
})
