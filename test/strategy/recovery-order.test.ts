import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const MINUTE_S = 60
const HOUR_S = 3600

interface Parts {
  readonly services: readonly string[]
  readonly recovery?: string
  readonly jobs?: readonly string[]
  readonly hazards?: readonly string[]
  readonly setback?: string
  readonly background?: string
  readonly declare?: string
}

const FIRE = 'trouble: { kind: node, target: machine, at: 2026-01-12T12:00:00Z, detection: 5 min }'
const BACKUPS = ['a', 'b', 'c'].map((name) => `- backup: { dataset: ${name}, to: box, type: full, at: daily 01:00 }`)

/** Three datasets of 9 GB on one machine, which a box gives back at 100 MB/s in all: 90 s each, alone. */
async function drilled(parts: Parts): Promise<Map<string, IncidentRow>> {
  const {
    services,
    recovery = '',
    jobs = BACKUPS,
    hazards = [FIRE],
    setback,
    background = '',
    declare = '10 min',
  } = parts
  const text = `
firedrill: 1
name: Order of recovery
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    standby: { site: there, cpu: unlimited, disk: { read: 100 MB/s, write: 100 MB/s, capacity: 1 TB } }
  stores:
    box: { site: there, kind: disk, read: 100 MB/s, write: unlimited, capacity: unlimited }
    spare: { site: there, kind: disk, read: 100 MB/s, write: unlimited, capacity: unlimited }
  links:
    line: { between: [here, there], bandwidth: 100 Gbit/s, traffic: $0.02/GB }
datasets:
  a: &data { node: machine, size: 9 GB, files: 90, change: 1 %/day, compressibility: 1, write-interval: 1 h }
  b: *data
  c: *data
services:
${services.map((service) => `  ${service}`).join('\n')}
repository: { chunk: 64 MiB, pack: 256 MiB, compression: none }
strategies:
  tested:
    jobs:
${jobs.map((job) => `      ${job}`).join('\n')}
    recovery: { declare: ${declare}, provision: 1 h, verify: 5 min, cut-over: 2 min${recovery} }
hazards:
${hazards.map((hazard) => `  ${hazard}`).join('\n')}
experiment: { drills: [trouble], background: [${background}], replications: 1, warm-up: 5 d${setback === undefined ? '' : `, setback: ${setback}`} }
`
  const { incidents } = await run(parseScenario(text, 'order.yaml'))
  return new Map(incidents.map((row) => [row.service, row]))
}

const OBJECTIVES = 'objectives: { rpo: 24 h, rto: 8 h }'
const database = `database: { needs: [a], ${OBJECTIVES} }`
const website = `website: { needs: [b], depends-on: [database], ${OBJECTIVES} }`
/** Until the first restore begins: detect, declare, provision. */
const READY_S = 5 * MINUTE_S + 10 * MINUTE_S + HOUR_S
const RESTORE_S = 90
const CHECKED_S = 7 * MINUTE_S

describe('services that depend on one another', { timeout: 60_000 }, () => {
  it('come back in order of need, whatever their priority, and the critical path says what was waited for', async () => {
    const back = await drilled({ services: [database.replace('}, rto', '}, priority: 9, rto'), website] })
    // The database is restored first and checked while the website is restored; then the website is checked.
    expect(back.get('database')!.rto_s! / (READY_S + RESTORE_S + CHECKED_S)).toBeCloseTo(1, 2)
    expect(back.get('website')!.rto_s! / (READY_S + RESTORE_S + 2 * CHECKED_S)).toBeCloseTo(1, 2)
    expect(back.get('website')!.criticalPath).toMatch(
      /^detect 5 min → declare 10 min → provision 1 h → transfer a [\d.]+ (s|min) → verify database 5 min → cut over database 2 min → verify website 5 min → cut over website 2 min$/,
    )
  })

  it('waits for the transfers before it where those are what takes longest', async () => {
    const back = await drilled({
      services: [`first: { needs: [a, b], ${OBJECTIVES} }`, `second: { needs: [c], priority: 2, ${OBJECTIVES} }`],
    })
    expect(back.get('second')!.rto_s! / (READY_S + 3 * RESTORE_S + CHECKED_S)).toBeCloseTo(1, 2)
    expect(back.get('second')!.criticalPath).toMatch(/transfer a .* → transfer b .* → transfer c .* → verify second/)
  })

  it('is down with what it depends on, though its own data are elsewhere, and loses nothing', async () => {
    const back = await drilled({ services: [database, `front: { depends-on: [database], ${OBJECTIVES} }`] })
    const { outcome, rpo_s, rto_s, lost_bytes } = back.get('front')!
    expect({ outcome, rpo_s, lost_bytes }).toEqual({ outcome: 'recovered', rpo_s: 0, lost_bytes: 0 })
    expect(rto_s).toBe(back.get('database')!.rto_s)
  })

  it('does not come back without what it depends on', async () => {
    const back = await drilled({ services: [database, website], jobs: BACKUPS.slice(1) })
    expect(back.get('database')!.outcome).toBe('lost')
    expect(back.get('website')).toMatchObject({
      outcome: 'lost',
      reason: 'depends on database, which is lost',
    })
    // What it wrote since its backup, not all that it has.
    expect(back.get('website')!.lost_bytes).toBeLessThan(1e9)
  })
})

describe('restores side by side', { timeout: 60_000 }, () => {
  const three = ['a', 'b', 'c'].map(
    (name, at) => `of-${name}: { needs: [${name}], priority: ${at + 1}, ${OBJECTIVES} }`,
  )

  it('share the box: together they take as long as one after the other, and the first comes last', async () => {
    const inTurn = await drilled({ services: three })
    const together = await drilled({ services: three, recovery: ', parallel: 3' })
    const transfers = (back: Map<string, IncidentRow>): number[] =>
      [...back.values()].map(({ phases_s }) => phases_s.transfer / RESTORE_S)
    for (const [at, share] of transfers(inTurn).entries()) expect(share).toBeCloseTo(at + 1, 1)
    for (const share of transfers(together)) expect(share).toBeCloseTo(3, 1)
  })
})

describe('a service that makes do with a part at first', { timeout: 60_000 }, () => {
  it('is back when that part is, and the rest follows', async () => {
    const back = await drilled({ services: [`archive: { needs: [a], serves-with: 20 %, ${OBJECTIVES} }`] })
    const { outcome, rto_s, complete_s, restored_bytes } = back.get('archive')!
    expect(outcome).toBe('recovered')
    expect(restored_bytes / 9e9).toBeCloseTo(1, 1)
    // The rest is restored while the first part is verified.
    expect(rto_s!).toBeLessThan(READY_S + 0.5 * RESTORE_S + CHECKED_S)
    expect(complete_s!).toBeGreaterThan(rto_s!)
  })
})

describe('after the cut-over', { timeout: 60_000 }, () => {
  it('users come back when the names lead them there', async () => {
    const without = await drilled({ services: [database] })
    const back = await drilled({ services: [database], recovery: ', dns: 15 min' })
    expect(back.get('database')!.rto_s! - without.get('database')!.rto_s!).toBeCloseTo(15 * MINUTE_S, 6)
    expect(back.get('database')!.criticalPath).toMatch(/ → DNS of database 15 min$/)
  })

  it('a service on a standby goes home: time, traffic and cost, and none of it in its RTO', async () => {
    const replicate = ['- replicate: { dataset: a, to: standby, at: every 10 min }', ...BACKUPS]
    const home = ', start-standby: 5 min, fail-back: { after: 1 d, cut-over: 10 min }'
    const stays = await drilled({ services: [database], jobs: replicate, recovery: ', start-standby: 5 min' })
    const back = await drilled({ services: [database], jobs: replicate, recovery: home })
    const { rto_s, failBack_s, failBack_bytes, failBack_usd } = back.get('database')!
    expect(rto_s).toBe(stays.get('database')!.rto_s)
    expect(stays.get('database')!.failBack_s).toBeUndefined()
    expect(failBack_bytes / 9e9).toBeCloseTo(1, 2)
    expect(failBack_s! / (RESTORE_S + 10 * MINUTE_S)).toBeCloseTo(1, 2)
    expect(failBack_usd / 0.18).toBeCloseTo(1, 2)
  })
})

describe('the newest clean point', { timeout: 60_000 }, () => {
  const silent = ['trouble: { kind: ransomware, target: here, at: 2026-01-10T12:00:00Z, dwell: 3 d }']
  const searched = (how: string): Promise<Map<string, IncidentRow>> =>
    drilled({ services: [database], hazards: silent, recovery: how })

  it('costs a look at every tainted point and at the first clean one, or at the logarithm of all', async () => {
    const known = (await searched('')).get('database')!
    const each = (await searched(', clean-point: { examine: 1 h }')).get('database')!
    const halved = (await searched(', clean-point: { examine: 1 h, search: halving }')).get('database')!
    // Backups on the mornings of the 11th, 12th and 13th are tainted; with those of the 5th to the 10th there are nine.
    expect(each.phases_s.declare - known.phases_s.declare).toBe(4 * HOUR_S)
    expect(halved.phases_s.declare - known.phases_s.declare).toBe(4 * HOUR_S)
    expect(each.recoveryPoint_s).toBe(known.recoveryPoint_s)
    expect(each.criticalPath).toContain('find the newest clean point of a 4 h')
  })

  it('costs the time of a scan, which is longer for more data', async () => {
    const scanned = (await searched(', clean-point: { scan: 10 MB/s }')).get('database')!
    expect((scanned.phases_s.declare - 10 * MINUTE_S) / (4 * 900)).toBeCloseTo(1, 1)
  })
})

describe('a second failure during the recovery', { timeout: 60_000 }, () => {
  const again = 'again: { kind: node, target: machine, detection: 10 min, rate: 0.1/year }'

  it('begins the restore of what it struck anew, when it has been noticed and replaced', async () => {
    // It strikes when half of the dataset is there.
    const setback = `{ hazard: again, after: ${READY_S + 45} s }`
    const back = await drilled({ services: [database], hazards: [FIRE, again], setback })
    const { rto_s, phases_s, outcome } = back.get('database')!
    expect(outcome).toBe('recovered')
    const wasted_s = 45 + 10 * MINUTE_S + HOUR_S
    expect(rto_s! / (READY_S + wasted_s + RESTORE_S + CHECKED_S)).toBeCloseTo(1, 2)
    expect(phases_s.detect / (15 * MINUTE_S)).toBeCloseTo(1, 2)
    expect(phases_s.provision).toBeCloseTo(2 * HOUR_S, 3)
  })

  it('also when it strikes while the service is verified', async () => {
    const setback = `{ hazard: again, after: ${READY_S + RESTORE_S + 60} s }`
    const { rto_s } = (await drilled({ services: [database], hazards: [FIRE, again], setback })).get('database')!
    expect(rto_s!).toBeCloseTo(READY_S + 2 * RESTORE_S + 60 + 10 * MINUTE_S + HOUR_S + CHECKED_S, -1)
  })

  it('takes the copy that was being read: the next one serves', async () => {
    const copied = [...BACKUPS, '- copy: { from: box, to: spare, at: daily 02:00 }']
    const lost = 'again: { kind: account-loss, target: box, detection: 10 min, rate: 0.1/year }'
    const setback = `{ hazard: again, after: ${READY_S + 45} s }`
    const back = await drilled({ services: [database], jobs: copied, hazards: [FIRE, lost], setback })
    expect(back.get('database')).toMatchObject({ outcome: 'recovered', store: 'spare' })
    expect(back.get('database')!.reason).toContain('box at 2026-01-12T01:00:00.000Z')
    expect(back.get('database')!.rto_s! / (READY_S + 45 + RESTORE_S + CHECKED_S)).toBeCloseTo(1, 2)
  })

  it('does not matter when the service is back', async () => {
    const setback = `{ hazard: again, after: 2 d }`
    const once = await drilled({ services: [database] })
    const back = await drilled({ services: [database], hazards: [FIRE, again], setback })
    expect(back.get('database')!.rto_s).toBe(once.get('database')!.rto_s)
  })
})

describe('a copy that cannot be restored', { timeout: 60_000 }, () => {
  const fails = [
    'breaks: { kind: restore-failure, target: box, share: 100 %, at: 2026-01-06T00:00:00Z, detection: 30 d }',
    FIRE,
  ]

  it('is tried again as often as the plan says, which takes its time, before the next one is', async () => {
    const tries = async (retries: number): Promise<number> => {
      const back = await drilled({
        services: [database],
        hazards: fails,
        background: 'breaks',
        recovery: `, retries: ${retries}`,
      })
      const { outcome, reason } = back.get('database')!
      expect(outcome).toBe('lost')
      return reason.split('; ').length
    }
    // Eight nights, of which each is tried once or three times.
    expect([await tries(0), await tries(2)]).toEqual([8, 24])
  })
})

describe('retention, when an incident is detected', { timeout: 60_000 }, () => {
  // Five points are kept. Two are tainted when the attack shows itself, and it takes four more nights to decide.
  const slow = (freeze: boolean): Promise<Map<string, IncidentRow>> =>
    drilled({
      services: [database],
      jobs: ['- backup: { dataset: a, to: box, type: full, at: daily 01:00, keep: { dialect: restic, last: 5 } }'],
      hazards: ['trouble: { kind: ransomware, target: here, at: 2026-01-10T12:00:00Z, dwell: 2 d }'],
      declare: '4 d',
      recovery: `, freeze: ${freeze}`,
    })

  it('keeps the last clean points where jobs are frozen, and pushes them out where they go on', async () => {
    const frozen = (await slow(true)).get('database')!
    expect(frozen.outcome).toBe('recovered')
    // The backup of the 10th, at one in the morning.
    expect(frozen.recoveryPoint_s).toBeCloseTo(5 * 24 * HOUR_S + HOUR_S, 0)
    expect((await slow(false)).get('database')!.outcome).toBe('lost')
  })
})
