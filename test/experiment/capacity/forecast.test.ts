import { describe, expect, it } from 'vitest'
import { HistoryError, exhaustedAt, forecast } from '../../../src/experiment/capacity/forecast.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import { parseHistory } from '../../../src/report/read-history.ts'

const DAY_S = 86_400
const START = Date.UTC(2025, 0, 1) / 1000

/** One measurement a day for two years. */
function history(level: (day: number) => number): { time: number; bytes: number }[] {
  return Array.from({ length: 730 }, (_, day) => ({ time: START + day * DAY_S, bytes: level(day) }))
}

describe('a forecast from a history', () => {
  it('finds a straight line in noise, and beats the last value by far', () => {
    const random = randomStream(['line'])
    const { model, at, backTest } = forecast(history((day) => 1e12 + 2e9 * day + random.normal(0, 5e9)))
    expect(model).toBe('straight line')
    expect(backTest.ratio).toBeLessThan(0.1)
    expect(at(START + 1000 * DAY_S) / 3e12).toBeCloseTo(1, 2)
  })

  it('finds exponential growth: 20 % a year', () => {
    const random = randomStream(['exponential'])
    const { model, at, backTest } = forecast(
      history((day) => 1e12 * 1.2 ** (day / 365.25) * (1 + random.normal(0, 1e-3))),
    )
    expect(model).toBe('exponential growth')
    expect(backTest.ratio).toBeLessThan(0.1)
    expect(at(START + 4 * 365.25 * DAY_S) / (1e12 * 1.2 ** 4)).toBeCloseTo(1, 2)
  })

  it('follows a bend: what grew before does not count', () => {
    const { model, at } = forecast(history((day) => 1e12 + 1e9 * Math.max(0, day - 200)))
    expect(model).toMatch(/newest third/)
    expect(at(START + 1200 * DAY_S) / 2e12).toBeCloseTo(1, 2)
  })

  it('stays with the last value where nothing beats it: a random walk', () => {
    const random = randomStream(['walk'])
    let level = 1e12
    const { model, backTest } = forecast(history(() => (level += random.normal(0, 1e9))))
    if (model === 'last value') expect(backTest.ratio).toBe(1)
    else expect(backTest.ratio).toBeLessThan(1)
  })

  it('says on which day a store is full: 3 TB at 1 TB + 2 GB a day, after 1000 days', () => {
    const { at } = forecast(history((day) => 1e12 + 2e9 * day))
    const day = (exhaustedAt(at, START + 729 * DAY_S, 3e12)! - START) / DAY_S
    expect(Math.abs(day - 1000)).toBeLessThanOrEqual(1)
    expect(exhaustedAt(at, START, 1e18)).toBeUndefined()
  })

  it('is refused where there is too little to learn from', () => {
    expect(() => forecast(history((day) => day).slice(0, 5))).toThrow(HistoryError)
  })
})

describe('a history in CSV', () => {
  it('has instants, or seconds since 1970, and sizes with or without units', () => {
    expect(parseHistory('date,used\n2025-01-01,1.5 TB\n2025-01-02,1600000000000\n', 'h.csv')).toEqual([
      { time: START, bytes: 1.5e12 },
      { time: START + DAY_S, bytes: 1.6e12 },
    ])
  })

  it('says where it is wrong', () => {
    expect(() => parseHistory('when,used\n1,2\n', 'h.csv')).toThrow(/^h.csv:1 {2}no column named time/)
    expect(() => parseHistory('time,bytes\nyesterday,2\n', 'h.csv')).toThrow(
      /^h.csv:2 {2}'yesterday' is not an instant/,
    )
    expect(() => parseHistory('time,bytes\n2025-01-01,2 bananas\n', 'h.csv')).toThrow(/^h.csv:2 .*such as 1.2 TB/)
  })
})
