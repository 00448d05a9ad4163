import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const NOON = '2026-01-08T12:00:00Z'
const INSTANT = ', instant: { boot: 10 MB, load: 10 MB/s }'
const DEAD = `{ kind: node, target: shop, at: ${NOON} }`

interface Parts {
  readonly instant?: string
  readonly hazards?: Readonly<Record<string, string>>
  readonly background?: readonly string[]
  readonly nas?: string
  readonly jobs?: readonly string[]
}

/** A machine of 400 MB on a host, a NAS at 10 MB/s away, and a bucket at 5 MB/s. */
async function drilled(parts: Parts): Promise<IncidentRow> {
  const { instant = INSTANT, hazards = {}, background = [], jobs = [], nas } = parts
  const { incidents } = await run(
    parseScenario(
      `
firedrill: 1
name: Instant recovery
start: 2026-01-05T00:00:00Z
horizon: 5 d
topology:
  sites: { office: { region: north }, cloud: { region: south } }
  nodes:
    hv-1: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  vms: { shop: { host: hv-1 } }
  stores:
    nas: { site: office, ${nas ?? 'kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB'} }
    bucket: { site: cloud, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
  links:
    lan: { between: [hv-1, nas], bandwidth: 80 Mbit/s }
    wan: { between: [office, cloud], bandwidth: 40 Mbit/s }
datasets:
  images: { node: shop, size: 400 MB, files: 2, change: 1 %/day }
services:
  shop-service: { needs: [images], objectives: { rpo: 24 h, rto: 4 h } }
recovery: { declare: 30 min, verify: 10 min, cut-over: 5 min${instant} }
strategies:
  nightly:
    - backup: { dataset: images, to: nas, at: daily 01:00 }
${jobs.map((job) => `    ${job}`).join('\n')}
hazards:
${Object.entries({ dead: DEAD, ...hazards })
  .map(([name, text]) => `  ${name}: ${text}`)
  .join('\n')}
experiment: { drills: [dead], background: [${background.join(', ')}], replications: 1, warm-up: 1 d }
`,
      'instant.yaml',
    ),
  )
  const [row] = incidents
  const sum = Object.values(row!.phases_s).reduce((total, seconds) => total + seconds, 0)
  if (row!.rto_s !== undefined) expect(sum).toBeCloseTo(row!.rto_s, 6)
  return row!
}

const COPY = '- copy: { from: nas, to: bucket, at: daily 02:00 }'
/** 30 min to declare, 10 to verify, 5 to cut over. */
const PEOPLE_S = 45 * 60

describe('instant recovery', { timeout: 60_000 }, () => {
  it('has the service back as soon as its machine has started from the backup; the images follow', async () => {
    const before = await drilled({ instant: '' })
    // 400 MB over 10 MB/s
    expect(before.phases_s.transfer).toBeGreaterThan(38)
    const row = await drilled({})
    expect(row).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true, rpo_s: before.rpo_s })
    // 10 MB in pieces, each with the chunks around it.
    expect(row.phases_s.transfer).toBeGreaterThan(1)
    expect(row.phases_s.transfer).toBeLessThan(6)
    expect(row.rto_s).toBeCloseTo(PEOPLE_S + row.phases_s.transfer, 6)
    expect(row.restored_bytes).toBe(400e6)
    expect(row.lost_bytes).toBe(before.lost_bytes)
  })

  it('runs beside what brings the images back, and both share the line', async () => {
    const { reason } = await drilled({})
    const [, ran_s, served] = /ran from nas for (\d+) s, with (\d+) % of what it asked for/.exec(reason)!.map(Number)
    // Four requests of the restore and the machine: a fifth of 10 MB/s for it, 8 MB/s for 400 MB.
    expect(served).toBeGreaterThan(15)
    expect(served).toBeLessThan(30)
    expect(ran_s).toBeGreaterThan(44)
    expect(ran_s).toBeLessThan(56)
    const idle = await drilled({ instant: ', instant: { boot: 10 MB, load: 1 kB/s }' })
    expect(idle.reason).toContain('with 100 % of what it asked for')
  })

  it('is none from tape: its images are restored first', async () => {
    const row = await drilled({ nas: 'kind: tape, generation: lto-9, drives: 1, cartridges: 4' })
    expect(row).toMatchObject({ outcome: 'recovered', store: 'nas', reason: '' })
    expect(row.phases_s.transfer).toBeGreaterThan(38)
  })

  // What the machine writes goes to a log on the NAS: over the line as it is written, and back when its images are there.
  it('brings home what the machine wrote meanwhile: the longer the more it writes', async () => {
    const writing = (rate: string): Promise<IncidentRow> =>
      drilled({ instant: `, instant: { boot: 10 MB, load: 1 MB/s, writes: ${rate} }` })
    const [idle, slow, fast] = await Promise.all(['0 MB/s', '500 kB/s', '4 MB/s'].map(writing))
    expect(idle!.reason).not.toContain('brought home')
    const home_bytes = (row: IncidentRow): number =>
      1e6 * Number(/brought home ([\d.]+) MB that it had written/.exec(row.reason)![1])
    // 400 MB beside a stream of reads take some 45 s; copies of what comes meanwhile add to it.
    expect(home_bytes(slow!)).toBeGreaterThan(500e3 * 40)
    expect(home_bytes(slow!)).toBeLessThan(500e3 * 60)
    expect(home_bytes(fast!)).toBeGreaterThan(3 * home_bytes(slow!))
    expect(slow!.complete_s!).toBeGreaterThan(idle!.complete_s! + 2)
    expect(fast!.complete_s!).toBeGreaterThan(slow!.complete_s! + 10)
    for (const row of [idle, slow, fast]) expect(row).toMatchObject({ outcome: 'recovered', verified: true })
  })

  it('never ends by itself where more is written than can be brought home: the machine stands still for the last copy', async () => {
    const { reason } = await drilled({ instant: ', instant: { boot: 10 MB, load: 1 MB/s, writes: 50 MB/s }' })
    expect(Number(/standing still for (\d+) s/.exec(reason)![1])).toBeGreaterThan(10)
  })

  it('takes the disks of a cluster, not only its front door', async () => {
    const cluster = (rate: string): string =>
      `kind: cluster, racks: 3, nodes: 1, disks: { count: 1, capacity: 1 TB, rate: ${rate} }, scheme: { replicas: 3 }`
    const served = async (rate: string): Promise<number> => {
      const { reason } = await drilled({ nas: cluster(rate) })
      return Number(/with (\d+) % of what it asked for/.exec(reason)![1])
    }
    // Three disks of 1 MB/s stand behind a line of 10 MB/s.
    expect(await served('1 MB/s')).toBeLessThan((await served('100 MB/s')) / 2)
  })

  // The service is back at 12:45 and runs from the NAS for most of a minute.
  const lost = { closed: '{ kind: account-loss, target: nas, at: 2026-01-08T12:45:20Z }' }

  it('that breaks off leaves the service down until its images have come from elsewhere', async () => {
    const row = await drilled({ hazards: lost, background: ['closed'], jobs: [COPY] })
    expect(row).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true, restored_bytes: 400e6 })
    // 400 MB at 5 MB/s, and everything is checked and cut over once more.
    expect(row.rto_s).toBeGreaterThan(PEOPLE_S + 15 * 60 + 80)
    expect(row.phases_s.verify).toBe(2 * 600)
    // With the store, all that it had written there is gone.
    const written = await drilled({
      instant: INSTANT.replace('}', ', writes: 1 MB/s }'),
      hazards: lost,
      background: ['closed'],
      jobs: [COPY],
    })
    expect(written.reason).toMatch(/[\d.]+ MB written while it ran from the backup are lost$/)
    expect(written.lost_bytes - row.lost_bytes).toBeGreaterThan(10e6)
  })

  it('that breaks off with nothing else left is a loss, though the service had been back for a while', async () => {
    const row = await drilled({ hazards: lost, background: ['closed'] })
    expect(row).toMatchObject({ outcome: 'lost', verified: false, restored_bytes: 0 })
    expect(row.rto_s).toBeUndefined()
  })

  it('goes on when an outage of the store has passed, and counts as down until then', async () => {
    const away = { away: '{ kind: account-loss, target: nas, duration: 1 h, at: 2026-01-08T12:45:20Z }' }
    const row = await drilled({ hazards: away, background: ['away'] })
    expect(row).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(row.rto_s).toBeGreaterThan(3600 + PEOPLE_S)
    expect(row.rto_s).toBeLessThan(3600 + PEOPLE_S + 20 * 60)
  })
})
