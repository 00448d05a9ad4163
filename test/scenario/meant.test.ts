import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseQuantity } from '../../src/scenario/quantities/units.ts'
import type { DimensionName } from '../../src/scenario/quantities/units.ts'
import { ScenarioError, parseScenario } from '../../src/scenario/load.ts'

const bakery = readFileSync('examples/bakery.yaml', 'utf8')

/** The first message on the bakery with some of its text replaced, without the file's name. */
function messageWith(from: string, to: string): string {
  const text = bakery.replace(from, to)
  expect(text).not.toBe(bakery)
  try {
    parseScenario(text, 'bakery.yaml')
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n')[0]!.replace('bakery.yaml:', '')
    throw error
  }
  throw new Error(`'${to}' was read without an error`)
}

describe('a quantity as people write it', () => {
  it.each<readonly [DimensionName, written: string, meant: string]>([
    ['seconds', 'about 6 hours', '6 h'],
    ['seconds', '~6 h', '6 h'],
    ['seconds', '<= 24 h', '24 h'],
    ['seconds', '6-8 h', '8 h'],
    ['seconds', '2h - 1d', '1d'],
    ['seconds', '1h30m', '90 min'],
    ['seconds', '1d 12h', '36 h'],
    ['seconds', 'PT24H', '24 h'],
    ['seconds', '24:00', '24 h'],
    ['seconds', 'one day', '1 day'],
    ['seconds', 'half an hour', '0.5 hour'],
    ['seconds', '2 months', '61 d'],
    ['seconds', '8 Stunden', '8 h'],
    ['bytes', '2,5 TB', '2.5 TB'],
    ['bytes', '40 gigabytes', '40 GB'],
    ['bytes', '1-2 TB', '2 TB'],
    ['bytesPerSecond', '40 Mb', '40 Mbit/s'],
    ['bytesPerSecond', '1GbE', '1 Gbit/s'],
    ['bytesPerSecond', 'gigabit', '1 Gbit/s'],
    ['bytesPerSecond', '100/40 Mbit/s', '40 Mbit/s'],
    ['bytesPerSecond', '100 megabits per second', '100 Mbit/s'],
    ['sharePerDay', '1 % per day', '1 %/day'],
    ['sharePerDay', '2 % a week', '2 %/week'],
    ['perYear', '0.5 p.a.', '0.5/year'],
    ['perYear', '2 per year', '2/year'],
    ['count', '5,000', '5000'],
    ['usdPerHour', '$3.6k per day', '$3600/day'],
    ['usdPerYear', '100 €/Jahr', '$100/year'],
  ])('%s: %s is answered with %s', (dimension, written, meant) => {
    const parsed = parseQuantity(written, dimension)
    expect(parsed).toMatchObject({ problem: expect.any(String), suggestion: meant })
    expect(parseQuantity(meant, dimension)).toHaveProperty('value')
  })
})

describe('a scenario as people write it is answered with what to write instead', () => {
  it.each([
    ['start: 2026-01-05T00:00:00Z', 'start: 05.01.2026', /^4:8 .* did you mean 2026-01-05T00:00:00Z\?$/],
    [
      'start: 2026-01-05T00:00:00Z',
      'start: 01/05/2026',
      /did you mean 2026-01-05T00:00:00Z or 2026-05-01T00:00:00Z\?$/,
    ],
    ['start: 2026-01-05T00:00:00Z', 'start: 2026-02-30', /found '2026-02-30', which no calendar has; /],
    ['cpu: xeon-4core', 'cpu: intel i5', /did you mean 'xeon-4core'\?$/],
    ['cpu: xeon-4core', 'cpu: 8', /did you mean 'xeon-8core'\?$/],
    ['class: s3-standard-ia', 'class: STANDARD_IA', /did you mean 's3-standard-ia'\?$/],
    ['at: daily 20:00', 'at: nightly', /did you mean 'daily 22:00'\?$/],
    ['at: every 4 h', 'at: 6x daily', /did you mean 'every 4 h'\?$/],
    [
      'drills: [fire, deletion]',
      'drills: fire, deletion',
      /expected a list, \[ … \]; did you mean \[fire, deletion\]\?$/,
    ],
    ['source: assumed', 'source: @assumed', /^52:13 {2}a text that begins with @ stands in quotes$/],
    ['source: assumed', 'source: see: above', /^52:13 {2}a text that holds a colon and a space stands in quotes$/],
    ["once in 500 years'", 'once in 500 years', /^46:63 {2}' opens a text that is not closed$/],
    [
      "'assumed, once in 500 years'",
      "'it's assumed'",
      /^46:66 {2}the text in quotes ends before this; write '' for an/,
    ],
    ["'assumed, once in 500 years'", '“assumed, once in 500 years”', /^46:63 {2}“ is a letter to YAML/],
    ['horizon: 4 weeks', 'horizon = 4 weeks', /^5:1 {2}expected a colon .* did you mean 'horizon: 4 weeks'\?$/],
    ['size: 40 GB', 'size: {{ size }}', /^21:34 {2}templates and variables are not filled in here/],
    ['files: 5k,', 'files: 5k },', /^21:50 {2}'}' before this closes what was opened/],
    ['\n  nodes:', '\n   nodes:', /^11:1 {2}this line is indented by 3, as no other/],
    ['\n  nas-only:\n', '\n  nas-only:\n    keep: 7\n', /entry of a list stands among keys here/],
  ])('%s → %s', (from, to, expected) => {
    expect(messageWith(from, to)).toMatch(expected)
  })
})
