import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lawOf } from '../../src/kernel/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Distribution } from '../../src/world/specification.ts'

const url = new URL('./right.yaml', import.meta.url)
const right = readFileSync(url, 'utf8')

/** A right scenario with this law for the detection of a fire. */
function withDetection(law: string) {
  const path = fileURLToPath(url)
  const hazard = `  blaze: { kind: site, target: office, rate: 0.01/year, source: a test, detection: ${law} }`
  return parseScenario(right.replace(/^hazards:$/m, `hazards:\n${hazard}`), path)
}

function detectionOf(law: string): Distribution {
  const hazard = withDetection(law).topologies[0]?.world.hazards.get('blaze')
  if (hazard?.kind !== 'site') throw new Error('the hazard of the test is missing')
  return hazard.detection
}

const HOUR_S = 3600

describe('the law of a duration', () => {
  it.each<[string, Distribution]>([
    ['5 min', { law: 'constant', value: 300 }],
    ['{ constant: 1 h }', { law: 'constant', value: 3600 }],
    ['{ uniform: { min: 1 h, max: 2 h } }', { law: 'uniform', min: 3600, max: 7200 }],
    ['{ exponential: { mean: 1 h } }', { law: 'exponential', mean: 3600 }],
    ['{ lognormal: { median: 1 h, p90: 3 h } }', { law: 'lognormal', median: 3600, p90: 10800 }],
    ['{ weibull: { shape: 0.7, scale: 1 h } }', { law: 'weibull', shape: 0.7, scale: 3600 }],
    [
      '{ weibull: { shape: 2, scale: 1 h, location: 10 min } }',
      { law: 'weibull', shape: 2, scale: 3600, location: 600 },
    ],
    ['{ gamma: { shape: 3, scale: 1 h } }', { law: 'gamma', shape: 3, scale: 3600 }],
    ['{ pareto: { shape: 1.5, min: 1 min, max: 1 d } }', { law: 'pareto', shape: 1.5, min: 60, max: 86400 }],
    ['{ empirical: [1 h, 1 h, 5 h] }', { law: 'empirical', values: [3600, 3600, 18000] }],
    ['{ fitted: { law: exponential, to: [1 h, 3 h] } }', { law: 'exponential', mean: 7200 }],
    [
      '{ mixture: [{ share: 90 %, of: 1 h }, { share: 10 %, of: { gamma: { shape: 2, scale: 1 h } } }] }',
      {
        law: 'mixture',
        parts: [
          { share: 0.9, of: { law: 'constant', value: 3600 } },
          { share: 0.1, of: { law: 'gamma', shape: 2, scale: 3600 } },
        ],
      },
    ],
  ])('%s', (written, expected) => {
    expect(detectionOf(written)).toEqual(expected)
  })

  it('is fitted to observed durations, by their likelihood or by their moments, and shown as an assumption', () => {
    const observed = '[30 min, 1 h, 1 h, 2 h, 9 h]'
    const scenario = withDetection(`{ fitted: { law: weibull, to: ${observed} } }`)
    const assumption = scenario.assumptions.find(({ subject }) => subject === 'hazards.blaze.detection')
    expect(assumption?.value).toMatch(/^weibull, shape 0\.9\d*, scale \d+ \(seconds\), by likelihood of 5 values$/)
    // 13.5 h / 5; variance (2.2² + 1.7² + 1.7² + 0.7² + 6.3²) / 5 = 10.16 h²
    const law = lawOf(detectionOf(`{ fitted: { law: gamma, to: ${observed}, by: moments } }`))
    expect(law.mean / HOUR_S).toBeCloseTo(2.7, 9)
    expect(law.variance / HOUR_S ** 2).toBeCloseTo(10.16, 9)
  })

  it.each([
    ['{ pareto: { shape: 1, min: 2 h, max: 1 h } }', 'pareto.max: is not more than min; expected a longer duration'],
    ['{ gamma: { shape: 0, scale: 1 h } }', 'gamma.shape: found 0; expected a number from 0.01 up, such as 1.5'],
    ['{ empirical: [] }', 'detection.empirical: '],
    [
      '{ fitted: { law: weibull, to: [1 h, 1 h] } }',
      'fitted.to: holds one value only; expected at least two different',
    ],
    ['{ fitted: { law: normal, to: [1 h, 2 h] } }', 'fitted.law: '],
    ['{ gamma: { shape: 1, scale: 1 h }, exponential: { mean: 1 h } }', 'at once; expected a duration or one law'],
  ])('is not %s', (written, message) => {
    expect(() => withDetection(written)).toThrow(message)
  })
})
