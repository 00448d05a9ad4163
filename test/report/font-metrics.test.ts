import { describe, expect, it } from 'vitest'
import { FONT_FILES, readTextWidth } from '../../src/report/font-metrics.ts'

describe('widths from the font file', () => {
  const [width, bold] = FONT_FILES.map(readTextWidth)

  // DejaVu Sans has 2048 units an em; advances from its glyph table: A 1401, space 651, i 569.
  it('are sums of advances', () => {
    expect(width!('A', 2048)).toBe(1401)
    expect(width!('A i', 2048)).toBe(1401 + 651 + 569)
  })

  it('agree with what a browser measures', () => {
    expect(width!('15-min snapshots', 11)).toBeCloseTo(98.1, 1)
  })

  it('are greater in bold', () => {
    expect(bold!('office-fire', 11)).toBeGreaterThan(width!('office-fire', 11))
  })

  it('fall back to the box of a missing glyph', () => {
    expect(width!('\u{1F525}', 11)).toBe(width!('\uE000', 11))
  })
})
