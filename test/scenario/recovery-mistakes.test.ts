import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseScenario } from '../../src/scenario/load.ts'

const RIGHT = readFileSync('scenarios/five-dr-patterns.yaml', 'utf8')

/** What is written instead, and what is said of it: where, what was expected, and what to write. */
const MISTAKES: ReadonlyArray<readonly [instead: string, of: string, says: RegExp]> = [
  ['needs: [order]', 'needs: [orders]', /shop-front\.needs\[0\]: .*did you mean 'orders'/],
  ['needs: orders', 'needs: [orders]', /needs: found 'orders'; expected a list/],
  ['needs: []', 'needs: [orders]', /shop-front: needs no data and depends on no service/],
  ['depends-on: [shop-front]', 'needs: [orders]', /shop-front depends on shop-front: none of them can come back first/],
  ['depends-on: [shopfront]', 'needs: [orders]', /depends-on\[0\]: .*did you mean 'shop-front'/],
  ['provison: 4 h,', 'provision: 4 h,', /unknown key 'provison'; did you mean 'provision'/],
  ['provision: 4,', 'provision: 4 h,', /provision: 4 has no unit; expected a duration/],
  ['provision: 4 hrs,', 'provision: 4 h,', /unknown unit 'hrs'.*did you mean 'h'/],
  ['parallel: 0,', 'provision: 4 h,', /parallel: found 0; expected a whole number from 1 up/],
  ['freeze: no,', 'provision: 4 h,', /freeze: found 'no'; expected true or false/],
  ['fail-back: 7 d,', 'provision: 4 h,', /fail-back: found '7 d'; expected a mapping/],
  ['clean-point: { search: bisect },', 'provision: 4 h,', /expected one of newest-first, halving/],
  ['setback: { hazard: region-los, after: 1 h }', 'warm-up: 7 d', /did you mean 'region-loss'/],
  ['setback: { hazard: ransomware, after: 1 h }', 'warm-up: 7 d', /expected a hazard that destroys or interrupts/],
]

describe('a mistake in what a recovery is told', () => {
  it.each(MISTAKES)('%s', (instead, of, says) => {
    const text = RIGHT.replace(
      of,
      of === 'provision: 4 h,' && !instead.startsWith('provis') ? `${instead} ${of}` : instead,
    )
    expect(text).not.toBe(RIGHT)
    let message = ''
    try {
      parseScenario(text, 'mistake.yaml')
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatch(/mistake\.yaml:\d+:\d+ /)
    expect(message).toMatch(says)
  })
})
