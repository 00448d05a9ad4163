import { describe, expect, it } from 'vitest'
import { HistoryError, exhaustedAt, forecast, storeForecast } from '../../../src/experiment/capacity/forecast.ts'
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

  // docs/experiments.md: 85 to 97 % of 150 histories of each law, measured once; here eight of each, for time's sake
  it('has a range that holds about nine in ten of what comes, of regular histories', () => {
    const laws = [
      (day: number, noise: number) => 1e12 + 2e9 * day + 1e10 * noise,
      (day: number, noise: number) => 1e12 * 1.3 ** (day / 365) * (1 + 0.005 * noise),
      (day: number, noise: number) => 1e12 + 2e9 * day + (day % 7 > 4 ? 5e10 : 0) + 5e9 * noise,
    ]
    const held = laws.flatMap((law, which) =>
      Array.from({ length: 8 }, (_, k) => {
        const random = randomStream(['range', which, k])
        const all = Array.from({ length: 455 }, (_day, day) => {
          return { time: START + day * DAY_S, bytes: law(day, random.normal(0, 1)) }
        })
        const { at, within_bytes } = forecast(all.slice(0, 365))
        const { time, bytes } = all.at(-1)!
        return Math.abs(at(time) - bytes) <= within_bytes(time)
      }),
    )
    // of 24 at 90 %, 16 or fewer come once in a thousand
    expect(held.filter(Boolean).length).toBeGreaterThan(16)
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
    const { since, at } = forecast(history((day) => 1e12 + 1e9 * Math.max(0, day - 200)))
    expect((since! - START) / DAY_S).toBeCloseTo(200, -1)
    expect(at(START + 1200 * DAY_S) / 2e12).toBeCloseTo(1, 2)
  })

  it.each([
    // 0.6 TB came with another company, two months before the end; or growth has doubled, five months before.
    ['level', 660, (day: number) => 1e12 + 1e9 * day + (day >= 660 ? 6e11 : 0)],
    ['pace', 580, (day: number) => 1e12 + 1e9 * day + 1e9 * Math.max(0, day - 580)],
  ])('goes on from the day on which the %s changed for good, and says which', (_what, changed, level) => {
    const random = randomStream(['change'])
    const { since, at, within_bytes } = forecast(history((day) => level(day) * (1 + random.normal(0, 0.005))))
    expect(Math.abs((since! - START) / DAY_S - changed)).toBeLessThan(25)
    const then = START + (729 + 180) * DAY_S
    expect(at(then) / level(729 + 180)).toBeCloseTo(1, 1)
    expect(Math.abs(at(then) - level(729 + 180))).toBeLessThan(within_bytes(then))
  })

  it('sees no change where there is none: in lines, growth and seasons with noise never, in random walks seldom', () => {
    const random = randomStream(['no change'])
    const changes = (level: (day: number) => number): number =>
      Array.from({ length: 8 }, () => forecast(history(level)).since).filter((since) => since !== undefined).length
    expect(changes((day) => (1e12 + 2e9 * day) * (1 + random.normal(0, 0.02)))).toBe(0)
    expect(changes((day) => 1e12 * 1.5 ** (day / 365) * (1 + random.normal(0, 0.005)))).toBe(0)
    expect(changes((day) => 2e12 + 2e11 * Math.sin((2 * Math.PI * day) / 365.25) + random.normal(0, 5e9))).toBe(0)
    let at = 0
    const walk = (day: number): number => (at = day === 0 ? 2e12 : at + random.normal(0, 1e10))
    expect(changes(walk)).toBeLessThanOrEqual(1)
  })

  it('finds the days of the week: fulls on Saturdays', () => {
    const random = randomStream(['week'])
    const level = (day: number): number => 1e12 + 2e9 * day + (day % 7 === 3 ? 2e11 : 0)
    const { model, at } = forecast(history((day) => level(day) + random.normal(0, 5e9)))
    expect(model).toBe('straight line and day of the week')
    for (const day of [1000, 1001, 1002, 1003]) expect(at(START + day * DAY_S) / level(day)).toBeCloseTo(1, 2)
  })

  // Of at most 4 TB, half on day 500: 910 days after the first, 4 TB / (1 + exp(-410 / 120)) = 3.87 TB.
  it('finds the ceiling that growth comes near to, before it is there', () => {
    const random = randomStream(['ceiling'])
    const level = (day: number): number => 4e12 / (1 + Math.exp(-(day - 500) / 120))
    const { model, at, within_bytes } = forecast(history((day) => level(day) * (1 + random.normal(0, 0.005))))
    expect(model).toBe('growth up to a ceiling')
    const then = START + 910 * DAY_S
    expect(at(then) / 3.872e12).toBeCloseTo(1, 2)
    expect(Math.abs(at(then) - level(910))).toBeLessThan(within_bytes(then))
  })

  // Growing, and a tenth more in April than in the mean of the year, a tenth less in October: half a year ahead is the other season.
  it.each([
    ['straight line', (day: number) => 2e12 + 1e9 * day, 2e11],
    ['exponential growth', (day: number) => 2e12 * 1.3 ** (day / 365.25), 0.1],
  ])('of three years finds the seasons about %s', (law, trend, swing) => {
    const random = randomStream(['season'])
    const level = (day: number): number => {
      const season = swing * Math.sin((2 * Math.PI * day) / 365.25)
      return swing < 1 ? trend(day) * (1 + season) : trend(day) + season
    }
    const days = Array.from({ length: 1095 }, (_, day) => day)
    const { model, at } = forecast(
      days.map((day) => ({ time: START + day * DAY_S, bytes: level(day) * (1 + random.normal(0, 0.005)) })),
    )
    expect(model).toBe(`${law} and time of the year`)
    for (const day of [1095 + 90, 1095 + 180, 1095 + 365]) {
      expect(Math.abs(at(START + day * DAY_S) / level(day) - 1)).toBeLessThan(0.01)
    }
  })

  it('is not turned by measurements that went wrong: every fiftieth is zero', () => {
    const { model, at } = forecast(history((day) => (day % 50 === 49 ? 0 : 1e12 + 1e9 * day)))
    expect(model).toMatch(/^median growth/)
    expect(at(START + 1000 * DAY_S) / 2e12).toBeCloseTo(1, 2)
  })

  it('never forecasts less than nothing', () => {
    expect(forecast(history((day) => 1e12 - 1e9 * day)).at(START + 5000 * DAY_S)).toBe(0)
  })

  it('says how wrong it may be, more so further ahead: on known laws its range holds what comes', () => {
    const ahead_days = [10, 60, 180]
    const held = ahead_days.map(() => 0)
    const histories = 60
    for (let k = 0; k < histories; k += 1) {
      const random = randomStream(['range', `${k}`])
      const all = Array.from({ length: 400 }, (_, day) => ({
        time: START + day * DAY_S,
        bytes: 1e12 + 2e9 * day + random.normal(0, 5e9),
      }))
      const { at, within_bytes } = forecast(all.slice(0, 200))
      const within = ahead_days.map((days) => within_bytes(all[199 + days]!.time))
      expect(within).toEqual(within.toSorted((a, b) => a - b))
      for (const [n, days] of ahead_days.entries()) {
        const { time, bytes } = all[199 + days]!
        if (Math.abs(at(time) - bytes) <= within[n]!) held[n]! += 1
      }
    }
    for (const count of held) expect(count / histories).toBeGreaterThan(0.8)
  })

  it('of a store has a range for the day on which it is full', () => {
    const random = randomStream(['full'])
    const { exhausted, values } = storeForecast(
      'nas',
      history((day) => 1e12 + 2e9 * day + random.normal(0, 5e9)),
      3e12,
    )
    const days = [exhausted!.earliest, exhausted!.expected, exhausted!.latest].map((time) => (time! - START) / DAY_S)
    expect(days).toEqual(days.toSorted((a, b) => a - b))
    expect(days[0]).toBeLessThan(1000)
    expect(days[2]).toBeGreaterThan(1000)
    expect(values.map(({ bytes }) => bytes / 1e12)).toEqual(
      [2.82, 3.19, 3.92].map((each) => expect.closeTo(each, 1) as number),
    )
  })

  it('of years of hourly measurements takes as long as of some hundred', () => {
    const hourly = Array.from({ length: 26_280 }, (_, hour) => ({
      time: START + hour * 3600,
      bytes: 1e12 + 1e8 * hour,
    }))
    expect(forecast(hourly).backTest.forecasts).toBeLessThan(200)
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
