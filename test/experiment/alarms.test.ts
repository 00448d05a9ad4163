import { describe, expect, it } from 'vitest'
import type { AlarmRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { tablesOf } from '../../src/report/tables/tables.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** Each night a full of an hour, 3.6 GB at 1 MB/s; who has not seen its end half an hour after its beginning is alarmed. */
const SCENARIO = `
firedrill: 1
name: Alarms
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes: { machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 1 MB/s } }
datasets: { data: { node: machine, size: 3.6 GB, files: 36, change: 0 %/day, compressibility: 1 } }
services: { service: { needs: [data], objectives: { rpo: 48 h, rto: 48 h } } }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
recovery: { declare: 0 s }
monitoring: { missed-job: { grace: 30 min, delay: 30 min } }
strategies: { tested: [backup: { dataset: data, to: box, type: full, at: daily 01:00 }] }
hazards:
  dead: { kind: node, target: machine, detection: 5 d, at: 2026-01-12T12:00:00Z }
  cut: { kind: link-outage, target: line, at: 2026-01-08T00:30:00Z, duration: 6 h }
experiment: { drills: [dead], background: [cut], replications: 1, warm-up: 2 d }
`

describe('alarms', { timeout: 60_000 }, async () => {
  const { alarms = [], cells } = await run(parseScenario(SCENARIO, 'alarms.yaml'))
  const night = (day: number): Partial<AlarmRow> => ({
    evidence_s: day * DAY_S + HOUR_S,
    raised_s: day * DAY_S + 1.5 * HOUR_S,
    heard_s: day * DAY_S + 2 * HOUR_S,
  })

  it('are told of the undisturbed world, the false with the true', () => {
    const undisturbed = alarms.filter(({ hazard }) => hazard === undefined)
    expect(undisturbed).toHaveLength(10)
    for (const [day, alarm] of undisturbed.entries()) {
      const late = { isFalse: true, cause: '', response: 'nothing was found', afterOnset_s: undefined }
      const failed = { isFalse: false, cause: 'cut: line is down', response: 'it was looked into' }
      expect(alarm).toMatchObject({
        detector: 'missed-job',
        job: 'backup',
        ...night(day),
        ...(day === 3 ? failed : late),
      })
    }
  })

  it('that made an incident known say so, and how long it had been unknown', () => {
    // Dead at noon of the seventh day; the backup of the night after is missed.
    const found = { isFalse: false, cause: 'dead', response: 'the recovery began', afterOnset_s: 14 * HOUR_S }
    expect(alarms.filter(({ hazard }) => hazard === 'dead')).toMatchObject([{ replication: 0, ...night(8), ...found }])
  })

  it('are counted by detector', () => {
    const [summary] = cells[0]!.alarms!
    expect(summary).toMatchObject({
      detector: 'missed-job',
      found: 1,
      drills: 1,
      unheard: 0,
      afterOnset_s: 14 * HOUR_S,
    })
    expect(summary!.raised_perYear).toBeCloseTo(365.25, 6)
    expect(summary!.false_perYear).toBeCloseTo(0.9 * 365.25, 6)
  })
})

it('a copy that rests before it is taken is late only after that', { timeout: 60_000 }, async () => {
  // Over at 02:00; the copy is due six hours later, and the copy of the copy two hours after that: nobody is alarmed half an hour after 01:00.
  const text = SCENARIO.replace('grace: 30 min', 'grace: 90 min')
    .replace('machine: {', 'machine: &machine {')
    .replace('capacity: 1 TB } } }', 'capacity: 1 TB } }, carrier: { <<: *machine, site: there } }')
    .replace('box: { site: there', 'box: &box { site: there')
    .replace(/^ {2}links/m, '    second: { <<: *box }\n    third: { <<: *box }\n  links')
    .replace('stores: { box', 'stores:\n    box')
    .replace('capacity: unlimited } }\n    second', 'capacity: unlimited }\n    second')
    .replace(
      /tested: .*/,
      `tested:
    - backup: { dataset: data, to: box, type: full, at: daily 01:00 }
    - copy: { name: away, from: box, to: second, after: backup, hold: 6 h }
    - copy: { name: further, from: second, to: third, after: away, hold: 2 h } }`,
    )
    .replace('strategies: { tested', 'strategies:\n  tested')
    .replace('hold: 2 h } }', 'hold: 2 h }')
  const { alarms = [], jobs } = await run(parseScenario(text, 'held.yaml'))
  const undisturbed = alarms.filter(({ hazard }) => hazard === undefined)
  expect(jobs.filter(({ job, outcome }) => job === 'further' && outcome === 'succeeded').length).toBeGreaterThan(7)
  // The night on which the line was cut: the backup failed, and nothing followed it.
  expect(undisturbed.map(({ job, raised_s }) => [job, raised_s - 3 * DAY_S])).toEqual([
    ['backup', 2.5 * HOUR_S],
    ['away', 8.5 * HOUR_S],
    ['further', 10.5 * HOUR_S],
  ])
})

describe('in natural worlds', { timeout: 60_000 }, async () => {
  const text = SCENARIO.replace('at: 2026-01-12T12:00:00Z }', 'rate: 30/year }').replace(
    'replications: 1',
    'replications: 1, natural-worlds: 20',
  )
  const results = await run(parseScenario(text, 'natural.yaml'))
  const { naturalIncidents = [], naturalAlarms = [] } = results

  it('the night after reveals a dead machine, at 02:00: each incident has its alarm', () => {
    // 30 a year in twenty times eight days: 13 incidents, to four standard deviations.
    expect(Math.abs(naturalIncidents.length - 13.1)).toBeLessThan(4 * Math.sqrt(13.1))
    const firstNight_s = (onset_s: number): number => Math.ceil((onset_s - HOUR_S) / DAY_S) * DAY_S + HOUR_S
    const expected = naturalIncidents.map(({ replication, onset_s }) => ({
      replication,
      evidence_s: firstNight_s(onset_s),
      raised_s: firstNight_s(onset_s) + HOUR_S / 2,
      heard_s: firstNight_s(onset_s) + HOUR_S,
    }))
    const revealing = naturalAlarms.filter(({ cause }) => cause === 'dead')
    expect(revealing).toMatchObject(expected)
    expect(naturalIncidents.map(({ detected_s }) => detected_s)).toEqual(expected.map(({ heard_s }) => heard_s))
  })

  it('does not count among the drills, and has a table of its own', () => {
    expect(results.cells[0]!.alarms![0]).toMatchObject({ drills: 1, found: 1 })
    const table = tablesOf(results).find(({ name }) => name === 'natural-alarms')!
    expect([...table.records()]).toHaveLength(naturalAlarms.length)
  })
})
