import { describe, expect, it } from 'vitest'
import { DISK, FIRE, FULL, NODE, holds, incidentOf, lasted_s, runOf } from './small-world.ts'

const HOUR_S = 3600
const DAY_S = 86_400

describe('what companies run, small enough to work out on paper', { timeout: 120_000 }, () => {
  it('a hot standby that lags', async () => {
    // 0.5 MB/s are written, a minute's worth at a time, and shipped every 5 min over 2 MB/s: 150 MB in 75 s.
    const hit = FIRE.replace('detection: 0 s', 'detection: 1 min')
    const { incidents } = await runOf({
      start: '2026-01-10T00:00:00Z',
      horizon: '3 d',
      links: 'line: { between: [here, there], bandwidth: 2 MB/s }',
      stores: `box: { site: here, ${DISK} }`,
      datasets:
        'data: { node: server, size: 7.2 GB, files: 72, change: 43.2 GB/day, locality: append, compressibility: 1, write-interval: 1 min }',
      jobs: [
        'backup: { dataset: data, to: box, at: 2026-01-10T06:00:00Z }',
        'replicate: { dataset: data, to: spare, at: "*/5 * * * *" }',
      ],
      recovery: 'declare: 2 min, start-standby: 30 s, cut-over: 1 min, dns: 5 min',
      hazards: `${hit.replace('T12:00:00', 'T12:04:30')}, early: ${hit.replace('fire: ', '').replace('T12:00:00', 'T12:01:00')}`,
      experiment: 'drills: [fire, early]',
    })
    const after = (hazard: string) => incidents.find((row) => row.hazard === hazard)!
    const later = after('fire')
    holds('replica every 5 min, on its way for 75 s, fire 4.5 min after one: RPO, s', 270, later.rpo_s!)
    holds('the same: bytes lost of four writes of 30 MB', 120e6, later.lost_bytes)
    holds('the same: noticed, declared, started, cut over and found by name: RTO, s', 570, later.rto_s!)
    holds('the same, fire 1 min after one, which is still on its way: RPO, s', 360, after('early').rpo_s!)
  })

  it('tapes off site', async () => {
    // Friday's truck takes Thursday's full. The library stands again after 48 h, when the tapes have long been back (1 h + 24 h).
    const tape = await incidentOf({
      links: 'line: { between: [here, there], bandwidth: 100 MB/s }',
      stores:
        'box: { site: here, kind: tape, generation: lto-9, drives: 1, drive-rate: 100 MB/s, cartridges: 20, cartridge-size: 100 GB, expiry: 365 d, robot: 15 s, load: 20 s, locate: 45 s, rewind: 30 s, vault: { pickup: "Fri 12:00", transit: 2 h, recall: 24 h, rebuild: 48 h, pickup-cost: $50, recall-cost: $300 } }',
      jobs: [FULL],
      recovery: 'declare: 1 h, provision: 24 h, verify: 1 h',
    })
    holds('vault by truck on Fridays, fire on Monday: RPO, h', 86, tape.rpo_s! / HOUR_S)
    holds('the same, library back after 48 h: RTO, s', 48 * HOUR_S + 15 + 20 + 45 + 360 + HOUR_S, tape.rto_s!)
  })

  it('locks that end before an intruder shows himself, and after', async () => {
    // Hit at noon of February 5; the last clean full, of the evening before, is locked until the 18th at 22:00.
    const after = (dwell: string) =>
      incidentOf({
        horizon: '60 d',
        datasets: 'data: { node: server, size: 3.6 GB, files: 36, change: 0 %/day, compressibility: 1 }',
        stores: 'box: { site: there, kind: object, class: s3-standard, lock: 14 d }',
        repository: ', key-copy: true',
        jobs: ['backup: { dataset: data, to: box, type: full, at: daily 22:00, keep: { dialect: restic, daily: 30 } }'],
        hazards: `fire: { kind: ransomware, target: here, dwell: ${dwell}, at: 2026-02-05T12:00:00Z, credentials: [box] }`,
      })
    holds('lock of 14 d, intruder shows himself after 10 d: RPO, h', 254, (await after('10 d')).rpo_s! / HOUR_S)
    expect(await after('15 d')).toMatchObject({ outcome: 'lost' })
  })

  it('a restore of four machines over one line', async () => {
    // 36, 36, 72 and 144 GB at 10 MB/s between them, in turn in the order of their priority.
    const machines = [36, 36, 72, 144].map((gigabytes, k) => ({ name: 'abcd'[k]!, gigabytes, priority: k + 1 }))
    const hours = async (parallel: number): Promise<number[]> => {
      const { incidents } = await runOf({
        datasets: machines
          .map(
            ({ name, gigabytes }) =>
              `${name}: { node: server, size: ${gigabytes} GB, files: 100, change: 0 %/day, compressibility: 1 }`,
          )
          .join(', '),
        services: machines
          .map(
            ({ name, priority }) =>
              `of-${name}: { needs: [${name}], priority: ${priority}, objectives: { rpo: 24 h, rto: 24 h } }`,
          )
          .join(', '),
        jobs: machines.map(
          ({ name, priority }) =>
            `backup: { name: back-up-${name}, dataset: ${name}, to: box, type: full, at: "Sat 0${2 * priority}:00" }`,
        ),
        recovery: `declare: 0 s, parallel: ${parallel}`,
      })
      return machines.map(({ name }) => incidents.find(({ service }) => service === `of-${name}`)!.rto_s! / HOUR_S)
    }
    for (const [parallel, expected] of [
      [4, [4, 4, 6, 8]],
      [2, [2, 2, 6, 8]],
      [1, [1, 2, 4, 8]],
    ] as const) {
      const measured = await hours(parallel)
      for (const [k, each] of expected.entries()) {
        const { name, gigabytes } = machines[k]!
        holds(`restores over 10 MB/s, ${parallel} at once: ${gigabytes} GB of machine ${name}, h`, each, measured[k]!)
      }
    }
  })

  it('a log, and a deletion that is noticed late', async () => {
    // Base of 22:00, 1 MB/s of log since; all deleted 14:03, noticed 16:03. 3,600 s of base, 57.78 GB of log at 10 MB/s, replayed at 100.
    const row = await incidentOf({
      datasets:
        'data: { node: server, size: 36 GB, files: 36, change: 86.4 GB/day, compressibility: 1, write-interval: 1 min }',
      links: 'line: { between: [here, there], bandwidth: { there: 100 MB/s, back: 10 MB/s } }',
      jobs: [FULL, 'log: { dataset: data, to: box, segment: 64 MB, timeout: 5 min, replay: 100 MB/s }'],
      hazards: 'fire: { kind: deletion, target: data, share: 100 %, detection: 2 h, at: 2026-01-12T14:03:00Z }',
    })
    holds('base and log of 16 h at 1 MB/s, deletion noticed after 2 h: RTO, s', 7200 + 3600 + 5778 + 577.8, row.rto_s!)
    holds('the same: RPO, h', 2, row.rpo_s! / HOUR_S)
  })

  it('what leaves a bucket, month by month', async () => {
    // 200 GB read back in each of two months: 100 GB above what is free, at $0.09.
    const { costs } = await runOf({
      horizon: '61 d',
      sites: 'here: { region: a }, there: { region: us-east-1 }',
      nodes: `server: &node ${NODE}, spare: { <<: *node }`,
      stores: 'box: { site: there, kind: object, class: s3-standard }',
      links: 'line: { between: [here, there], bandwidth: 1 GB/s }',
      datasets: 'data: { node: server, size: 200 GB, files: 200, change: 0 %/day, compressibility: 1 }',
      jobs: [
        'backup: { dataset: data, to: box, at: 2026-01-06T00:00:00Z }',
        'drill: { dataset: data, from: box, to: spare, at: "0 3 15 * *" }',
      ],
      hazards: FIRE.replace('2026-01-12', '2026-02-27'),
    })
    const egress = costs.find(({ category }) => category === 'egress')!
    holds('drill of 200 GB each month out of a bucket: $ a year', (2 * 100 * 0.09 * 365.25) / 61, egress.usdPerYear)
  })

  it('a window that is too short', async () => {
    // 27 GB in the first night's 45 min; the rest in the second night's first 15.
    const { jobs } = await runOf({ jobs: ['backup: { dataset: data, to: box, at: daily 22:00, window: 45 min }'] })
    expect(jobs.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    // The pack that was under way when the window closed is sent again.
    const again_s = lasted_s(jobs[1]!) - 900
    expect(again_s).toBeGreaterThan(0)
    expect(again_s).toBeLessThan(30)
    expect(jobs[1]!.scheduled_s).toBe(DAY_S + 22 * HOUR_S)
  })
})
