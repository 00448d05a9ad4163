import { describe, expect, it } from 'vitest'
import { markLabels } from '../../../../src/report/charts/index.ts'
import { withShortNames } from '../../../../src/report/charts/drawing/short-names.ts'
import { fixtureResults } from '../../fixture.ts'

const LONG = 'a-name-that-nobody-would-want-to-type-but-somebody-did'

describe('names in charts', () => {
  it('stay as they are where all are short', () => {
    const results = fixtureResults({ replications: 1, days: 1 })
    expect(withShortNames(results)).toBe(results)
  })

  it('are shortened in the middle, and stay different from one another', () => {
    const strategies = [`${LONG}-once`, `${LONG}-once-more-once`, 'short']
    const { cells, incidents } = withShortNames(fixtureResults({ strategies, replications: 1, days: 1 }))
    const names = [...new Set(cells.map((cell) => cell.strategy))]
    expect(names).toEqual(['a-name-that-nobody-w…-did-once', 'a-name-that-nobody-w…more-once', 'short'])
    expect(new Set(incidents.map((row) => row.strategy))).toEqual(new Set(names))
  })

  it('are found by the words of a mark, with the hazard they stand for, whichever service it hits', () => {
    const results = fixtureResults({ hazards: ['fire', 'flood'], replications: 1, days: 1 })
    const cells = results.cells.map((cell) => ({
      ...cell,
      hazards: cell.hazards.flatMap((row) => [row, { ...row, service: 'shop' }]),
    }))
    expect(markLabels({ ...results, cells }).hazards).toEqual([
      { label: 'fire → file-share', hazard: 0 },
      { label: 'fire → shop', hazard: 0 },
      { label: 'flood → file-share', hazard: 1 },
      { label: 'flood → shop', hazard: 1 },
    ])
  })
})
