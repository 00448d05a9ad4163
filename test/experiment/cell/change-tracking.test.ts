import { describe, expect, it } from 'vitest'
import { buildOperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { strike } from '../../../src/world/index.ts'

const DAY_S = 86_400

/** The disk image of a virtual machine, 20 GB, backed up each night from a disk of 100 MB/s. */
const scenario = (tracking: string): string => `
firedrill: 1
name: Disk images
start: 2026-01-05T00:00:00Z
horizon: 12 d
topology:
  sites:
    here: { region: nowhere }
    there: { region: nowhere }
  nodes:
    hypervisor: { site: here, cpu: unlimited, disk: { read: 100 MB/s, write: 100 MB/s, capacity: unlimited } }
  stores:
    box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [here, there], bandwidth: 1 Gbit/s }
datasets:
  images: { node: hypervisor, size: 20 GB, files: 1, change: 0.5 %/day, write-interval: 6 h${tracking} }
services:
  machines: { needs: [images], objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
repository: { chunk: 1 MiB, pack: 64 MiB, compression: none }
strategies:
  nightly:
    - backup: { dataset: images, to: box, type: snapshot, at: daily 01:00 }
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, detection: 0 s }
  hang: { kind: node-crash, target: hypervisor, duration: 15 min, rate: 1/year }
experiment:
  drills: [fire]
  replications: 2
  warm-up: 3 d
  seed: "1"
`

describe('disk images of which the hypervisor knows what was written', { timeout: 120_000 }, () => {
  it('are backed up in a quarter of the time at most, and recovered as they were', async () => {
    const [whole, tracked] = await Promise.all(
      ['', ', change-tracking: 64 KiB'].map((tracking) => run(parseScenario(scenario(tracking), 'images.yaml'))),
    )
    const took_s = (results: typeof whole): number[] =>
      results!.jobs.map(({ started_s, ended_s }) => ended_s! - started_s!)
    // 20 GB at 100 MB/s take 200 s; the first backup reads all, whatever is known later.
    for (const took of took_s(whole)) expect(took).toBeGreaterThanOrEqual(200)
    const [first, ...later] = took_s(tracked)
    expect(first).toBeGreaterThanOrEqual(200)
    expect(later.length).toBeGreaterThan(5)
    for (const took of later) expect(took).toBeLessThan(50)
    for (const results of [whole, tracked])
      for (const { outcome, verified } of results!.incidents) expect([outcome, verified]).toEqual(['recovered', true])
  })

  it('are read whole once after the machine has crashed, and with it the map of what was written', async () => {
    const parsed = parseScenario(scenario(', change-tracking: 64 KiB'), 'images.yaml')
    const [topology] = parsed.topologies
    const [strategy] = parsed.strategies
    const operated = buildOperatedWorld({ scenario: parsed, strategy: strategy!, topology: topology!, seed: '1' })
    const { simulation, world, operations } = operated
    await simulation.run(3.5 * DAY_S)
    strike(world, topology!.world.hazards.get('hang')!, simulation.random('hang', 'strike'))
    await simulation.run(6.5 * DAY_S)
    const read = operations.runs.map(({ read_bytes }) => read_bytes / 20e9)
    // Nights of the first to the seventh day; the crash is at noon of the fourth.
    expect(read).toHaveLength(7)
    expect(read.map((share) => share === 1)).toEqual([true, false, false, false, true, false, false])
    for (const share of [...read.slice(1, 4), ...read.slice(5)]) expect(share).toBeLessThan(0.25)
  })
})
