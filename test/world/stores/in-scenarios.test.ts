import { describe, expect, it } from 'vitest'
import type { IncidentRow, Results } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { HOUR_S, NOON, scenarioText } from '../hazards/small-estate.ts'

const fire = `{ kind: site, target: office, at: ${NOON}, detection: 0 s }`

/** The small estate with other stores, drilled by one hazard. */
async function drilled(
  stores: { readonly nas?: string; readonly bucket?: string },
  hazard: string,
): Promise<Results & { readonly share: IncidentRow }> {
  let text = scenarioText({ hazards: { drilled: hazard }, drills: ['drilled'] })
  if (stores.nas !== undefined) text = text.replace(/nas: \{ site.*/, `nas: { site: office, ${stores.nas} }`)
  if (stores.bucket !== undefined) text = text.replace(/bucket: \{ site.*/, `bucket: { site: cloud, ${stores.bucket} }`)
  const results = await run(parseScenario(text, 'stores.yaml'))
  const share = results.incidents.find(({ service }) => service === 'share')
  if (share === undefined) throw new Error('the share was not hit')
  return { ...results, share }
}

/** A library of four drives that holds 8 TB, all of which is to come back. */
async function drilledFootage(): Promise<Results & { readonly share: IncidentRow }> {
  const text = `
firedrill: 1
name: footage
start: 2026-01-05T00:00:00Z
horizon: 9 d
topology:
  sites: { studio: { region: here } }
  nodes: { san: { site: studio, cpu: unlimited, disk: { read: 3 GB/s, write: 2 GB/s, capacity: 20 TB } } }
  stores: { library: { site: studio, kind: tape, generation: lto-9, drives: 4, cartridges: 9, expiry: 30 d } }
  links: { fabric: { between: [san, library], bandwidth: 32 Gbit/s } }
datasets: { footage: { node: san, size: 8 TB, files: 4k, change: 0 %/day, compressibility: 1, write-interval: never } }
services: { editing: { needs: [footage], objectives: { rpo: 7 d, rto: 7 d } } }
recovery: { declare: 1 h, provision: 1 h, verify: 1 h, cut-over: 1 h }
repository: { chunk: 256 MiB, pack: 8 GiB, compression: none }
strategies: { weekly: [backup: { dataset: footage, to: library, type: full, at: Mon 20:00, streams: 5 }] }
hazards: { array-dies: { kind: node, target: san, at: 2026-01-08T00:00:00Z, detection: 0 s, source: a test } }
experiment: { replications: 1, drills: [array-dies], warm-up: 2 d }
`
  const results = await run(parseScenario(text, 'footage.yaml'))
  return { ...results, share: results.incidents[0]! }
}

const sumOf = ({ phases_s }: IncidentRow): number => Object.values(phases_s).reduce((sum, phase) => sum + phase, 0)

describe('stores in scenarios', () => {
  it('an archive class is thawed first, which is the phase of retrieval, and billed', async () => {
    const { share } = await drilled({ bucket: 'kind: object, class: s3-glacier-flexible' }, fire)
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
    // Trees first, then what they lead to: twice 3 to 5 hours.
    expect(share.phases_s.retrieve).toBeGreaterThan(6 * HOUR_S)
    expect(share.phases_s.retrieve).toBeLessThan(10 * HOUR_S)
    expect(share.rto_s).toBeCloseTo(sumOf(share), 6)
    expect(share.recovery_usd).toBeGreaterThan(0)
  })

  it('a lifecycle leaves young backups readable at once', async () => {
    const bucket = 'kind: object, class: s3-standard, lifecycle: [{ after: 30 d, class: s3-glacier-flexible }]'
    const { share } = await drilled({ bucket }, fire)
    expect(share.phases_s.retrieve).toBe(0)
  })

  it('a tape library burns with its site, but for what the truck has taken to the vault', async () => {
    const tape = (vault: string): string =>
      `kind: tape, generation: lto-9, drives: 2, cartridges: 10, cartridge-cost: $90, expiry: 28 d${vault}`
    const vault = ', vault: { pickup: daily 06:00, transit: 1 h, recall: 24 h, rebuild: 48 h, pickup-cost: $80 }'
    const bare = await drilled({ nas: tape(''), bucket: 'kind: object, read: 100 kB/s' }, fire)
    expect(bare.share.store).toBe('bucket')
    // From the bucket it would be weeks.
    const { share, costs } = await drilled({ nas: tape(vault), bucket: 'kind: object, read: 1 kB/s' }, fire)
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(share.rto_s).toBeGreaterThan(72 * HOUR_S)
    expect(share.phases_s.retrieve).toBeGreaterThanOrEqual(24 * HOUR_S)
    expect(costs.some(({ item }) => item === 'nas truck')).toBe(true)
  })

  it('four drives write and read four times as fast as one, and mounting is retrieval', async () => {
    const { share, jobs } = await drilledFootage()
    // 8 TB at 4 × 400 MB/s: 5000 s. Nothing else is as slow: disks 2 and 3 GB/s, fabric 4 GB/s.
    const backup = jobs.find(({ outcome }) => outcome === 'succeeded')!
    expect((backup.ended_s! - backup.started_s!) / 5000).toBeCloseTo(1.02, 1)
    expect(share.phases_s.transfer / 5000).toBeCloseTo(1.01, 1)
    // The tapes stand in the drives, at their ends: 45 s to the beginning.
    expect(share.phases_s.retrieve).toBeGreaterThanOrEqual(45)
    expect(share.phases_s.retrieve).toBeLessThan(200)
    expect(share.rto_s).toBeCloseTo(sumOf(share), 6)
  })

  it('a stolen credential of the administrator empties a bucket with versions, too', async () => {
    const ransomware = `{ kind: ransomware, target: office, dwell: 6 h, at: ${NOON}, credentials: [nas, bucket] }`
    const { share } = await drilled({ bucket: 'kind: object, keep-deleted: 30 d' }, ransomware)
    expect(share.outcome).toBe('lost')
  })

  it('a cluster takes backups as any other store does', async () => {
    const cluster =
      'kind: cluster, racks: 3, nodes: 2, disks: { count: 2, capacity: 1 TB, rate: 100 MB/s }, scheme: { replicas: 3 }'
    const { jobs } = await drilled({ nas: cluster }, fire)
    expect(jobs.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })

  it('a degraded link slows the recovery down that has to pass it', async () => {
    const burst = (share: number): string => `${fire}
  slow: { kind: link-degradation, target: wan, share: ${share} %, duration: 30 d, at: 2026-01-12T06:00:00Z }`
    const text = (share: number): string =>
      scenarioText({ hazards: { drilled: burst(share) }, drills: ['drilled'], background: ['slow'] })
    const rto = async (share: number): Promise<number> => {
      const { incidents } = await run(parseScenario(text(share), 'slow.yaml'))
      return incidents.find(({ service }) => service === 'share')?.phases_s.transfer ?? 0
    }
    expect((await rto(10)) / (await rto(100))).toBeGreaterThan(4)
  })
})
