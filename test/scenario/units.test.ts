import { fc, test } from '@fast-check/vitest'
import Qty from 'js-quantities'
import { describe, expect, it } from 'vitest'
import { dimensions, formatQuantity, parseQuantity } from '../../src/scenario/quantities/units.ts'
import type { DimensionName } from '../../src/scenario/quantities/units.ts'

/** Every dimension: the type would not let another name pass. */
function isDimension(name: string): name is DimensionName {
  return name in dimensions
}

function read(text: string, dimension: DimensionName): number {
  const parsed = parseQuantity(text, dimension)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

function wrong(text: string, dimension: DimensionName): { problem: string; suggestion?: string | undefined } {
  const parsed = parseQuantity(text, dimension)
  if ('value' in parsed) throw new Error(`${text} was read as ${parsed.value}`)
  return parsed
}

describe('quantities', () => {
  it.each<[string, DimensionName, number]>([
    ['1 TB', 'bytes', 1e12],
    ['8 MiB', 'bytes', 8 * 1024 * 1024],
    ['1.5kB', 'bytes', 1500],
    ['25 ms', 'seconds', 0.025],
    ['0.2 ms', 'seconds', 0.0002],
    ['90 min', 'seconds', 90 * 60],
    ['13 weeks', 'seconds', 13 * 7 * 24 * 3600],
    ['1 year', 'seconds', 365 * 24 * 3600],
    // a byte is eight bits
    ['100 Mbit/s', 'bytesPerSecond', 12_500_000],
    ['1 Gbit / s', 'bytesPerSecond', 125_000_000],
    ['400 MB/s', 'bytesPerSecond', 400_000_000],
    ['5 %', 'share', 0.05],
    ['7%', 'share', 0.07],
    ['1 %/day', 'sharePerDay', 0.01],
    ['7 %/week', 'sharePerDay', 0.01],
    ['20 %/year', 'sharePerYear', 0.2],
    ['0.05/year', 'perYear', 0.05],
    ['1 /day', 'perYear', 365.25],
    ['2/month', 'perYear', 24],
    ['5 %/year', 'perYear', 0.05],
    ['1.2M', 'count', 1_200_000],
    ['600k', 'count', 600_000],
    ['1_000', 'count', 1000],
    ['12', 'count', 12],
    ['50 k/s', 'entriesPerSecond', 50_000],
    ['$500/h', 'usdPerHour', 500],
    ['$ 60 /month', 'usdPerMonth', 60],
    ['$120/year', 'usdPerMonth', 10],
    ['$10/month', 'usdPerYear', 120],
    ['$23/TB/month', 'usdPerGBMonth', 0.023],
    ['$0.09/GB', 'usdPerGB', 0.09],
    ['$4.5/1M', 'usdPerThousand', 0.0045],
  ])('%s', (text, dimension, value) => {
    expect(read(text, dimension)).toBeCloseTo(value, 12)
  })

  it('has whole bytes: a size drawn from a range was 58227502.9 of them, and no backup of it could be restored', () => {
    expect(read('58.2275029 MB', 'bytes')).toBe(58_227_503)
  })

  it('reads percentages to the nearest number there is', () => {
    expect(read('7 %', 'share')).toBe(0.07)
    expect(read('29 %', 'share')).toBe(0.29)
  })

  it.each<[string, DimensionName, string | undefined]>([
    ['100 mbps', 'bytesPerSecond', 'Mbit/s'],
    ['100 Mb/s', 'bytesPerSecond', 'Mbit/s'],
    ['1 GBit/s', 'bytesPerSecond', 'Gbit/s'],
    ['1 tb', 'bytes', 'TB'],
    ['4 Mib', 'bytes', 'MiB'],
    ['10 G', 'bytes', 'GB'],
    ['5 m', 'seconds', 'min'],
    ['5 H', 'seconds', 'h'],
    ['2 dayz', 'seconds', 'day'],
    ['5 percent', 'share', '%'],
    ['500/h', 'usdPerHour', '$500/h'],
    ['$5/hour', 'usdPerHour', '/h'],
    ['3 furlongs', 'seconds', undefined],
  ])('%s: did you mean %3$s', (text, dimension, suggestion) => {
    expect(wrong(text, dimension).suggestion).toBe(suggestion)
  })

  it('refuses months, which differ in length', () => {
    expect(wrong('3 months', 'seconds').problem).toContain('write days')
  })

  it.each(['', 'd', 'NaN d', '-1 d', '1,5 d', '1e999 d', '1 2 d', '--1 d'])("refuses '%s'", (text) => {
    expect(wrong(text, 'seconds').problem).not.toBe('')
  })

  const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB']
  test.prop([fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(...SIZES)])(
    'agrees with js-quantities on sizes',
    (n, unit) => {
      const theirs = new Qty(`${n} ${unit}`).to('B').scalar
      expect(read(`${n} ${unit}`, 'bytes') / Math.max(1, theirs)).toBeCloseTo(theirs === 0 ? 0 : 1, 12)
    },
  )

  test.prop([
    fc.constantFrom('bytes' as const, 'seconds' as const, 'bytesPerSecond' as const),
    fc.double({ min: 1, max: 1e15, noNaN: true }),
  ])('what is written for people is read back to four digits', (dimension, value) => {
    const written = dimension === 'bytes' ? Math.round(value) : value
    expect(read(formatQuantity(written, dimension), dimension) / written).toBeCloseTo(1, 3)
  })

  test.prop([fc.constantFrom(...Object.keys(dimensions).filter(isDimension)), fc.string()])(
    'any text is a finite quantity that is not negative, or a problem',
    (dimension, text) => {
      const parsed = parseQuantity(text, dimension)
      if ('value' in parsed) expect(parsed.value >= 0 && Number.isFinite(parsed.value)).toBe(true)
      else expect(parsed.problem.length).toBeGreaterThan(0)
    },
  )
})
