import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const MINUTE_S = 60
const HOUR_S = 3600

/** Three datasets of 9 GB on one machine that dies, or is invaded, on a Monday at noon. Each comes back in 90 s, alone. */
function scenarioWith(
  plan: string,
  { hazard = 'kind: node, target: machine, detection: 5 min', jobs = '' } = {},
): Scenario {
  const text = `
firedrill: 1
name: People
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    standby: { site: there, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
  stores: { box: { site: there, kind: disk, read: 100 MB/s, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 100 Gbit/s } }
datasets:
  a: &data { node: machine, size: 9 GB, files: 90, change: 1 %/day, compressibility: 1, write-interval: 1 h }
  b: *data
  c: *data
services:
  one: { needs: [a], priority: 1, objectives: { rpo: 24 h, rto: 24 h }, penalty: { downtime: $60/h } }
  two: { needs: [b], priority: 3, objectives: { rpo: 24 h, rto: 24 h } }
  three: { needs: [c], priority: 2, objectives: { rpo: 24 h, rto: 24 h } }
repository: { chunk: 16 MiB, pack: 64 MiB, compression: none }
strategies:
  tested:
    jobs:
${['a', 'b', 'c'].map((name) => `      - backup: { dataset: ${name}, to: box, type: full, at: daily 01:00 }`).join('\n')}
${jobs}
    recovery: { declare: 10 min, provision: 1 h, verify: 5 min, cut-over: 2 min, ${plan} }
hazards:
  trouble: { ${hazard}, at: 2026-01-12T12:00:00Z }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
  return parseScenario(text, 'people.yaml')
}

type Rows = Readonly<Record<'one' | 'two' | 'three', IncidentRow>>

async function drilled(...parts: Parameters<typeof scenarioWith>): Promise<Rows> {
  const { incidents } = await run(scenarioWith(...parts))
  const of = (service: string): IncidentRow => incidents.find((row) => row.service === service)!
  return { one: of('one'), two: of('two'), three: of('three') }
}

const declared = async (plan: string): Promise<number> => (await drilled(plan)).one.phases_s.declare / MINUTE_S

describe('what is noticed at 12:05 on a Monday', { timeout: 60_000 }, () => {
  it.each([
    ['is seen to at once while somebody is at work', 'staff: { hours: ["Mon-Fri 08:00-18:00"] }', 0],
    ['waits until somebody is at work', 'staff: { hours: ["Mon-Fri 13:00-18:00"] }', 55],
    ['waits for the next day, where nobody is called', 'staff: { hours: ["Tue-Fri 08:00-18:00"] }', (12 + 7) * 60 + 55],
    ['waits for who is on call', 'staff: { hours: ["Mon-Fri 13:00-18:00"], on-call: 20 min }', 20],
    [
      'waits for the hours where they come before who is called',
      'staff: { hours: [daily 12:15-18:00], on-call: 1 h }',
      10,
    ],
    ['waits for who approves, and for his approval', 'approval: { takes: 30 min }', 30],
    ['waits until who approves is at work', 'approval: { takes: 30 min, hours: [Mon 13:00-14:00] }', 45 + 30],
    // The one on call is there at 12:25, has decided at 12:35.
    [
      'waits for both',
      'staff: { hours: [Tue], on-call: 20 min }, approval: { takes: 5 min, hours: [Mon 13:00-14:00] }',
      20 + 25 + 5,
    ],
  ])('%s', async (_what, plan, waits_min) => {
    expect(await declared(plan)).toBeCloseTo(10 + waits_min, 6)
  })
})

describe('services that are restored one after the other', { timeout: 60_000 }, () => {
  // 5 + 10 min + 1 h, and what comes then: 90, 180, 270 s for one, three, two; each is checked and cut over in 7 min.
  const begins_s = 75 * MINUTE_S
  const by = ({ one, three, two }: Rows): number[] =>
    [one, three, two].map(({ rto_s }) => Math.round(rto_s! - begins_s))

  it('are all checked and cut over at once where there are people enough', async () => {
    expect(by(await drilled('staff: { people: 3 }'))).toEqual([90 + 420, 180 + 420, 270 + 420])
  })

  it('wait for the one who checks, and the critical path says for what he was at', async () => {
    const rows = await drilled('staff: { people: 1 }')
    expect(by(rows)).toEqual([90 + 420, 90 + 840, 90 + 1260])
    expect(rows.two.criticalPath).toMatch(
      /cut over one .* verify three .* cut over three .* verify two .* cut over two/,
    )
  })

  it('are taken by who has time as they are there, and the least urgent last', async () => {
    const rows = await drilled('staff: { people: 1 }, parallel: 3')
    expect(by(rows).toSorted((one, other) => one - other)).toEqual([270 + 420, 270 + 840, 270 + 1260])
    expect(by(rows)[2]).toBe(270 + 1260)
  })
})

describe('a machine that an intruder was on', { timeout: 60_000 }, () => {
  const invaded = { hazard: 'kind: ransomware, target: here, dwell: 5 min, credentials: []' }

  it('is set up anew before anything is restored to it', async () => {
    const { one } = await drilled('rebuild: 8 h', invaded)
    expect(one.phases_s).toMatchObject({ declare: 10 * MINUTE_S, provision: 8 * HOUR_S })
    expect(one.criticalPath).toContain('rebuild 8 h')
  })

  it('is taken for clean where the plan says nothing, which is warned of', async () => {
    const scenario = scenarioWith('parallel: 1', invaded)
    expect(scenario.warnings.join()).toMatch(/after trouble, data is restored to the machines as they are; rebuild/)
    expect((await drilled('parallel: 1', invaded)).one.phases_s.provision).toBe(0)
    expect(scenarioWith('rebuild: 0 s', invaded).warnings.join()).not.toMatch(/rebuild/)
    expect(scenarioWith('parallel: 1').warnings.join()).not.toMatch(/rebuild/)
  })

  it('is not waited for while a journal beside it leads back: the standby serves, and home is clean later', async () => {
    const jobs = '      - replicate: { dataset: a, to: standby, at: every 1 h, journal: 7 d }'
    const { one } = await drilled('rebuild: 8 h, start-standby: 20 min, fail-back: { cut-over: 15 min }', {
      ...invaded,
      jobs,
    })
    expect(one.phases_s.provision).toBe(20 * MINUTE_S)
    expect(one.failBack_s).toBeGreaterThan(15 * MINUTE_S)
    // $60 an hour, of the way home too.
    expect(one.penalty_usd).toBeCloseTo(((one.rto_s! + 15 * MINUTE_S) / HOUR_S) * 60, 6)
  })
})

describe('a mistake in who recovers', () => {
  it.each([
    ['staff: { on-call: 1 h }', /people\.yaml:\d+:\d+ .*staff\.on-call: .*add hours/],
    ['staff: {}', /recovery\.staff: is empty; expected hours/],
    ['staff: { hours: ["Mon-Fry 08:00-18:00"] }', /staff\.hours\[0\]: 'Fry'.*did you mean 'Fri'/],
    ['staff: { people: 0 }', /people: found 0; expected a whole number from 1 up/],
    ['approval: { hours: [Mon] }', /approval\.takes.* is missing/],
    ['approval: 30 min', /approval: found '30 min'; expected a mapping such as \{ takes: 30 min/],
  ])('%s', (plan, says) => {
    expect(() => scenarioWith(plan)).toThrow(says)
  })
})
