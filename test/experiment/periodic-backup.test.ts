import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { validated } from '../validated.ts'

const HOUR_S = 3600
const DRILLS = 2000

/** A full backup every 24 h that is usable 3 h after its consistent cut: 10.8 GB over 1 MB/s. Fires at random instants. */
const PERIODIC = `
firedrill: 1
name: Periodic backup with a fixed lag
start: 2026-01-05T00:00:00Z
horizon: 42 d
topology:
  sites:
    here: { region: nowhere }
    there: { region: nowhere }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [here, there], bandwidth: 1 MB/s }
datasets:
  data: { node: computer, size: 10.8 GB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
repository: { chunk: 256 MiB, pack: 1 GiB, compression: none }
strategies:
  daily-full:
    - backup: { dataset: data, to: box, type: full, at: daily 00:00, keep: { dialect: restic, last: 3 } }
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, detection: 0 s }
experiment:
  drills: [fire]
  replications: ${DRILLS}
  warm-up: 2 d
  seed: "1"
`

function row(what: string, expected: number, measured: number, within: string): void {
  const full = `backup every 24 h, usable after 3 h, ${DRILLS} simulated fires: ${what}`
  validated({ group: 'Recovery points', what: full, expected, measured, within, mark: 'derived' })
}

describe(
  'a daily backup that is usable 3 h after its cut, and fires at random instants',
  { timeout: 300_000 },
  async () => {
    const { incidents, jobs } = await run(parseScenario(PERIODIC, 'periodic.yaml'))
    const rpo_h = incidents.map(({ rpo_s }) => (rpo_s ?? Number.NaN) / HOUR_S)
    const mean = rpo_h.reduce((sum, hours) => sum + hours, 0) / rpo_h.length
    const sd = Math.sqrt(rpo_h.reduce((sum, hours) => sum + (hours - mean) ** 2, 0) / rpo_h.length)

    // With period P and lag L the RPO is L + U, U uniform in [0, P): mean L + P / 2, standard deviation P / sqrt(12).
    it(`recovers from each of ${DRILLS} fires`, () => {
      expect(incidents).toHaveLength(DRILLS)
      expect(incidents.every(({ outcome, verified }) => outcome === 'recovered' && verified)).toBe(true)
      for (const { started_s, ended_s } of jobs) expect((ended_s! - started_s!) / HOUR_S).toBeCloseTo(3, 2)
    })

    it('has a mean RPO of lag + P/2 = 15 h', () => {
      // Fires are drawn one in each of 2000 equal parts of the time: the mean is far nearer than its 0.15 h of free draws.
      expect(mean).toBeGreaterThan(14.95)
      expect(mean).toBeLessThan(15.05)
      row('mean RPO, h', 15, mean, '0.05 h')
    })

    it('has an RPO from the lag, 3 h, to lag + P, 27 h', () => {
      expect(Math.min(...rpo_h)).toBeGreaterThanOrEqual(2.999)
      expect(Math.min(...rpo_h)).toBeLessThan(3.1)
      expect(Math.max(...rpo_h)).toBeLessThanOrEqual(27.001)
      expect(Math.max(...rpo_h)).toBeGreaterThan(26.9)
      row('least RPO, h', 3, Math.min(...rpo_h), '0.1 h')
      row('greatest RPO, h', 27, Math.max(...rpo_h), '0.1 h')
    })

    it('has a standard deviation of P/sqrt(12) = 6.928 h', () => {
      expect(sd).toBeCloseTo(6.928, 1)
      row('standard deviation of the RPO, h', 6.928, sd, '0.05 h')
    })
  },
)
