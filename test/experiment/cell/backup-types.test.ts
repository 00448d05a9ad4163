import { describe, expect, it } from 'vitest'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { validated } from '../../validated.ts'

const TB = 1e12

/** 1 TB of which 5 % of the blocks are rewritten a day, backed up at noon for a week that begins with a full backup. */
const WEEK = `
firedrill: 1
name: Full, incremental, differential
start: 2026-01-05T00:00:00Z # a Monday
horizon: 7 d
topology:
  sites: { here: { region: nowhere }, there: { region: nowhere } }
  nodes: { computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: unlimited } }
datasets: { data: { node: computer, size: 1 TB, files: 1, change: 5 %/day, write-interval: 24 h } }
services: { service: { needs: [data], objectives: { rpo: 48 h, rto: 48 h } } }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
repository: { chunk: 256 MiB, pack: 1 GiB, compression: none }
strategies:
  full:
    - backup: { dataset: data, to: box, type: full, at: daily 12:00, keep: { dialect: restic, last: 9 } }
  incremental:
    - backup: { dataset: data, to: box, type: full, at: Mon 12:00, keep: { dialect: restic, last: 9 } }
    - backup: { dataset: data, to: box, type: incremental, at: Tue-Sun 12:00, keep: { dialect: restic, last: 9 } }
  differential:
    - backup: { dataset: data, to: box, type: full, at: Mon 12:00, keep: { dialect: restic, last: 9 } }
    - backup: { dataset: data, to: box, type: differential, at: Tue-Sun 12:00, keep: { dialect: restic, last: 9 } }
hazards: { fire: { kind: site, target: here, rate: 0.1/year, detection: 0 s } }
experiment: { drills: [fire], replications: 1, warm-up: 1 d }
`

describe('a week of backups of 1 TB, 5 % of its blocks rewritten at random a day', { timeout: 120_000 }, async () => {
  const { jobs } = await run(parseScenario(WEEK, 'week.yaml'), { replications: 0 })

  it.each([
    // Seven full ones; one and six times 5 %; one and the sum of 1 − 0.95^k for k from 1 to 6.
    ['full', 7],
    ['incremental', 1.3],
    ['differential', 1.96675],
  ])('%s: writes %f TB', (strategy, expected) => {
    const own = jobs.filter((row) => row.strategy === strategy)
    expect(own.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(7)
    const measured = own.reduce((sum, row) => sum + row.written_bytes, 0) / TB
    // Blocks are not chunks: at the edges of what was rewritten a chunk has old data too.
    expect(Math.abs(measured / expected - 1)).toBeLessThan(0.02)
    const what = `1 TB, 5 % rewritten a day, a week of ${strategy} backups: TB written`
    validated({ group: 'Backup types', what, expected, measured, within: '2 %', mark: 'derived' })
  })
})
