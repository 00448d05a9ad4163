import { describe, expect, it } from 'vitest'
import type { ExposureRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

/** A backup at once to a box beside the computer, and from there, when it has rested, to one that the fire spares. */
function scenarioWith({ backup, hold, days }: { backup: string; hold: string; days: number }): string {
  return `
firedrill: 1
name: The law of recovery points
start: 2026-01-05T00:00:00Z
horizon: ${days} d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    near: { site: here, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    far: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [here, there], bandwidth: 10 Gbit/s }
datasets:
  data: { node: computer, size: 1 MB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 27 h, rto: 24 h } }
recovery: { declare: 0 s }
repository: { chunk: 1 MiB, pack: 1 MiB, compression: none }
strategies:
  tested:
    - backup: { dataset: data, to: near, ${backup}, keep: { dialect: restic, last: 4 } }
    - copy: { from: near, to: far, after: backup, hold: ${hold}, keep: { dialect: restic, last: 4 } }
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, detection: 0 s }
experiment: { drills: [fire], replications: 1, warm-up: 10 d, seed: "1" }
`
}

async function exposureOf(
  parts: Parameters<typeof scenarioWith>[0],
): Promise<{ exposure: ExposureRow; results: Results }> {
  const results = await run(parseScenario(scenarioWith(parts), 'law.yaml'))
  return { exposure: results.exposures[0]!, results }
}

// Of the RPO at an instant that is uniform in time. Period P = 24 h, usable L = 3 h later, a run fails with probability q.
// The newest usable point is K periods older than it would be, P(K = k) = (1 - q) q^k, so that RPO = L + U + P K with U
// uniform in [0, P): mean L + P/2 + P q/(1 - q), variance P²/12 + P² q/(1 - q)². RPO > 27 h when K > 0: probability q.
describe('a daily backup that is usable three hours later', { timeout: 240_000 }, () => {
  it('has an RPO from 3 to 27 h, 15 h on average with a standard deviation of 6.928 h, where no run fails', async () => {
    const { exposure } = await exposureOf({ backup: 'at: daily 00:00', hold: '3 h', days: 110 })
    expect(exposure.min_s / HOUR_S).toBeCloseTo(3, 3)
    expect(exposure.mean_s / HOUR_S).toBeCloseTo(15, 3)
    expect(exposure.max_s / HOUR_S).toBeCloseTo(27, 3)
    expect(exposure.sd_s / HOUR_S).toBeCloseTo(24 / Math.sqrt(12), 3)
    expect(exposure.objectiveMet).toBeCloseTo(1, 3)
  })

  it('has one of 17.087 h with a standard deviation of 10.121 h where 8 % of the runs fail, and exceeds 27 h in 8 % of the time', async () => {
    const days = 1500
    const { exposure, results } = await exposureOf({ backup: 'at: daily 00:00, fails: 8 %', hold: '3 h', days })
    const runs = results.jobs.filter(({ kind }) => kind === 'backup')
    const share = runs.filter(({ outcome }) => outcome === 'failed').length / runs.length
    const z = (share - 0.08) / Math.sqrt((0.08 * 0.92) / runs.length)
    expect(Math.abs(z)).toBeLessThan(4)
    // Four standard deviations of q move the mean by d/dq of P q/(1 - q) = P/(1 - q)² = 28.4 h each, and so on.
    const sd_q = Math.sqrt((0.08 * 0.92) / days)
    expect(Math.abs(exposure.mean_s / HOUR_S - 17.087)).toBeLessThan(4 * sd_q * (24 / 0.92 ** 2))
    expect(Math.abs(exposure.sd_s / HOUR_S - 10.121)).toBeLessThan(4 * sd_q * 50)
    expect(Math.abs(1 - exposure.objectiveMet - 0.08)).toBeLessThan(4 * sd_q)
    // What happened, happened: in this world the share of the time beyond 27 h is that of the days whose run failed.
    expect(Math.abs(1 - exposure.objectiveMet - share)).toBeLessThan(0.005)
  })
})

describe('backups at random intervals', { timeout: 240_000 }, () => {
  // RPO is averaged over time, not over backups: long intervals take more of it. Mean L + E[T²] / (2 E[T]); exponential
  // intervals of 24 h: 3 + 2 × 24² / 48 = 27 h, and not the 15 h of regular ones.
  it('have a mean RPO of 27 h where they are exponential with a mean of 24 h', async () => {
    const { exposure, results } = await exposureOf({
      backup: 'every: { exponential: { mean: 24 h } }',
      hold: '3 h',
      days: 1500,
    })
    // The mean residual of n exponential intervals has a standard deviation of about sqrt(5 / n) means.
    expect(Math.abs(exposure.mean_s / HOUR_S - 27)).toBeLessThan(4 * 24 * Math.sqrt(5 / 1500))
    // In this world: half the square of each interval between the cuts, over the time; and three hours.
    const cuts = results.jobs
      .filter(({ kind, started_s }) => kind === 'backup' && started_s! + 3 * HOUR_S < 1500 * DAY_S)
      .map(({ started_s }) => started_s!)
    const first = cuts.findLastIndex((cut) => cut + 3 * HOUR_S <= 10 * DAY_S)
    const arrivals = [10 * DAY_S, ...cuts.slice(first + 1).map((cut) => cut + 3 * HOUR_S), 1500 * DAY_S]
    let area = 0
    for (let at = 0; at + 1 < arrivals.length; at += 1) {
      const cut = cuts[first + at]!
      area += ((arrivals[at + 1]! - cut) ** 2 - (arrivals[at]! - cut) ** 2) / 2
    }
    expect(exposure.mean_s).toBeCloseTo(area / (1490 * DAY_S), 0)
  })
})
