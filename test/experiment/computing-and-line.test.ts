import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** 10 GB that compress to 5 GB; two cores, each at `core` a second in both directions; a line of 50 MB/s. */
const scenarioWith = (core: string): string => `
firedrill: 1
name: Computing and line
start: 2026-01-05T00:00:00Z
horizon: 1 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    computer:
      site: here
      cpu: { cores: 2, chunk: unlimited, hash: unlimited, compress: ${core}, encrypt: unlimited, decrypt: unlimited, decompress: ${core} }
      disk: { read: unlimited, write: unlimited, capacity: unlimited }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 50 MB/s } }
datasets: { data: { node: computer, size: 10 GB, files: 1, compressibility: 2, change: 0 %/day, write-interval: never } }
services: { service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
repository: { chunk: 4 MiB, pack: 16 MiB }
strategies:
  nightly: [{ backup: { dataset: data, to: box, type: full, at: daily 00:00, keep: { dialect: restic, last: 2 } } }]
hazards: { dies: { kind: node, target: computer, detection: 0 s, at: 2026-01-05T12:00:00Z } }
experiment: { drills: [dies], replications: 1, warm-up: 1 h }
`

async function times(core: string): Promise<{ backup_s: number; restore_s: number }> {
  const { jobs, incidents } = await run(parseScenario(scenarioWith(core), 'computing-and-line.yaml'))
  return { backup_s: jobs[0]!.ended_s! - jobs[0]!.started_s!, restore_s: incidents[0]!.rto_s! }
}

describe(
  'computing and the line overlap: one pack is under way while the next is computed',
  { timeout: 60_000 },
  () => {
    it.each([
      // The line takes 5 GB / 50 MB/s = 100 s; computing 10 GB / (2 × core).
      ['25 MB/s', 200],
      ['50 MB/s', 100],
      ['100 MB/s', 100],
    ])('two cores of %s each: the slower of the two takes all the time, %f s', async (core, expected_s) => {
      const { backup_s, restore_s } = await times(core)
      // Besides, the first pack and the last.
      for (const measured_s of [backup_s, restore_s]) {
        expect(measured_s).toBeGreaterThan(expected_s * 0.99)
        expect(measured_s).toBeLessThan(expected_s * 1.03)
      }
    })
  },
)
