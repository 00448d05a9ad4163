import { describe, expect, it } from 'vitest'
import { grid, latinHypercube, oneAtATime, valueAt } from '../../../src/experiment/design.ts'
import { sobolDesign, sobolIndices } from '../../../src/experiment/statistics/sobol.ts'

describe('Sobol indices', () => {
  // Ishigami and Homma, a = 7, b = 0.1: V = 13.8446; S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437.
  const ishigami = (places: readonly number[]): number => {
    const [x = 0, y = 0, z = 0] = places.map((place) => (2 * place - 1) * Math.PI)
    return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x)
  }

  it("are those of Ishigami's function", () => {
    const { first, total } = sobolIndices(sobolDesign(3, 4000, 'seed').map(ishigami), 3, 'seed')
    for (const [k, expected] of [0.3139, 0.4424, 0].entries()) {
      expect(Math.abs(first[k]!.value - expected)).toBeLessThan(0.04)
      expect(first[k]!.ci95[0]).toBeLessThan(expected)
      expect(first[k]!.ci95[1]).toBeGreaterThan(expected)
    }
    for (const [k, expected] of [0.5576, 0.4424, 0.2437].entries()) {
      expect(Math.abs(total[k]!.value - expected)).toBeLessThan(0.03)
    }
  })

  // Π (|4x − 2| + a)/(1 + a): V_k = 1/3/(1 + a_k)², V = Π (1 + V_k) − 1, S_k = V_k / V, T_k = V_k Π_{j≠k} (1 + V_j) / V.
  it("are those of Sobol's g function", () => {
    const a = [0, 1, 4.5, 9]
    const parts = a.map((each) => 1 / 3 / (1 + each) ** 2)
    const all = parts.reduce((product, part) => product * (1 + part), 1)
    const outputs = sobolDesign(4, 4000, 'g').map((places) =>
      places.reduce((product, place, k) => (product * (Math.abs(4 * place - 2) + a[k]!)) / (1 + a[k]!), 1),
    )
    const { first, total } = sobolIndices(outputs, 4, 'g')
    for (const [k, part] of parts.entries()) {
      expect(Math.abs(first[k]!.value - part / (all - 1))).toBeLessThan(0.04)
      expect(Math.abs(total[k]!.value - (part * all) / (1 + part) / (all - 1))).toBeLessThan(0.03)
    }
  })

  it('are zero where nothing varies', () => {
    const { first } = sobolIndices(
      sobolDesign(2, 10, 'flat').map(() => 5),
      2,
      'flat',
    )
    expect(first.map(({ value }) => value)).toEqual([0, 0])
  })
})

describe('designs', () => {
  it('of a Latin hypercube have one point in each part of each range', () => {
    const rows = latinHypercube(3, 50, 'seed')
    for (const dimension of [0, 1, 2]) {
      const parts = rows.map((row) => Math.floor(row[dimension]! * 50)).sort((a, b) => a - b)
      expect(parts).toEqual(Array.from({ length: 50 }, (_, k) => k))
    }
    expect(latinHypercube(3, 50, 'seed')).toEqual(rows)
  })

  it('of a grid have every combination; one at a time, each value alone', () => {
    const axes = [
      { path: 'a', values: [1, 2] },
      { path: 'b', values: ['x', 'y'] },
    ]
    expect(grid(axes)).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ])
    expect(oneAtATime(axes)).toEqual([{}, { a: 1 }, { a: 2 }, { b: 'x' }, { b: 'y' }])
  })

  it('take values from a range with its unit, in equal steps or in equal ratios', () => {
    const axis = { path: 'p', low: 10, high: 1000, logarithmic: false, prefix: '$', suffix: '/month' }
    expect(valueAt(axis, 0.5)).toBe('$505/month')
    expect(valueAt({ ...axis, logarithmic: true }, 0.5)).toBe('$100/month')
  })
})
