import { describe, expect, it } from 'vitest'
import { combinationsOf, drawStrikes } from '../../../src/experiment/losses/combinations.ts'
import type { RatedHazard } from '../../../src/experiment/losses/combinations.ts'
import { estimateLosses, shareOut } from '../../../src/experiment/losses/estimate.ts'
import { randomStream } from '../../../src/kernel/index.ts'

const hazard = (name: string, rate_perYear: number): RatedHazard => ({ name, rate_perYear })

/** Poisson processes played for so many years: how often each set of hazards struck within the window of a first. */
function played(hazards: readonly RatedHazard[], window: number, years: number): Map<string, number> {
  const random = randomStream(['crude clusters'])
  const next = hazards.map(({ rate_perYear }) => random.exponential(1 / rate_perYear))
  const counts = new Map<string, number>()
  for (;;) {
    const start = Math.min(...next)
    if (start > years) return counts
    const struck = hazards.flatMap(({ name, rate_perYear }, k) => {
      if (next[k]! >= start + window) return []
      while (next[k]! < start + window) next[k]! += random.exponential(1 / rate_perYear)
      return [name]
    })
    counts.set(struck.join(), (counts.get(struck.join()) ?? 0) + 1)
  }
}

describe('combinations of hazards', () => {
  const hazards = [hazard('a', 2), hazard('b', 0.5), hazard('c', 1)]
  const window = 0.1

  it('come about as often as in Poisson processes that are played for 100,000 years', () => {
    const years = 100_000
    const counts = played(hazards, window, years)
    const { combinations, leftOut_perYear } = combinationsOf(hazards, window, 3)
    expect(combinations).toHaveLength(7)
    for (const { hazards: own, rate_perYear } of combinations) {
      const count = counts.get(own.map(({ name }) => name).join())!
      expect(Math.abs(count - rate_perYear * years)).toBeLessThan(4 * Math.sqrt(count))
    }
    expect(leftOut_perYear).toBe(0)
  })

  it('that are left out have the rate of those that would be there', () => {
    const all = combinationsOf(hazards, window, 3).combinations
    const threeAtOnce = all.find(({ hazards: own }) => own.length === 3)!
    expect(combinationsOf(hazards, window, 2).leftOut_perYear).toBeCloseTo(threeAtOnce.rate_perYear, 12)
  })

  it('of tiny rates keep their precision: λ₁λ₂·2W', () => {
    const { combinations } = combinationsOf([hazard('a', 1e-8), hazard('b', 1e-9)], 0.01, 2)
    expect(combinations.at(-1)!.rate_perYear / (2 * 1e-8 * 1e-9 * 0.01)).toBeCloseTo(1, 6)
  })

  it('begin with each hazard as often as that is the first, and the rest follows evenly in the window', () => {
    const pair = { hazards: [hazard('a', 0.3), hazard('b', 0.1)] }
    const drawn = Array.from({ length: 4000 }, (_, k) => drawStrikes(pair, window, randomStream(['strikes', k])))
    const firsts = drawn.filter(([first]) => first!.name === 'a').length
    expect(firsts / 4000).toBeCloseTo(0.5, 1)
    const mean = drawn.reduce((sum, [, second]) => sum + second!.delay_years, 0) / 4000
    expect(mean / (window / 2)).toBeCloseTo(1, 1)
    expect(drawn.every(([first, second]) => first!.delay_years === 0 && second!.delay_years < window)).toBe(true)
  })
})

describe('the estimate', () => {
  const combination = (rate_perYear: number) => ({ hazards: [hazard('x', rate_perYear)], rate_perYear })

  it('has intervals that cover in 93 to 97 of 100 samples', () => {
    const random = randomStream(['cover losses'])
    const cases = (n: number, chance: number): number[] => {
      return Array.from({ length: n }, () => random.chance(chance)).flatMap((lost) => (lost ? [1] : []))
    }
    let covered = 0
    for (let sample = 0; sample < 4000; sample += 1) {
      const { ci95 } = estimateLosses([
        { combination: combination(1e-3), n: 200, weights: cases(200, 0.1) },
        { combination: combination(1e-4), n: 100, weights: cases(100, 0.6) },
      ])
      if (ci95[0] <= 1.6e-4 && 1.6e-4 <= ci95[1]) covered += 1
    }
    expect(covered / 4000).toBeGreaterThan(0.93)
    expect(covered / 4000).toBeLessThan(0.97)
  })

  it('says what so many cases without a loss cannot exclude', () => {
    const { losses_perYear, notExcluded_perYear } = estimateLosses([
      { combination: combination(0.01), n: 30, weights: [] },
    ])
    expect(losses_perYear).toBe(0)
    // The rule of three: 3 / 30, and a little less.
    expect(notExcluded_perYear).toBeCloseTo(0.01 * 0.095, 4)
  })

  it('asks for more cases where they tell most', () => {
    const tallies = [
      { combination: combination(1e-3), n: 10, weights: [1, 1, 1, 1, 1] },
      { combination: combination(1e-3), n: 10, weights: Array.from({ length: 10 }, () => 1) },
      { combination: combination(1e-6), n: 10, weights: [1, 1, 1, 1, 1] },
    ]
    const [spread, certain, rare] = shareOut(tallies, 100)
    expect(spread!).toBeGreaterThan(2 * certain!)
    expect(rare).toBe(10)
  })
})
