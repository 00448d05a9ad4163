import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { weakSpots } from '../../src/scenario/checks/weak-spots.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const bakery = readFileSync('examples/bakery.yaml', 'utf8').replace(/ {2}nas-only:\n.*\n/, '')

/** What is said of the bakery, of whose strategies nothing is to be said, with some of its text replaced. */
function spotsWith(...changes: readonly (readonly [string | RegExp, string])[]): string[] {
  let text = bakery
  for (const [from, to] of changes) {
    const changed = text.replace(from, to)
    expect(changed).not.toBe(text)
    text = changed
  }
  return weakSpots(parseScenario(text, 'bakery.yaml'))
}

describe('what a scenario allows and its author will regret', () => {
  it('is nothing in a sound plan', () => expect(weakSpots(parseScenario(bakery, 'bakery.yaml'))).toEqual([]))

  it('is a single history of what happens by chance', () => {
    const fails = ['at: every 4 h,', 'at: every 4 h, fails: 8 %,'] as const
    expect(spotsWith(fails)).toEqual([expect.stringMatching(/^\S+ run or fail by chance, .*histories: 20/)])
    expect(spotsWith(fails, ['replications: 20', 'replications: 20\n  histories: 5'])).toEqual([])
  })

  it('are copies that go with the original', () => {
    expect(spotsWith([/ {4}- copy: .*hourly.*\n/, ''])).toEqual([
      'strategy every-four-hours: fire takes orders and every copy of it (nas); keep one out of its reach',
    ])
    expect(
      spotsWith([/ {4}- copy: .*hourly.*\n/, ''], [/ {2}fire: .*\n/, ''], ['[fire, deletion]', '[deletion]']),
    ).toEqual([
      'strategy every-four-hours: every copy of orders (nas) is at shop, as orders itself: a fire there would leave nothing',
    ])
  })

  // The 90th percentile of the detection is 30 days; 14 daily points, or 48 hourly ones, are gone by then.
  it('are points that are forgotten before an incident is noticed', () => {
    const late = ['p90: 1 d', 'p90: 30 d'] as const
    const spots = spotsWith(late)
    expect(spots).toHaveLength(2)
    expect(spots[0]).toMatch(
      /^strategy nas-and-cloud: one in ten incidents of deletion goes unnoticed for 30 d or longer, and no point of orders is kept for more than 14 d/,
    )
    const months = [/daily: 14/g, 'daily: 14, monthly: 6'] as const
    expect(spotsWith(late, months)).toEqual([])
  })

  it('are objectives that the schedule, or the recovery plan alone, cannot meet', () => {
    expect(spotsWith(['rpo: 24 h', 'rpo: 4 h'])).toEqual([
      'strategy nas-and-cloud: shop-floor may lose 4 h (its RPO), but up to 1 d lie between two backups of orders',
    ])
    expect(spotsWith(['rto: 12 h', 'rto: 6 h'])[0]).toBe(
      'strategy nas-and-cloud: shop-floor is to be back within 6 h (its RTO), but the steps of its recovery plan take 7.3 h after fire before any data is moved',
    )
  })

  it('are rates and changes with the wrong unit of time', () => {
    expect(spotsWith(['rate: 0.002/year', 'rate: 2/month'])).toEqual([
      'hazards.fire strikes 24 times a year; if that is not what you mean, look at the unit of its rate',
    ])
    expect(spotsWith(['change: 1 %/day', 'change: 240 %/day'])).toEqual([
      'datasets.orders changes by 240 % a day; if that is not what you mean, look at the unit of its change',
    ])
  })

  it('stands in the results, where it matters most', async () => {
    const weak = parseScenario(bakery.replace(/ {4}- copy: .*hourly.*\n/, ''), 'bakery.yaml')
    const results = await run(weak, { replications: 1 })
    expect(results.weakSpots).toEqual([expect.stringContaining('fire takes orders and every copy of it (nas)')])
  })

  it('names the topology where it is not all of them', () => {
    const topologies = '  compare:\n    topologies:\n      frail: { datasets.orders.change: 240 %/day }\n'
    expect(weakSpots(parseScenario(bakery + topologies, 'bakery.yaml'))).toEqual([
      'datasets.orders changes by 240 % a day; if that is not what you mean, look at the unit of its change (topology frail)',
    ])
  })
})
