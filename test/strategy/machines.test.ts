import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const MINUTE_S = 60

/** Three machines with 9 GB each, of which the third belongs to the lab. Each comes back in 90 s, alone. */
function scenarioWith(
  plan: string,
  hazard = 'kind: ransomware, target: here, dwell: 5 min, credentials: []',
): Scenario {
  const text = `
firedrill: 1
name: Machines
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    a: &machine { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    b: *machine
    c: *machine
  domains: { lab: { kind: rack, members: [c] } }
  stores: { box: { site: there, kind: disk, read: 100 MB/s, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 100 Gbit/s } }
datasets:
${['a', 'b', 'c'].map((name) => `  ${name}-data: { node: ${name}, size: 9 GB, files: 90, change: 0 %/day, compressibility: 1 }`).join('\n')}
services:
  one: { needs: [a-data], priority: 1, objectives: { rpo: 24 h, rto: 24 h } }
  two: { needs: [b-data], priority: 3, objectives: { rpo: 24 h, rto: 24 h } }
  three: { needs: [c-data], priority: 2, objectives: { rpo: 24 h, rto: 24 h } }
repository: { chunk: 16 MiB, pack: 64 MiB, compression: none }
strategies:
  tested:
${['a', 'b', 'c'].map((name) => `    - backup: { dataset: ${name}-data, to: box, type: full, at: daily 01:00 }`).join('\n')}
recovery: { declare: 10 min, ${plan} }
hazards:
  trouble: { ${hazard}, at: 2026-01-12T12:00:00Z }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
  return parseScenario(text, 'machines.yaml')
}

/** Of the services one, two and three. */
async function rows(...parts: Parameters<typeof scenarioWith>): Promise<IncidentRow[]> {
  const { incidents } = await run(scenarioWith(...parts))
  return ['one', 'two', 'three'].map((name) => incidents.find(({ service }) => service === name)!)
}

const provisioned_min = (row: IncidentRow): number => Math.round(row.phases_s.provision / MINUTE_S)
/** From the decision, 10 min after the notice. */
const back_min = ({ rto_s, phases_s }: IncidentRow): number => (rto_s! - phases_s.detect) / MINUTE_S - 10

describe('machines that an intruder was on', { timeout: 60_000 }, () => {
  const times = 'rebuild: 1 h, rebuild-of: { b: 4 h, lab: 2 h }'

  it('are waited for by what is restored to them, each for its own time, that of its group, or that of all', async () => {
    const found = await rows(`${times}, parallel: 3`)
    expect(found.map(provisioned_min)).toEqual([60, 240, 120])
    found.forEach((row, at) => expect(back_min(row)).toBeCloseTo([60, 240, 120][at]! + 1.5, 1))
  })

  it('are set up by who has time, the most urgent first, and finish by themselves', async () => {
    const found = await rows(`${times}, parallel: 3, staff: { people: 1, per-machine: 30 min }`)
    // From 0, 60 and 30 min on, of which the first 30 are work by hand.
    expect(found.map(provisioned_min)).toEqual([60, 60 + 240, 30 + 120])
    expect(found[1]!.criticalPath).toMatch(/rebuild a by hand .* rebuild c by hand .* rebuild b by hand .* transfer b/)
  })

  it('are named as they are', () => {
    expect(() => scenarioWith('rebuild-of: { labs: 1 h }')).toThrow(
      /machines\.yaml:\d+:\d+ {2}recovery\.rebuild-of\.labs: 'labs' is not the name of a machine, site, region or domain; did you mean 'lab'/,
    )
  })
})

describe('machines that are gone', { timeout: 60_000 }, () => {
  const times = 'parallel: 3, provision: 1 h, provision-of: { b: 4 h, lab: 2 h }'
  const fire = 'kind: site, target: here, detection: 0 s'

  it.each([
    ['each after its own time, that of its group, or that of all', '', [60, 240, 120]],
    // The first and third at 0, the second when the first is there.
    ['two at once, the most urgent first', ', provision-at-once: 2', [60, 60 + 240, 120]],
    ['one at once', ', provision-at-once: 1', [60, 60 + 120 + 240, 60 + 120]],
    // Two at once, and one person for the first half hour of each: from 0, 60 and 30 min on.
    [
      'two at once, set up by one person',
      ', provision-at-once: 2, staff: { people: 1, per-machine: 30 min }',
      [60, 60 + 240, 30 + 120],
    ],
  ])('are replaced %s', async (_how, plan, minutes) => {
    const found = await rows(`${times}${plan}`, fire)
    expect(found.map(provisioned_min)).toEqual(minutes)
  })

  it('say on the critical path what they waited for', async () => {
    const [, second] = await rows(`${times}, provision-at-once: 2`, fire)
    expect(second!.criticalPath).toMatch(/provision a 1 h → provision b 4 h → transfer b-data/)
  })

  it('are named as they are', () => {
    expect(() => scenarioWith('provision-of: { labs: 1 h }')).toThrow(
      /recovery\.provision-of\.labs: .* did you mean 'lab'/,
    )
  })
})

it('a restore to a machine that stands does not wait for one that does not', { timeout: 60_000 }, async () => {
  const dead = 'kind: node, target: a, detection: 0 s'
  const burst = `kind: burst, of: [dead, gone], within: 0 s, rate: 1/year`
  const found = await rows(
    'provision: 5 h, parallel: 2',
    `${burst} }
  dead: { ${dead}, rate: 1/year }
  gone: { kind: deletion, target: b-data, share: 100 %, detection: 0 s`,
  )
  expect(found[0]!.phases_s.provision).toBe(5 * 3600)
  expect(found[1]!.phases_s.provision).toBe(0)
})

describe('restores that somebody has to start', { timeout: 60_000 }, () => {
  const hit = 'kind: site, target: here, detection: 0 s'

  it('begin when somebody has time, and go on by themselves', async () => {
    // Two start one and three at 0; at 10 min the first free one starts two. 18 GB at 100 MB/s are 3 min, 9 GB 1.5 min.
    const found = await rows('parallel: 3, staff: { people: 2, per-restore: 10 min }', hit)
    found.forEach((row, at) => expect(back_min(row)).toBeCloseTo([13, 21.5, 13][at]!, 1))
    expect(found[1]!.criticalPath).toMatch(
      /start the restore of .* start the restore of b-data 10 min → transfer b-data/,
    )
  })

  it('are few at a time, though many could run: forty of 10 min by two people begin within 200 min', async () => {
    // Here three by one: the last begins after 30 min.
    const found = await rows('parallel: 3, staff: { people: 1, per-restore: 10 min }', hit)
    expect(found.map(({ phases_s }) => phases_s.declare / MINUTE_S)).toEqual([10 + 10, 10 + 30, 10 + 20])
  })
})
