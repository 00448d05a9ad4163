import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { DISK, FIRE, FULL, NODE, holds, incidentOf, lasted_s, runOf } from './small-world.ts'
import type { World } from './small-world.ts'

const HOUR_S = 3600
const GB = 1e9

describe('small worlds, worked out on paper', { timeout: 120_000 }, () => {
  it('throttles, in the time of day of the scenario', async () => {
    // 18 GB in half an hour, 3.6 GB in the hour of the throttle, 14.4 GB in 1,440 s.
    const links = 'line: { between: [here, there], bandwidth: 10 MB/s, throttle: { "daily 22:30-23:30": 1 MB/s } }'
    holds(
      'full of 36 GB at 10 MB/s from 22:00, throttled to 1 MB/s 22:30 to 23:30: s',
      6840,
      lasted_s((await runOf({ links, jobs: [FULL] })).jobs[0]!),
    )
    // 07:30 in Berlin's summer is 05:30 UTC: half an hour at 10 MB/s, and 18 GB at 1 MB/s from 08:00 on.
    const summer = await runOf({
      start: '2026-07-06T00:00:00Z',
      timezone: 'Europe/Berlin',
      links: 'line: { between: [here, there], bandwidth: 10 MB/s, throttle: { "Mon-Fri 08:00-18:00": 1 MB/s } }',
      jobs: ['backup: { dataset: data, to: box, type: full, at: daily 07:30 }'],
      hazards: FIRE.replace('2026-01-12T12', '2026-07-13T23'),
    })
    expect(summer.jobs[0]!.scheduled_s).toBe(5.5 * HOUR_S)
    holds(
      'the same, Monday 07:30 in Berlin in July, throttled Mon-Fri 08:00 to 18:00: s',
      19_800,
      lasted_s(summer.jobs[0]!),
    )
  })

  it('an incident while a backup runs, one that is longer than a day, a line that is cut under it', async () => {
    const during = await incidentOf({ jobs: [FULL], hazards: FIRE.replace('T12:00', 'T22:30') })
    holds('fire 30 min into the nightly backup: RPO, h', 24.5, during.rpo_s! / HOUR_S)
    // Every other run is skipped; the cut of the fifth night is there on the morning of the seventh day, the next on the ninth.
    const slow = await incidentOf({
      links: 'line: { between: [here, there], bandwidth: 0.33333333 MB/s }',
      jobs: [FULL],
    })
    holds('daily full that takes 30 h, fire at noon of day 8: RPO, h', 62, slow.rpo_s! / HOUR_S)
    // Cut 22:10 to 22:30: given up 22:25, tried again 22:35, there at 23:35.
    const { jobs } = await runOf({
      jobs: [FULL.replace(' }', ', retry: { times: 3, wait: 10 min } }')],
      hazards: `${FIRE}, cut: { kind: link-outage, target: line, at: 2026-01-11T22:10:00Z, duration: 20 min }`,
      experiment: 'drills: [fire], background: [cut]',
    })
    const night_s = 6 * 86_400 + 22 * HOUR_S
    const [failed, again] = jobs.filter(({ scheduled_s }) => scheduled_s === night_s)
    expect(failed!.ended_s).toBe(night_s + 25 * 60)
    holds(
      'full of an hour, line cut after 10 min for 20, retry after 10: min until it is there',
      95,
      (again!.ended_s! - night_s) / 60,
    )
  })

  it('a replica that catches up after its line was cut', async () => {
    // 1 MB/s of writes over 2 MB/s. Cut 10:00 to 11:55; what was written from 09:45 to 12:00, 8.1 GB, is there at 13:07:30.
    const at = (time: string): Promise<IncidentRow> =>
      incidentOf({
        start: '2026-01-08T00:00:00Z',
        horizon: '5 d',
        stores: `box: { site: here, ${DISK} }`,
        links: 'line: { between: [here, there], bandwidth: 2 MB/s }',
        datasets:
          'data: { node: server, size: 40 GB, files: 400, change: 86.4 GB/day, compressibility: 1, write-interval: 5 min }',
        jobs: [
          'backup: { dataset: data, to: box, at: 2026-01-08T06:00:00Z }',
          'replicate: { dataset: data, to: spare, at: "*/15 * * * *" }',
        ],
        hazards: `${FIRE.replace('T12:00', time)}, cut: { kind: link-outage, target: line, at: 2026-01-12T10:00:00Z, duration: 115 min }`,
        experiment: 'drills: [fire], background: [cut]',
      })
    holds(
      'replica every 15 min, line cut 10:00 to 11:55, fire 12:30 within the backlog: RPO, min',
      165,
      (await at('T12:30')).rpo_s! / 60,
    )
    holds('the same, fire 13:10 when the backlog is over: RPO, min', 70, (await at('T13:10')).rpo_s! / 60)
  })

  it('a copy of a copy, each after it has rested', async () => {
    // Cut 22:00; the first copy 04:00 to 05:00, the second 07:00 to 07:30.
    const at = (time: string): Promise<IncidentRow> =>
      incidentOf({
        start: '2026-01-09T00:00:00Z',
        horizon: '4 d',
        sites: 'here: { region: a }, there: { region: a }, far: { region: c }',
        nodes: `server: &node ${NODE}, relay: { <<: *node, site: there }`,
        stores: `near: &disk { site: here, ${DISK} }, mid: { <<: *disk, site: there }, end: { <<: *disk, site: far }`,
        links:
          'one: { between: [here, there], bandwidth: 10 MB/s }, two: { between: [there, far], bandwidth: 20 MB/s }',
        jobs: [
          'backup: { name: nightly, dataset: data, to: near, type: full, at: daily 22:00 }',
          'copy: { name: first, from: near, to: mid, after: nightly, hold: 6 h }',
          'copy: { name: second, from: mid, to: end, after: first, hold: 2 h }',
          'verify: { store: end, sample: 20 %, at: daily 20:00 }',
        ],
        hazards: `both: { kind: burst, of: [one-burns, two-burns], within: 0 s, at: 2026-01-12${time}:00Z }, one-burns: { kind: site, target: here, detection: 0 s, rate: 1/year }, two-burns: { kind: site, target: there, detection: 0 s, rate: 1/year }`,
        experiment: 'drills: [both]',
      })
    holds(
      'copy of a copy, there at 07:30, both nearer sites lost at 07:20: RPO, h',
      33 + 1 / 3,
      (await at('T07:20')).rpo_s! / HOUR_S,
    )
    holds('the same, lost at 07:40: RPO, h', 9 + 2 / 3, (await at('T07:40')).rpo_s! / HOUR_S)
  })

  it('two incidents one after the other, people who are away, an attack whose clean point is looked for', async () => {
    const twice = await incidentOf({
      jobs: [FULL],
      recovery: 'declare: 10 min, provision: 1 h, verify: 5 min',
      hazards: `${FIRE}, again: { kind: node, target: server, detection: 7 min, rate: 1/year }`,
      experiment: 'drills: [fire], setback: { hazard: again, after: 90 min }',
    })
    holds(
      'restore of an hour struck again after 90 min, noticed 7 min later, provisioned in 1 h: RTO, min',
      90 + 7 + 60 + 60 + 5,
      twice.rto_s! / 60,
    )
    // Noticed on Saturday 02:10 UTC; at work on Monday 07:00, decided 07:30; who approves is there at 09:00, and takes 15 min.
    const weekend = await incidentOf({
      timezone: 'Europe/Berlin',
      jobs: [FULL],
      recovery:
        'declare: 30 min, staff: { hours: ["Mon-Fri 08:00-18:00"] }, approval: { takes: 15 min, hours: ["Mon-Fri 10:00-12:00"] }',
      hazards: FIRE.replace('detection: 0 s', 'detection: 10 min').replace('12T12:00', '10T02:00'),
    })
    holds(
      'fire on a Saturday night, staff and approval on Monday in their hours: RTO, h',
      56.25,
      weekend.rto_s! / HOUR_S,
    )
    // In since the 15th 12:00: the point of the 14th 22:00, and three tainted ones; four are looked at, 20 min and 360 s each.
    const attack = await incidentOf({
      horizon: '20 d',
      jobs: [FULL],
      recovery: 'declare: 1 h, rebuild: 8 h, clean-point: { examine: 20 min, scan: 100 MB/s }',
      hazards: 'evil: { kind: ransomware, target: here, dwell: 3 d, credentials: [], at: 2026-01-15T12:00:00Z }',
      experiment: 'drills: [evil]',
    })
    holds('ransomware after 3 d: RPO, h', 86, attack.rpo_s! / HOUR_S)
    holds('ransomware, declared in 1 h, four points examined: s', 9840, attack.phases_s.declare)
  })

  it('a standby to which an outage is escaped', async () => {
    const away = await incidentOf({
      start: '2026-01-10T00:00:00Z',
      horizon: '4 d',
      links: 'line: { between: [here, there], bandwidth: 100 MB/s }',
      datasets:
        'data: { node: server, size: 36 GB, files: 360, change: 86.4 GB/day, compressibility: 1, write-interval: 1 min }',
      jobs: [
        'backup: { dataset: data, to: box, at: daily 22:00 }',
        'replicate: { dataset: data, to: spare, at: "*/10 * * * *" }',
      ],
      recovery:
        'declare: 10 min, start-standby: 5 min, cut-over: 2 min, fail-over-after: 1 h, fail-back: { after: 1 h, cut-over: 3 min }',
      hazards: 'fire: { kind: power, target: here, duration: 5 h, detection: 4 min, at: 2026-01-12T12:03:30Z }',
    })
    holds('power out 5 h, noticed in 4 min, given up on after 1 h, standby in 17 min: RTO, min', 81, away.rto_s! / 60)
    holds('the same: bytes lost of three writes of 60 MB', 180e6, away.lost_bytes)
    // Home at 17:03:30, led there an hour later: written since the decision at 13:17:30, at 100 MB/s, and 3 min.
    holds('the same: way home, s', 171.6 + 180, away.failBack_s!)
  })

  it('a cluster with parity, two tape drives', async () => {
    const ceph = (hazards = ''): World => ({
      stores:
        'box: { site: there, kind: cluster, racks: 1, nodes: 8, disks: { count: 1, capacity: 1 TB, rate: 100 MB/s }, spread: node, scheme: { data: 4, parity: 2 }, repair: { after: 10 min, replacement: 1 d } }',
      links: 'line: { between: [here, there], bandwidth: 10 GB/s }',
      jobs: ['backup: { dataset: data, to: box, type: full, at: 2026-01-06T22:00:00Z }'],
      hazards: `${FIRE}${hazards}`,
      experiment: hazards === '' ? 'drills: [fire]' : 'drills: [fire], background: [dead]',
    })
    const whole = await runOf(ceph())
    holds('36 GB into 4 + 2 of eight disks of 100 MB/s: s', (36 * 1.5) / 0.8, lasted_s(whole.jobs[0]!))
    holds('the same, restored: s', 45, whole.incidents[0]!.phases_s.transfer)
    const degraded = await incidentOf(ceph(', dead: { kind: node, target: box/node-3, at: 2026-01-12T11:59:00Z }'))
    holds('the same with a node gone: s', 36 / 0.7, degraded.phases_s.transfer)
    const drives = await runOf({
      sites: 'here: { region: a }',
      nodes: `a: &node ${NODE}, b: *node, c: *node`,
      stores:
        'box: { site: here, kind: tape, generation: lto-9, drives: 2, drive-rate: 100 MB/s, cartridges: 40, cartridge-size: 1 TB, robot: 0 s, load: 0 s, locate: 0 s, rewind: 0 s }',
      links: '',
      datasets: ['a', 'b', 'c']
        .map((name) => `d${name}: { node: ${name}, size: 36 GB, files: 36, change: 0 %/day, compressibility: 1 }`)
        .join(', '),
      services: 'service: { needs: [da, db, dc], objectives: { rpo: 24 h, rto: 24 h } }',
      jobs: ['backup: { datasets: [a, b, c], to: box, type: full, at: "Mon 22:00" }'],
      hazards: 'fire: { kind: node, target: a, detection: 0 s, at: 2026-01-12T12:00:00Z }',
    })
    holds(
      'three fulls of 36 GB at once on two drives of 100 MB/s: s',
      540,
      Math.max(...drives.jobs.slice(0, 3).map(lasted_s)),
    )
  })

  it('rules, bills', async () => {
    // The point of the 9th counts for 26 h, until the 11th 00:00; the 10th fails; that of the 11th is there at 23:00. 23 h of 240.
    const rules = await runOf({
      horizon: '12 d',
      jobs: [FULL],
      hazards: `${FIRE}, cut: { kind: link-outage, target: line, at: 2026-01-10T21:00:00Z, duration: 4 h }`,
      experiment: 'drills: [fire], background: [cut]',
      more: 'compliance: { two: { copies: 2, max-age: 26 h } }',
    })
    holds(
      'a night missed in ten days, two copies no older than 26 h: share of the time',
      1 - 23 / 240,
      rules.compliance.find(({ requirement }) => requirement === 'all')!.met,
    )
    // An hour and a half of 24 are 6.25 % of the five-minute means.
    const billed = async (size: string): Promise<number> => {
      const { costs } = await runOf({
        horizon: '10 d',
        links: 'line: { between: [here, there], bandwidth: 80 Mbit/s, percentile-95: $2/Mbit/month }',
        datasets: `data: { node: server, size: ${size}, files: 360, change: 0 %/day, compressibility: 1 }`,
        jobs: ['backup: { dataset: data, to: box, type: full, at: daily 22:00, keep: { dialect: restic, last: 1 } }'],
      })
      return costs.filter(({ category }) => category === 'links').reduce((sum, { usdPerYear }) => sum + usdPerYear, 0)
    }
    expect(await billed('36 GB')).toBe(0)
    holds(
      '80 Mbit/s for 1.5 h a day at $2 a Mbit/s-month of the 95th percentile: $ a year',
      80 * 2 * 12,
      await billed('54 GB'),
    )
    // Four drills of 30 GB have used up the month's 100 free GB.
    const egress = await runOf({
      start: '2026-02-01T00:00:00Z',
      horizon: '28 d',
      nodes: `server: &node ${NODE}, spare: *node`,
      stores:
        'box: { site: there, kind: object, prices: { storage: $0/GB/month, egress: [{ up-to: 100 GB, price: $0/GB }, { price: $0.09/GB }] } }',
      links: 'line: { between: [here, there], bandwidth: 1 GB/s }',
      datasets: 'data: { node: server, size: 30 GB, files: 100, change: 0 %/day, compressibility: 1 }',
      jobs: [
        'backup: { dataset: data, to: box, type: full, at: 2026-02-01T22:00:00Z }',
        'drill: { dataset: data, from: box, to: spare, at: Mon 12:00 }',
      ],
      hazards: 'fire: { kind: node, target: server, detection: 0 s, at: 2026-02-26T12:00:00Z }',
    })
    holds(
      'restore of 30 GB when the free egress of the month is used up: $',
      (30 * GB * 0.09) / GB,
      egress.incidents[0]!.recovery_usd,
    )
  })
})
