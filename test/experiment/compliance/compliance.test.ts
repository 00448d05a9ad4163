import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findings } from '../../../src/experiment/compliance/compliance.ts'
import type { CopyHistory, CopyPlace } from '../../../src/experiment/compliance/compliance.ts'
import { atLeast, length_s, union, without } from '../../../src/experiment/compliance/interval-set.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import type { ComplianceRule } from '../../../src/scenario/scenario.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** Backups at midnight of every day, durable after an hour, kept for `kept_s`. */
function daily(days: number, kept_s = Infinity): CopyPlace['points'] {
  return Array.from({ length: days }, (_, day) => ({
    cut_s: day * DAY_S,
    since_s: day * DAY_S + HOUR_S,
    until_s: day * DAY_S + kept_s,
  }))
}

const NAS: CopyPlace = { medium: 'disk', site: 'office', immutable_s: 0, points: daily(10), checks: [] }
const BUCKET: CopyPlace = { ...NAS, medium: 'object', site: 'cloud', immutable_s: 12 * HOUR_S }

function met(rule: Partial<ComplianceRule>, ...places: readonly CopyPlace[]): Record<string, number> {
  const history: CopyHistory = { site: 'office', medium: 'disk', places }
  const whole = { name: 'rule', datasets: ['data'], share: 1, maxAge_s: Infinity, ...rule }
  const found = findings(whole, history, { from_s: 2 * DAY_S, to_s: 10 * DAY_S })
  return Object.fromEntries(found.map((row) => [row.requirement, row.met]))
}

describe('a rule of compliance, as a share of the time', () => {
  it('counts the original and each place that holds a point', () => {
    expect(met({ copies: 3 }, NAS, BUCKET)).toEqual({ copies: 1, all: 1 })
    expect(met({ copies: 3 }, NAS)).toEqual({ copies: 0, all: 0 })
  })

  it('counts a copy only while its newest point is young enough', () => {
    // Durable an hour after its cut, and too old 18 h after it: 17 hours of 24.
    expect(met({ copies: 2, maxAge_s: 18 * HOUR_S }, NAS)['copies']).toBeCloseTo(17 / 24, 12)
    expect(met({ copies: 2, maxAge_s: 25 * HOUR_S }, NAS)['copies']).toBe(1)
  })

  it('tells media and sites apart', () => {
    expect(met({ media: 2, offsite: 1 }, NAS)).toEqual({ media: 0, offsite: 0, all: 0 })
    expect(met({ media: 2, offsite: 1 }, NAS, BUCKET)).toEqual({ media: 1, offsite: 1, all: 1 })
  })

  it('counts what nobody can change while its lock runs', () => {
    expect(met({ immutable: 1 }, NAS)['immutable']).toBe(0)
    expect(met({ immutable: 1 }, BUCKET)['immutable']).toBeCloseTo(12 / 24, 12)
    expect(met({ immutable: 1 }, { ...BUCKET, immutable_s: 24 * HOUR_S })['immutable']).toBe(1)
  })

  it('asks that every copy was checked lately, and without an error', () => {
    const checks = [{ ended_s: 2 * DAY_S, sound: true }]
    expect(met({ verified_s: 2 * DAY_S }, { ...NAS, checks })['verified']).toBeCloseTo(2 / 8, 12)
    expect(met({ verified_s: 2 * DAY_S }, { ...NAS, checks }, BUCKET)['verified']).toBe(0)
    const error = [...checks, { ended_s: 3 * DAY_S, sound: false }]
    expect(met({ verified_s: 8 * DAY_S }, { ...NAS, checks: error })['verified']).toBeCloseTo(1 / 8, 12)
  })

  it('asks for a point of every period, for as long as the law says', () => {
    const law = { keepAtLeast: { for_s: 4 * DAY_S, every_s: DAY_S } }
    expect(met(law, { ...NAS, points: daily(10, 5 * DAY_S) })['keep-at-least']).toBe(1)
    // Kept for three days, and asked for from the end of its day on for four: it is missing all the time.
    expect(met(law, { ...NAS, points: daily(10, 3 * DAY_S) })['keep-at-least']).toBeLessThan(0.2)
    const oneMissed = daily(10).filter((_, day) => day !== 6)
    // The seventh day is asked for from the end of the eighth on: two days of eight.
    expect(met(law, { ...NAS, points: oneMissed })['keep-at-least']).toBeCloseTo(6 / 8, 12)
  })

  it('finds what is kept for longer than allowed', () => {
    const tooLong = met({ keepAtMost_s: 3 * DAY_S }, { ...NAS, points: daily(10, 4 * DAY_S) })
    expect(tooLong['keep-at-most']).toBeCloseTo(1 / 8, 12)
    expect(met({ keepAtMost_s: 4 * DAY_S }, { ...NAS, points: daily(10, 4 * DAY_S) })['keep-at-most']).toBe(1)
  })

  it('is met as a whole only while all that it asks is', () => {
    const both = met({ copies: 2, maxAge_s: 18 * HOUR_S, immutable: 1 }, BUCKET)
    expect(both['all']).toBeCloseTo(Math.min(both['copies']!, both['immutable']!), 12)
  })
})

describe('sets of stretches', () => {
  const stretch = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  const stretches = fc.array(stretch, { maxLength: 8 })
  const holds = (set: ReadonlyArray<readonly [number, number]>, at: number): boolean =>
    set.some(([from, to]) => from <= at && at < to)

  it('agree with looking at every instant', () => {
    fc.assert(
      fc.property(stretches, stretches, stretches, fc.integer({ min: 1, max: 3 }), (a, b, c, count) => {
        const most = atLeast(count, [a, b, c])
        const rest = without(union(a), union(b))
        let length = 0
        for (let at = 0; at < 40; at += 1) {
          const number = [a, b, c].filter((set) => holds(set, at)).length
          expect(holds(most, at)).toBe(number >= count)
          expect(holds(rest, at)).toBe(holds(a, at) && !holds(b, at))
          length += number >= count ? 1 : 0
        }
        expect(length_s(most)).toBe(length)
      }),
    )
  })
})

const SCENARIO = `
firedrill: 1
name: Rules
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { office: { region: a }, cloud: { region: b } }
  nodes: { files: { site: office, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } } }
  stores:
    nas: { site: office, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    bucket: { site: cloud, kind: object, lock: 30 d }
  links: { lan: { between: [files, nas], bandwidth: 10 Gbit/s }, wan: { between: [office, cloud], bandwidth: 1 Gbit/s } }
datasets:
  documents: { node: files, size: 100 MB, files: 20, change: 5 %/day, write-interval: 1 h }
services:
  share: { needs: [documents], objectives: { rpo: 30 h, rto: 8 h } }
recovery: { declare: 1 min }
strategies:
  one-copy:
    - backup: { dataset: documents, to: nas, at: daily 01:00 }
  three-copies:
    - backup: { dataset: documents, to: nas, at: daily 01:00 }
    - copy: { from: nas, to: bucket, after: backup }
    - verify: { name: check-nas, store: nas, at: daily 05:00 }
    - verify: { name: check-bucket, store: bucket, at: daily 06:00 }
hazards:
  dead: { kind: node, target: files, detection: 1 min, rate: 0.1/year }
compliance:
  three-two-one-one-zero: { copies: 3, media: 2, offsite: 1, immutable: 1, verified: 2 d, max-age: 26 h }
experiment: { replications: 2, warm-up: 3 d }
`

describe('a scenario with rules', () => {
  it('measures them for each strategy, and a strategy that breaks one does not meet its objectives', async () => {
    const { cells, compliance } = await run(parseScenario(SCENARIO, 'rules.yaml'))
    expect(cells.map(({ strategy, objectiveMet }) => `${strategy} ${objectiveMet}`)).toEqual([
      'one-copy false',
      'three-copies true',
    ])
    const shares = (strategy: string): Record<string, number> =>
      Object.fromEntries(compliance.filter((row) => row.strategy === strategy).map((row) => [row.requirement, row.met]))
    expect(shares('three-copies')).toEqual({ copies: 1, media: 1, offsite: 1, immutable: 1, verified: 1, all: 1 })
    expect(shares('one-copy')).toEqual({ copies: 0, media: 0, offsite: 0, immutable: 0, verified: 0, all: 0 })
  })

  it('says what is wrong with a rule', () => {
    const problem = (rule: string): string => {
      try {
        parseScenario(SCENARIO.replace(/three-two-one-one-zero: .*/, `law: ${rule}`), 'rules.yaml')
        return ''
      } catch (error) {
        return String(error)
      }
    }
    expect(problem('{ copis: 3 }')).toMatch(/rules\.yaml:\d+:\d+ .*compliance\.law.*did you mean 'copies'\?/s)
    expect(problem('{ datasets: [documents] }')).toContain('compliance.law: asks for nothing; expected one of copies')
    expect(problem('{ keep-at-least: 1 year }')).toContain('is nothing without every: 30 d')
    expect(problem('{ datasets: [dokuments], copies: 2 }')).toContain("did you mean 'documents'?")
    expect(problem('{ keep-at-least: 1 year, every: 30 d, keep-at-most: 90 d }')).toContain('nothing can meet both')
  })
})
