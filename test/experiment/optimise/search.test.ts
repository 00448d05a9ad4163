import { describe, expect, it } from 'vitest'
import { searchVariants } from '../../../src/experiment/optimise/search.ts'
import type { Settings } from '../../../src/scenario/document/set-values.ts'

const axis = (path: string) => ({ path, values: Array.from({ length: 8 }, (_, k) => k) })
/** 8⁴ = 4096 variants. */
const axes = ['a', 'b', 'c', 'd'].map(axis)

/** Cheapest at (5, 2, 6, 0), and misses an objective where a < 3. */
const play = async (points: readonly Settings[]) =>
  points.map(({ a, b, c, d }) => {
    const at = [Number(a), Number(b), Number(c), Number(d)]
    const cost = [5, 2, 6, 0].reduce((sum, best, k) => sum + (at[k]! - best) ** 2, 0)
    return { missed: at[0]! < 3 ? 0.1 * (3 - at[0]!) : 0, cost }
  })

describe('the search among too many variants', () => {
  it('finds the best of 4096 among the 150 that it looks at', async () => {
    const seen = await searchVariants(axes, { seed: '1', budget: 150, play })
    expect(seen).toContainEqual({ a: 5, b: 2, c: 6, d: 0 })
    expect(seen.length).toBe(150)
    expect(new Set(seen.map((point) => JSON.stringify(point))).size).toBe(150)
  })

  it('looks at the same variants with the same seed, and at all where there are no more', async () => {
    const once = await searchVariants(axes, { seed: '2', budget: 40, play })
    expect(await searchVariants(axes, { seed: '2', budget: 40, play })).toEqual(once)
    expect(await searchVariants(axes.slice(0, 2), { seed: '1', budget: 1000, play })).toHaveLength(64)
  })
})
