import { describe, expect, it } from 'vitest'
import { behindLine, labelPlaces } from '../../../../src/report/charts/drawing/label-places.ts'
import type { NamedPoint } from '../../../../src/report/charts/drawing/label-places.ts'

const PLOT = { width: 690, height: 280 }

/** A point without a line through it. */
function point(name: string, x: number, y: number): NamedPoint {
  return { name, x, y, from: x, to: x }
}

function placesOf(...points: NamedPoint[]) {
  return labelPlaces(points, points, [], PLOT)
}

describe('names of points', () => {
  it('stand after their points', () => {
    expect(placesOf(point('weekly', 100, 50), point('nightly', 400, 52))).toEqual([
      { x: 100, y: 50, side: 'after' },
      { x: 400, y: 52, side: 'after' },
    ])
  })

  it('stand each at its own point, although two that lie far apart are at nearly the same height', () => {
    // 'daily-full' would run from 307 to 373 px, through the point at 340 px.
    const [left, right] = placesOf(point('daily-full', 300, 200), point('twice-daily', 340, 203))
    expect(left).toMatchObject({ x: 300, side: 'before' })
    expect(right).toMatchObject({ x: 340, side: 'after' })
  })

  it('stand before points at the right edge', () => {
    expect(placesOf(point('once-a-month', 680, 100))[0]!.side).toBe('before')
  })

  it('go up or down where six points lie on one another, and none covers another', () => {
    const places = placesOf(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => point(name.repeat(12), 300, 140)))
    expect(new Set(places.map(({ y, side }) => `${side} ${y}`)).size).toBe(6)
  })

  it('keep clear of lines where there is room', () => {
    const line = { left: 0, right: 690, top: 100, bottom: 100 }
    const alone = point('nightly', 300, 100)
    const [place] = labelPlaces([alone], [alone], [line], PLOT)
    expect(Math.abs(place!.y - 100)).toBeGreaterThanOrEqual(14)
  })
})

describe('a label after a mark', () => {
  const linear = { scale: { type: 'linear', domain: [0, 100] } } as const
  const log = { scale: { type: 'log', domain: [1, 100] } } as const

  // On 300 pixels 50 is at 150: the text reaches from 157 to 157 + 4 × 6.6 = 183, which is 61.
  it('stands behind an objective that it would cover, and at the mark otherwise', () => {
    expect(behindLine(50, 55, '18 h', linear, 300)).toBe(55)
    expect(behindLine(50, 70, '18 h', linear, 300)).toBe(50)
    expect(behindLine(50, 45, '18 h', linear, 300)).toBe(50)
    expect(behindLine(50, undefined, '18 h', linear, 300)).toBe(50)
  })

  // 10 is in the middle there too: the text reaches to 183 pixels, which is 100 ** (183 / 300) = 16.6.
  it('does so on a logarithmic axis', () => {
    expect(behindLine(10, 15, '18 h', log, 300)).toBe(15)
    expect(behindLine(10, 20, '18 h', log, 300)).toBe(10)
  })
})
