import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** Of four LTO-8 drives at 360 MB/s, filled from disks that read 2 GB/s. */
const scenario = `
firedrill: 1
name: Tape
start: 2026-01-05T00:00:00Z
horizon: 2 d
topology:
  sites: { here: { region: nowhere } }
  nodes: { computer: { site: here, cpu: unlimited, disk: { read: 2 GB/s, write: 2 GB/s, capacity: unlimited } } }
  stores: { tapes: { site: here, kind: tape, generation: lto-8, drives: 4, cartridges: 20, expiry: 28 d } }
datasets: { data: { node: computer, size: 4 TB, files: 200, change: 0 %/day, write-interval: never } }
services: { service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { chunk: 256 MiB, pack: 2 GiB, compression: none }
recovery: { declare: 10 min }
strategies:
  four: [backup: { dataset: data, to: tapes, type: full, at: '2026-01-05T01:00:00Z', streams: 4 }]
  five: [backup: { dataset: data, to: tapes, type: full, at: '2026-01-05T01:00:00Z', streams: 5 }]
hazards: {}
experiment: { drills: [] }
`

describe('a backup to as many drives as it has streams', () => {
  it('keeps them to 83 % of their rate, as one stream gathers the next pack; one more keeps them busy', async () => {
    const { jobs } = await run(parseScenario(scenario, 'tape.yaml'))
    const rates = jobs.map(({ strategy, started_s, ended_s, written_bytes }) => {
      return [strategy, Math.round((100 * written_bytes) / (ended_s! - started_s!) / (4 * 360e6))]
    })
    expect(rates).toEqual([
      ['four', 83],
      ['five', 97],
    ])
  })
})
