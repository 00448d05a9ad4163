import { test } from '@fast-check/vitest'
import { double } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bitRate,
  bytes,
  count,
  duration,
  instant,
  money,
  percent,
  percentRange,
  shortDuration,
  shortMoney,
  significant,
} from '../../src/report/text/human.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR
const YEAR = 365.25 * DAY

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.0421, '0.042 s'],
    [45, '45 s'],
    [59.7, '1 min'],
    [12 * MINUTE + 30, '12 min 30 s'],
    [59 * MINUTE + 59.7, '1 h'],
    [24 * HOUR, '24 h'],
    [35 * HOUR + 20 * MINUTE, '35 h 20 min'],
    [2 * DAY + 3 * HOUR, '2 d 3 h'],
    [400 * DAY, '400 d'],
    [3 * YEAR, '3 y'],
    [-90, '−1 min 30 s'],
    [Infinity, '–'],
  ])('writes %d s in prose as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })

  it.each([
    [undefined, '–'],
    [0, '0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min'],
    [12.5 * MINUTE, '12.5 min'],
    [59.96 * MINUTE, '1 h'],
    [24 * HOUR, '24 h'],
    [72 * HOUR, '3 d'],
    [47.96 * HOUR, '2 d'],
    [123_456, '34.3 h'],
    [10 * YEAR, '10 y'],
  ])('writes %s s in tables as %s', (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text)
  })

  const units: Record<string, number> = { s: 1, min: MINUTE, h: HOUR, d: DAY, y: YEAR }

  test.prop([double({ min: 1e-3, max: 1e10, noNaN: true })])('in tables are within half a percent', (seconds) => {
    const [number = '', unit = ''] = shortDuration(seconds).split(' ')
    expect(Number(number.replaceAll(',', '')) * units[unit]!).toBeCloseTo(seconds, -Math.log10(seconds * 0.01))
  })

  test.prop([double({ min: 1, max: 1e10, noNaN: true })])('in prose are within half of the smaller unit', (seconds) => {
    const words = duration(seconds).split(' ')
    let sum = 0
    for (let at = 0; at < words.length; at += 2) sum += Number(words[at]!.replaceAll(',', '')) * units[words[at + 1]!]!
    const smaller = { y: DAY, d: HOUR, h: MINUTE, min: 1, s: 1 }[words[1]!]!
    expect(Math.abs(sum - seconds)).toBeLessThanOrEqual(smaller / 2 + 1e-6)
  })
})

describe('sizes and rates', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [999.6, '1 kB'],
    [1234, '1.23 kB'],
    [2e12, '2 TB'],
    [999_499_999_999, '999 GB'],
    [999_999_999_999, '1 TB'],
    [Infinity, 'unlimited'],
    [undefined, '–'],
  ])('%s bytes are %s, decimal', (value, text) => {
    expect(bytes(value)).toBe(text)
  })

  it('gives rates of links in bits a second: 12.5 MB/s is 100 Mbit/s', () => {
    expect(bitRate(12.5e6)).toBe('100 Mbit/s')
    expect(bitRate(125e6)).toBe('1 Gbit/s')
  })
})

describe('money', () => {
  it.each([
    [0, '$0', '$0'],
    [0.0032, '$0.0032', '$0.0032'],
    [12.4, '$12.40', '$12.4'],
    [1234.5, '$1,235', '$1.23k'],
    [99_960, '$99,960', '$100k'],
    [999_600, '$999,600', '$1M'],
    [1_234_567, '$1.235M', '$1.23M'],
    [-5, '−$5.00', '−$5'],
  ])('%d dollars are %s, and %s in tables', (usd, text, short) => {
    expect([money(usd), shortMoney(usd)]).toEqual([text, short])
  })
})

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.99999, '> 99.9 %'],
    [0.00001, '< 0.1 %'],
    [0.995, '99.5 %'],
    [0.9949, '99.5 %'],
    [0.5, '50 %'],
    [0.0667, '6.7 %'],
    [Number.NaN, '–'],
  ])('%d is %s', (share, text) => {
    expect(percent(share)).toBe(text)
  })

  test.prop([double({ min: 0, max: 1, noNaN: true })])('are written as all or nothing only when they are', (share) => {
    expect(percent(share) === '100 %').toBe(share === 1)
    expect(percent(share) === '0 %').toBe(share === 0)
  })

  it('have intervals', () => {
    expect(percentRange([0.8865, 1])).toBe('89–100 %')
  })
})

describe('numbers', () => {
  it.each([
    [1_234_567, '1,234,567'],
    [999, '999'],
  ])('count %d as %s', (value, text) => {
    expect(count(value)).toBe(text)
  })

  it.each([
    [0.0000004, 4, '0.0000004'],
    [29_400.4, 4, '29,400'],
    [0.05, 3, '0.05'],
    [9.999, 3, '10'],
  ])('%d to %d digits is %s', (value, digits, text) => {
    expect(significant(value, digits)).toBe(text)
  })
})

it('writes instants as UTC to the minute', () => {
  expect(instant(Date.parse('2026-03-05T21:40:59Z') / 1000)).toBe('2026-03-05 21:40')
})
