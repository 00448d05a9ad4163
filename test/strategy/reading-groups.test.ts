import { describe, expect, it } from 'vitest'
import type { JobRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** 100 GB in files of 1 MB, held in 512 groups of some 200 MB; 1 % is written anew a day. */
async function nights(locality: string): Promise<readonly JobRow[]> {
  const text = `
firedrill: 1
name: Many files
start: 2026-01-05T00:00:00Z
horizon: 6 d
topology:
  sites: { here: { region: a } }
  nodes:
    server: { site: here, cpu: unlimited, disk: { read: 100 MB/s, write: 100 MB/s, capacity: 1 TB, scan: unlimited } }
  stores: { nas: { site: here, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { lan: { between: [server, nas], bandwidth: unlimited } }
datasets: { data: { node: server, size: 100 GB, files: 100k, change: 1 %/day, locality: ${locality} } }
services: { shop: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { compression: none }
strategies: { nightly: [{ backup: { dataset: data, to: nas, at: daily 00:30 } }] }
hazards: { fire: { kind: site, target: here, rate: 0.1/year, source: a round number, detection: 0 s } }
experiment: { drills: [fire], replications: 1, warm-up: 1 d }
`
  const { jobs } = await run(parseScenario(text, 'many-files.yaml'))
  return jobs
}

describe('a backup of many files', () => {
  it.each(['uniform', 'append', 'replace'])(
    'reads what has changed of them, and passes over the rest (%s)',
    async (locality) => {
      const [first, ...later] = await nights(locality)
      expect(first!.read_bytes).toBe(100e9)
      for (const { read_bytes, started_s, ended_s } of later) {
        // 1 GB a day is written, in pieces of 4 MiB; the chunks at both ends of each, 1 MiB and larger, are read with it.
        expect(read_bytes).toBeGreaterThan(0.95e9)
        expect(read_bytes).toBeLessThan(2e9)
        expect(ended_s! - started_s!).toBeCloseTo(read_bytes / 100e6, 0)
      }
    },
    30_000,
  )
})
