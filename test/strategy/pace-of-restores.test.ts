import { expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** 36 GB in files of this many, over a line of 100 MB/s onto a disk of this many MB/s. */
async function transfer_s(files: number, disk: number): Promise<number> {
  const text = `
firedrill: 1
name: Pace
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes: { machine: { site: here, cpu: unlimited, disk: { read: unlimited, write: ${disk} MB/s, capacity: 1 TB } } }
  stores: { box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited } }
  links: { line: { between: [here, there], bandwidth: 100 MB/s } }
datasets: { data: { node: machine, size: 36 GB, files: ${files}, change: 0 %/day, compressibility: 1 } }
services: { service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { chunk: 8 MiB, pack: 64 MiB, compression: none }
recovery: { declare: 10 min }
strategies: { tested: [backup: { dataset: data, to: box, type: full, at: daily 20:00 }] }
hazards: { trouble: { kind: site, target: here, detection: 0 s, at: 2026-01-12T12:00:00Z } }
experiment: { drills: [trouble], replications: 1, warm-up: 2 d }
`
  const { incidents } = await run(parseScenario(text, 'pace.yaml'))
  return incidents[0]!.phases_s.transfer
}

it.each([
  [1, 100, 360],
  [1000, 100, 360],
  [1000, 120, 360],
  [1000, 300, 360],
  [1000, 50, 720],
])(
  'a restore of %d files onto a disk of %d MB/s takes what the slower of line and disk takes: %d s',
  { timeout: 60_000 },
  async (files, disk, seconds) => {
    expect((await transfer_s(files, disk)) / seconds).toBeCloseTo(1, 1.7)
  },
)
