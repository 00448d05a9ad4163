import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'

const NOON = '2026-01-08T12:00:00Z'
const HOUR_S = 3600
const PROVISION_S = 12 * HOUR_S

/** Two hosts and an array. The mail's images lie on the array, the shop's on the disks of its host. */
function text(hazard: string, mail = 'images-on: san, restart: { on: [hv-2], within: 3 min }'): string {
  const machine = '{ site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }'
  return `
firedrill: 1
name: Hosts
start: 2026-01-05T00:00:00Z
horizon: 5 d
topology:
  sites: { office: { region: north }, away: { region: south } }
  nodes: { hv-1: ${machine}, hv-2: ${machine}, san: ${machine} }
  vms:
    mail: { host: hv-1, ${mail} }
    shop: { host: hv-1, restart: { on: [hv-2], within: 3 min } }
  stores:
    nas: { site: away, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
  links:
    line: { between: [office, away], bandwidth: 1 Gbit/s }
datasets:
  mail-disk: { node: mail, size: 200 MB, change: 1 %/day }
  shop-disk: { node: shop, size: 100 MB, files: 2, change: 1 %/day }
services:
  mailbox: { needs: [mail-disk], objectives: { rpo: 24 h, rto: 4 h } }
  web-shop: { needs: [shop-disk], priority: 2, objectives: { rpo: 24 h, rto: 4 h } }
recovery: { declare: 30 min, provision: 12 h, verify: 10 min, cut-over: 5 min }
strategies:
  nightly:
    - backup: { name: mail, dataset: mail-disk, to: nas, at: daily 01:00 }
    - backup: { name: shop, dataset: shop-disk, to: nas, at: daily 01:00 }
hazards:
  struck: { ${hazard}, at: ${NOON} }
experiment: { drills: [struck], replications: 1, warm-up: 1 d }
`
}

async function drilled(hazard: string, mail?: string): Promise<Record<'mailbox' | 'shop', IncidentRow | undefined>> {
  const { incidents } = await run(parseScenario(text(hazard, mail), 'hosts.yaml'))
  for (const { phases_s, rto_s } of incidents) {
    const sum = Object.values(phases_s).reduce((total, seconds) => total + seconds, 0)
    if (rto_s !== undefined) expect(sum).toBeCloseTo(rto_s, 6)
  }
  const of = (name: string): IncidentRow | undefined => incidents.find(({ service }) => service === name)
  return { mailbox: of('mailbox'), shop: of('web-shop') }
}

describe('a host of virtual machines', { timeout: 30_000 }, () => {
  it('takes its machines down when it crashes: one whose images lie on an array is started on another host', async () => {
    const { mailbox, shop } = await drilled('kind: node-crash, target: hv-1, duration: 2 h, detection: 1 min')
    expect(mailbox).toMatchObject({ outcome: 'recovered', rpo_s: 0, rto_s: 180 })
    // Its images are on the host: it waits for it.
    expect(shop).toMatchObject({ outcome: 'recovered', rpo_s: 0, rto_s: 2 * HOUR_S })
  })

  it('is not replaced where another host takes over: what lay on its disks is restored there', async () => {
    const { mailbox, shop } = await drilled('kind: node, target: hv-1, detection: 1 min')
    expect(mailbox).toMatchObject({ outcome: 'recovered', rpo_s: 0, lost_bytes: 0 })
    expect(shop).toMatchObject({ outcome: 'recovered', rpo_s: 11 * HOUR_S, store: 'nas', verified: true })
    expect(shop!.phases_s.provision).toBe(0)
    expect(shop!.restored_bytes).toBe(100e6)
  })

  it('is replaced where there is no other for a machine; images on the array are still there then', async () => {
    const { mailbox } = await drilled('kind: node, target: hv-1, detection: 1 min', 'images-on: san')
    expect(mailbox).toMatchObject({ outcome: 'recovered', rpo_s: 0, restored_bytes: 0, lost_bytes: 0 })
    expect(mailbox!.phases_s.provision).toBe(PROVISION_S)
  })

  it('lets all others be when the array dies: machines with images there are restored, when it has been replaced', async () => {
    const { mailbox, shop } = await drilled('kind: node, target: san, detection: 1 min')
    expect(shop).toBeUndefined()
    expect(mailbox).toMatchObject({ outcome: 'recovered', rpo_s: 11 * HOUR_S, restored_bytes: 200e6 })
    expect(mailbox!.phases_s.provision).toBe(PROVISION_S)
  })

  it('needs no replacement when only a machine is deleted', async () => {
    const { mailbox, shop } = await drilled('kind: node, target: shop, detection: 1 min')
    expect(mailbox).toBeUndefined()
    expect(shop).toMatchObject({ outcome: 'recovered', rpo_s: 11 * HOUR_S })
    expect(shop!.phases_s.provision).toBe(0)
  })

  it('and the array burn with the site', async () => {
    const { mailbox, shop } = await drilled('kind: site, target: office, detection: 1 min')
    for (const row of [mailbox, shop]) {
      expect(row).toMatchObject({ outcome: 'recovered', store: 'nas' })
      expect(row!.phases_s.provision).toBeGreaterThanOrEqual(PROVISION_S)
    }
  })
})

describe('disk images', () => {
  it('are read by what changed in them: the hypervisor knows', async () => {
    const { jobs } = await run(parseScenario(text('kind: node, target: shop'), 'hosts.yaml'))
    const read = jobs.filter(({ job }) => job === 'mail').map(({ read_bytes }) => read_bytes)
    expect(read[0]).toBe(200e6)
    for (const bytes of read.slice(1)) expect(bytes).toBeLessThan(0.2 * 200e6)
  })

  it('share the disks of their host', async () => {
    const slow = text('kind: node, target: shop').replaceAll('read: 400 MB/s', 'read: 4 MB/s')
    const { jobs } = await run(parseScenario(slow, 'hosts.yaml'))
    const [mail, shop] = ['mail', 'shop'].map((name) => jobs.find(({ job }) => job === name)!)
    // From the array 200 MB at 4 MB/s, from the host 100 MB at 4 MB/s: side by side.
    expect(mail!.ended_s! - mail!.started_s!).toBeCloseTo(50, -1)
    expect(shop!.ended_s! - shop!.started_s!).toBeCloseTo(25, -1)
    const together = slow.replace('images-on: san, ', '')
    const { jobs: after } = await run(parseScenario(together, 'hosts.yaml'))
    const both = after.find(({ job }) => job === 'mail')!
    expect(both.ended_s! - both.started_s!).toBeCloseTo(75, -1)
  })
})

describe('a virtual machine that cannot be', () => {
  const wrong = (from: string, to: string): (() => unknown) => {
    const written = text('kind: node, target: shop').replace(from, to)
    return () => parseScenario(written, 'hosts.yaml')
  }

  it.each([
    ['host: hv-1, images-on: san', 'host: hv-3, images-on: san', /vms\.mail\.host.*'hv-3' is not the name of a node/],
    ['images-on: san', 'images-on: snn', /vms\.mail\.images-on.*did you mean 'san'/],
    ['on: [hv-2]', 'on: [hv-1]', /hv-1 is its host already/],
    ['on: [hv-2]', 'on: [mail]', /'mail' is not the name of a node/],
    ['mail: { host', 'hv-2: { host', /there is already a node named hv-2/],
    ['between: [office, away]', 'between: [mail, away]', /'mail' is not the name of a site, node or store/],
  ])('%s → %s', (from, to, message) => {
    expect(wrong(from, to)).toThrow(message)
  })
})

describe('snapshots of an array that holds images', { timeout: 30_000 }, async () => {
  const hourly = '    - snapshot: { dataset: mail-disk, last: 12, at: "30 * * * *" }\nhazards:'
  const withSnapshots = async (hazard: string) =>
    run(parseScenario(text(hazard).replace('hazards:', hourly), 'hosts.yaml'))

  it('bring a machine back that is gone, as of half an hour before; and its exposure says so', async () => {
    const { incidents, exposures } = await withSnapshots('kind: node, target: mail, detection: 1 min')
    expect(incidents).toMatchObject([
      { service: 'mailbox', outcome: 'recovered', store: 'snapshots of san', rpo_s: HOUR_S / 2, verified: true },
    ])
    // One an hour, there at once: the loss is anything up to an hour.
    expect(exposures).toMatchObject([{ dataset: 'mail-disk', min_s: 0, max_s: HOUR_S }])
  })

  it('are gone with the array, and count for nothing against its loss', async () => {
    const { incidents, exposures } = await withSnapshots('kind: node, target: san, detection: 1 min')
    expect(incidents).toMatchObject([{ service: 'mailbox', store: 'nas', rpo_s: 11 * HOUR_S }])
    expect(exposures[0]!.max_s).toBeGreaterThan(24 * HOUR_S)
  })
})
