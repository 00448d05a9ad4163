import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import type { Results } from '../../src/experiment/results.ts'
import { terminalSummary } from '../../src/report/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** Fulls of 3 GB at 1 MB/s from 01:00, 50 min each, into 8 GB: two fit, the third does not. */
function office(retention: string): Promise<Results> {
  const text = `
firedrill: 1
name: Full store
start: 2026-01-05T00:00:00Z
horizon: 14 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes: { machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: 8 GB } }
  links: { line: { between: [here, there], bandwidth: 1 MB/s } }
datasets: { data: { node: machine, size: 3 GB, files: 36, change: 0 %/day, compressibility: 1 } }
services: { service: { needs: [data], objectives: { rpo: 48 h, rto: 48 h } } }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
recovery: { declare: 0 s }
monitoring: { full-store: { above: 90 %, delay: 30 min } }
strategies:
  tested:
    - backup: { dataset: data, to: box, type: full, at: daily 01:00 }
    - prune: { store: box, keep: { dialect: restic, last: 1 }, ${retention} }
hazards: { dead: { kind: node, target: machine, detection: 1 h, at: 2026-01-12T12:00:00Z } }
experiment: { drills: [dead], replications: 1, warm-up: 2 d }
`
  return run(parseScenario(text, 'full-store.yaml'))
}

const failedNights = ({ jobs }: Results): number[] =>
  jobs.flatMap(({ job, outcome, scheduled_s }) =>
    job === 'backup' && outcome === 'failed' ? [Math.floor(scheduled_s / DAY_S)] : [],
  )

describe('a store that is too small for one full more than is kept', { timeout: 60_000 }, () => {
  // What was forgotten on night 1 would be deleted two days later, by a prune that never comes: it follows a backup that succeeded.
  it('stays full for good where retention follows the backup, and the report says so, and why', async () => {
    const results = await office('after: backup')
    expect(failedNights(results)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    const warning =
      'box was full in tested on base from 2026-01-07 01:00 UTC on: 12 of 14 runs of backup failed for want of room there, and none ' +
      'succeeded after the last of them; retention comes after a run that succeeded, so that nothing is freed there any more: ' +
      'give it a time of its own (prune: { store: box, keep: …, grace: …, at: … }), or the store more room'
    expect(results.warnings).toEqual([warning])
    expect(terminalSummary(results).replaceAll(/\s+/g, ' ')).toContain(warning)
  })

  // The third full has put 2 GB, 2,000 s, when there is no more room; it stays full, so it is told once.
  it('alarms whoever watches it, once, when it becomes full', async () => {
    const { alarms = [], incidents } = await office('after: backup')
    const [alarm, ...more] = alarms.filter(({ hazard }) => hazard === undefined)
    expect(more).toEqual([])
    expect(alarm).toMatchObject({
      detector: 'full-store',
      store: 'box',
      evidence_s: 2 * DAY_S + HOUR_S,
      isFalse: false,
      cause: 'box is 99.9 % full, and had no room for backup',
    })
    expect(Math.abs(alarm!.raised_s - (2 * DAY_S + HOUR_S + 2000))).toBeLessThan(20)
    expect(alarm!.heard_s).toBe(alarm!.raised_s + HOUR_S / 2)
    // It reveals nothing of the dead machine, which is noticed after its hour. The last backup that was whole is that of night 1.
    expect(incidents[0]!.detected_s - incidents[0]!.onset_s).toBe(HOUR_S)
    expect(incidents[0]!.rpo_s).toBeCloseTo(7.5 * DAY_S - (DAY_S + HOUR_S), -1)
  })

  // Noon of day 2: the full of night 0 has still a day to wait. Noon of day 3: it goes, and what the failed run has left a day later.
  it('has room again now and then where retention has its own time, and the warning says when it had none', async () => {
    const results = await office('at: daily 12:00')
    expect(failedNights(results)).toEqual([2, 3, 5, 6, 8, 9, 11, 12])
    expect(results.warnings).toEqual([
      'box was full in tested on base from 2026-01-07 01:00 UTC on: 8 of 14 runs of backup failed for want of room there, the last ' +
        '2026-01-17 01:00 UTC; give it more room, keep less in it, or let a prune delete sooner (its grace)',
    ])
  })

  it('is never full where a prune deletes at once before the next', async () => {
    const results = await office('grace: 0 s, at: daily 12:00')
    expect(failedNights(results)).toEqual([])
    expect(results.warnings).toEqual([])
    expect(results.alarms).toEqual([])
  })
})
