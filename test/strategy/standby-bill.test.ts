import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const HOUR_S = 3600
const MONTH_S = 30.4375 * 86_400

/** 36 GB at home, 7.2 GB a day written in 10 minutes' steps of 50 MB, on a standby every half hour over 50 MB/s. */
function standbyScenario(hazard: string, plan: string, services = 1): Scenario {
  const text = `
firedrill: 1
name: Standby
start: 2026-01-05T00:00:00Z
horizon: 2 weeks
topology:
  sites: { home: { region: a }, away: { region: b } }
  nodes:
    server: { site: home, cpu: unlimited, disk: { read: 500 MB/s, write: 500 MB/s, capacity: 1 TB } }
    standby: { site: away, cpu: unlimited, disk: { read: 500 MB/s, write: 500 MB/s, capacity: 1 TB } }
  stores: { none: { site: away, kind: disk, read: 1 GB/s, write: 1 GB/s, capacity: 1 TB } }
  links: { line: { between: [home, away], bandwidth: 400 Mbit/s, traffic: $0.02/GB } }
datasets:
  data: { node: server, size: 36 GB, files: 36, change: 20 %/day, write-interval: 10 min }
services:
${Array.from({ length: services }, (_, at) => `  shop-${at}: { needs: [data], objectives: { rpo: 1 h, rto: 1 h } }`).join('\n')}
strategies:
  tested:
    jobs: [ replicate: { dataset: data, to: standby, at: every 30 min } ]
    recovery: { declare: 20 min, start-standby: 1 h, provision: 12 h, verify: 5 min, cut-over: 10 min, ${plan} }
hazards:
  trouble: { ${hazard}, target: home, at: 2026-01-13T12:17:00Z, rate: 1/year, detection: 10 min }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
  return parseScenario(text, 'standby.yaml')
}

async function drilled(hazard: string, plan: string, services = 1): Promise<IncidentRow> {
  const { incidents } = await run(standbyScenario(hazard, plan, services))
  expect(incidents).toHaveLength(services)
  return incidents[0]!
}

const HOME = 'serving-cost: $3000/month, fail-back: { after: 1 d, cut-over: 15 min }'
const POWER = 'kind: power, duration: 8 h'
/** 12:17 + detection 10 min + patience 30 min + declaration 20 min + start 1 h + verify 5 min + cut-over 10 min. */
const FAILED_OVER_S = (10 + 30 + 20 + 60 + 5 + 10) * 60

describe('an outage', { timeout: 60_000 }, () => {
  it('is waited out where the plan does not say how long', async () => {
    const { rto_s, rpo_s, store } = await drilled(POWER, HOME)
    expect({ rto_s, rpo_s, store }).toEqual({ rto_s: 8 * HOUR_S, rpo_s: 0, store: undefined })
  })

  it('is warned of where there is a standby and nobody says when to go there', () => {
    const warned = (plan: string): boolean =>
      standbyScenario(POWER, plan).warnings.some((warning) => warning.includes('fail-over-after'))
    expect([warned(HOME), warned(`${HOME}, fail-over-after: 1 h`)]).toEqual([true, false])
  })

  it('is waited out where it ends within the patience', async () => {
    const { rto_s, recovery_usd } = await drilled(POWER, `${HOME}, fail-over-after: 8 h`)
    expect({ rto_s, recovery_usd }).toEqual({ rto_s: 8 * HOUR_S, recovery_usd: 0 })
  })

  it('is left for the standby once the patience is over, with what the last run had brought', async () => {
    const { rto_s, rpo_s, phases_s, store, lost_bytes } = await drilled(POWER, `${HOME}, fail-over-after: 30 min`)
    // The run of 12:00; 50 MB were written at 12:10.
    expect({ rpo_s, store, lost_bytes }).toEqual({ rpo_s: 17 * 60, store: 'standby', lost_bytes: 50e6 })
    expect(rto_s).toBeCloseTo(FAILED_OVER_S, 6)
    expect(phases_s.declare).toBeCloseTo(50 * 60, 6)
  })

  it('ends with the way home of what was written meanwhile, and a bill for the standby until then', async () => {
    const { failBack_s, failBack_bytes, failBack_usd, recovery_usd } = await drilled(
      POWER,
      `${HOME}, fail-over-after: 30 min`,
    )
    // Decided at 13:17, home from 20:17 on the next day: 31 h at 50 MB in ten minutes.
    const meanwhile_bytes = 31 * 6 * 50e6
    expect(failBack_bytes).toBe(meanwhile_bytes)
    expect(failBack_s).toBeCloseTo(meanwhile_bytes / 50e6 + 15 * 60, 3)
    expect(failBack_usd).toBeCloseTo((meanwhile_bytes / 1e9) * 0.02, 6)
    const served_s = 31 * HOUR_S + failBack_s!
    expect(recovery_usd).toBeCloseTo((served_s / MONTH_S) * 3000 + failBack_usd, 6)
  })
})

describe('a fire', { timeout: 60_000 }, () => {
  it('is billed with the standby until all data are home, and with their way', async () => {
    const { failBack_s, failBack_bytes, recovery_usd } = await drilled('kind: site', HOME)
    expect(failBack_bytes).toBe(36e9)
    expect(failBack_s).toBeCloseTo(36e9 / 50e6 + 15 * 60, 3)
    // Served from the decision on: 1 h 15 min until users are there, 12 h until replacements stand, 1 d, the way home.
    const served_s = 1.25 * HOUR_S + 12 * HOUR_S + 24 * HOUR_S + failBack_s!
    expect(recovery_usd).toBeCloseTo((served_s / MONTH_S) * 3000 + 36 * 0.02, 6)
  })

  it('charges one standby once, whatever the number of services on it', async () => {
    const plan = 'serving-cost: $3000/month'
    const alone = await drilled('kind: site', plan)
    const shared = await drilled('kind: site', plan, 3)
    expect(alone.recovery_usd).toBeCloseTo(((12 * HOUR_S) / MONTH_S) * 3000, 9)
    expect(shared.recovery_usd).toBeCloseTo(alone.recovery_usd / 3, 9)
  })
})
