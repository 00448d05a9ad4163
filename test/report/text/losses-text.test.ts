import { describe, expect, it } from 'vitest'
import { howOften, lossesText } from '../../../src/report/text/losses-text.ts'

describe('how often something is lost', () => {
  it.each([
    [1 / 33, 'once in 33 years'],
    [3e-2, 'once in 33 years'],
    [1, 'once a year'],
    [4, '4 times a year'],
    [1e-6, 'once in 1 million years'],
    [9.999e-7, 'once in 1 million years'],
    [8.3e-10, 'once in 1.2 billion years'],
    [1e-12, 'once in 1 trillion years'],
    [1e-18, 'once in 1e+18 years'],
  ])('%d a year is %s', (perYear, words) => {
    expect(howOften(perYear)).toBe(words)
  })

  it('is told with its error and its causes, rare chances apart from shares of the cases', () => {
    const text = lossesText([
      {
        strategy: 'nightly',
        topology: 'base',
        service: 'files',
        losses_perYear: 3e-2,
        ci95: [2e-2, 4e-2],
        relativeError: 0.1,
        notExcluded_perYear: 2e-4,
        leftOut_perYear: 1e-9,
        causes: [
          { hazards: ['fire'], rate_perYear: 0.04, lost: 30, n: 40, share: 0.75, losses_perYear: 0.03 },
          { hazards: ['flood'], rate_perYear: 0.1, lost: 12, n: 40, share: 1e-6, losses_perYear: 1e-7 },
        ],
        drills: 80,
        crudeIncidents: 1.3e7,
      },
    ])
    expect(text).toMatch(/files with nightly\n {2}once in 33 years +3 % +±20 % +0\.02 % +80 +13 million/)
    expect(text).toContain('fire: once in 25 years, lost in 30 of 40 cases; 100 % of all losses')
    expect(text).toContain('flood: once in 10 years, lost once in 1 million times; 0 % of all losses')
  })
})
