import { describe, expect, it } from 'vitest'
import { paretoFront } from '../../../../src/report/charts/drawing/pareto-front.ts'

const front = (points: [number, number][]) =>
  paretoFront(
    points,
    ([hours]) => hours,
    ([, dollars]) => dollars,
  )

describe('the Pareto front of recovery time and cost', () => {
  it('holds what no other point beats, the fastest first', () => {
    // (3, 30) is slower and dearer than (2, 20); (4, 10) is the cheapest.
    expect(
      front([
        [4, 10],
        [3, 30],
        [1, 50],
        [2, 20],
      ]),
    ).toEqual([
      [1, 50],
      [2, 20],
      [4, 10],
    ])
  })

  it('leaves out what is as fast and dearer, or as cheap and slower', () => {
    expect(
      front([
        [1, 10],
        [1, 20],
        [2, 10],
      ]),
    ).toEqual([[1, 10]])
  })

  it('is empty for no points', () => {
    expect(front([])).toEqual([])
  })
})
