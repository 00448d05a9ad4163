import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { naturalStrikes } from '../../../src/experiment/cell/background.ts'
import { lawOf, momentsOf } from '../../../src/kernel/index.ts'
import { parseScenario } from '../../../src/scenario/load.ts'

const YEAR_S = 365.25 * 86_400
const HOUR_S = 3600

/** The fire of the miniature, as often as this says. */
function fire(howOften: string) {
  const text = readFileSync('scenarios/miniature.yaml', 'utf8').replace('rate: 0.1/year', howOften)
  const scenario = parseScenario(text, 'miniature.yaml')
  return { scenario, hazard: scenario.topologies[0]!.world.hazards.get('fire')! }
}

const gapsOf = (instants: Float64Array) => [...instants.subarray(1)].map((instant, k) => instant - instants[k]!)

describe('hazards that strike by themselves', () => {
  it('come as a Poisson process of their rate', () => {
    const { occurrences } = naturalStrikes(fire('rate: 12/year').hazard, 'seed', 1000 * YEAR_S)
    expect(Math.abs(occurrences.length - 12_000)).toBeLessThan(4 * Math.sqrt(12_000))
    expect(momentsOf(gapsOf(occurrences)).scv).toBeCloseTo(1, 1)
  })

  it('come with a law of their own between them, and that gives their rate', () => {
    const { hazard, scenario } = fire('every: { weibull: { shape: 2, scale: 365.25 d } }')
    // Γ(1.5) = √π / 2
    expect(hazard.rate_perYear).toBeCloseTo(2 / Math.sqrt(Math.PI), 9)
    expect(scenario.assumptions.find(({ subject }) => subject === 'hazards.fire.rate')?.value).toBe('1.128 a year')
    const { occurrences } = naturalStrikes(hazard, 'seed', 20_000 * YEAR_S)
    const { mean, scv } = momentsOf(gapsOf(occurrences))
    const law = lawOf(hazard.between!)
    expect(Math.abs(mean - law.mean) / Math.sqrt(law.variance / occurrences.length)).toBeLessThan(4)
    expect(scv).toBeCloseTo(4 / Math.PI - 1, 1)
  })

  it('are in the steady state from the start on: as many in the first year as in any other', () => {
    const { hazard } = fire('every: 100 d')
    const first: number[] = []
    for (let seed = 0; seed < 2000; seed++) {
      first.push(naturalStrikes(hazard, `seed ${seed}`, YEAR_S).occurrences[0]! / 86_400)
    }
    // Uniform in the 100 days that begin with the start.
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...first)).toBeLessThan(100)
    const mean = first.reduce((a, b) => a + b) / first.length
    expect(Math.abs(mean - 50) / (100 / Math.sqrt(12) / Math.sqrt(first.length))).toBeLessThan(4)
  })

  // The gaps between failures of system 20, Los Alamos National Laboratory: test/kernel/fixtures.
  it.each(['empirical', 'weibull', 'lognormal', 'gamma'])(
    'fitted to a trace (%s) have its mean and its squared coefficient of variation',
    (law) => {
      const [, ...lines] = readFileSync('test/kernel/fixtures/lanl-system-20-gaps.csv', 'utf8').trim().split('\n')
      const trace = lines.flatMap((line) => {
        const [minutes, times] = line.split(',')
        return Array.from({ length: Number(times) }, () => Number(minutes))
      })
      const values = `[${trace.map((minutes) => `${minutes} min`).join(', ')}]`
      const fitted =
        law === 'empirical' ? `empirical: ${values}` : `fitted: { law: ${law}, to: ${values}, by: moments }`
      const { hazard } = fire(`every: { ${fitted} }`)
      const { mean, scv } = momentsOf(trace.map((minutes) => minutes * 60))
      const parts = Array.from({ length: 40 }, (_, part) =>
        momentsOf(gapsOf(naturalStrikes(hazard, `seed ${part}`, 50_000 * HOUR_S).occurrences)),
      )
      expect(
        zOf(
          parts.map((part) => part.mean),
          mean,
        ),
      ).toBeLessThan(4)
      const squares = parts.map((part) => (part.scv + 1) * part.mean ** 2)
      expect(zOf(squares, (scv + 1) * mean ** 2)).toBeLessThan(4)
    },
  )

  it.each([
    ['rate: 1/year, every: 1 year', 'hazards.fire.every: stands beside rate; expected one of the two'],
    ['every: 0 s', 'hazards.fire.every: is no time at all'],
  ])('are refused as %s', (howOften, message) => {
    expect(() => fire(howOften)).toThrow(message)
  })
})

/** How many standard errors the mean of independent values lies from the expected one. */
function zOf(values: readonly number[], expected: number): number {
  const mean = values.reduce((a, b) => a + b) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return Math.abs(mean - expected) / Math.sqrt(variance / values.length)
}
