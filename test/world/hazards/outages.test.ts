import { describe, expect, it } from 'vitest'
import { HOUR_S, LAST_BACKUP_S, NOON, NOON_S, staged } from './small-estate.ts'

describe('an outage leaves the data as they are', { timeout: 60_000 }, () => {
  it('node crash: the service of that node is back with the node; others do not notice', async () => {
    const { incidents, share } = await staged({
      hazards: { crash: `{ kind: node-crash, target: files, at: ${NOON}, detection: 5 min }` },
      drills: ['crash'],
    })
    expect(incidents.map(({ service }) => service)).toEqual(['share'])
    // The reference data's quarter of an hour.
    expect(share).toMatchObject({ outcome: 'recovered', rpo_s: 0, rto_s: 900, lost_bytes: 0, restored_bytes: 0 })
    expect(share!.phases_s).toMatchObject({ detect: 300, provision: 600, declare: 0, transfer: 0 })
  })

  it('node crash: what had not reached the disk is lost, and nothing else', async () => {
    // Written at noon, 20 MB a day; the crash comes 20 s later, when the last 30 s are not yet on the disk.
    const crash = '{ kind: node-crash, target: files, at: 2026-01-12T12:00:20Z }'
    const { share } = await staged({ hazards: { crash }, drills: ['crash'], writeBack: '30 s' })
    expect(share).toMatchObject({ outcome: 'recovered', rpo_s: 30, rto_s: 900, restored_bytes: 0 })
    expect(share!.lost_bytes / (20e6 / 24)).toBeCloseTo(1, 1)
  })

  it('node crash: loses nothing when everything had reached the disk', async () => {
    const crash = '{ kind: node-crash, target: files, at: 2026-01-12T12:00:40Z }'
    const { share } = await staged({ hazards: { crash }, drills: ['crash'], writeBack: '30 s' })
    expect(share).toMatchObject({ outcome: 'recovered', rpo_s: 0, lost_bytes: 0 })
  })

  it('power: a feed that cuts across sites takes what hangs on it, and nothing else', async () => {
    const { incidents, mailbox } = await staged({
      hazards: { 'feed-out': `{ kind: power, target: feed-b, at: ${NOON} }` },
      drills: ['feed-out'],
    })
    expect(incidents.map(({ service }) => service)).toEqual(['mailbox'])
    expect(mailbox).toMatchObject({ outcome: 'recovered', rpo_s: 0, rto_s: 15 * HOUR_S })
  })

  it('rack: what stands in it is down for the response and the repair', async () => {
    const { share } = await staged({
      hazards: { switch: `{ kind: rack, target: rack-1, at: ${NOON}, response: 10 h, repair: 2 h }` },
      drills: ['switch'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', rto_s: 12 * HOUR_S, rpo_s: 0 })
  })

  it('region: everything in it is back at the end, both services', async () => {
    const { incidents } = await staged({
      hazards: { storm: `{ kind: region, target: north, at: ${NOON}, duration: 30 h, detection: 1 h }` },
      drills: ['storm'],
    })
    expect(incidents.map(({ service, outcome, rto_s, rpo_s }) => ({ service, outcome, rto_s, rpo_s }))).toEqual([
      { service: 'share', outcome: 'recovered', rto_s: 30 * HOUR_S, rpo_s: 0 },
      { service: 'mailbox', outcome: 'recovered', rto_s: 30 * HOUR_S, rpo_s: 0 },
    ])
  })
})

describe('what is gone is restored, what survives is used', { timeout: 60_000 }, () => {
  it('node: its dataset comes back from the NAS, which survives', async () => {
    const { incidents, share } = await staged({
      hazards: { dead: `{ kind: node, target: files, at: ${NOON} }` },
      drills: ['dead'],
    })
    expect(incidents).toHaveLength(1)
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(share!.rpo_s! / (NOON_S - LAST_BACKUP_S)).toBeCloseTo(1, 3)
  })

  it('disk of a node: as if the node were gone', async () => {
    const { share } = await staged({
      hazards: { head: `{ kind: disk, target: files, at: ${NOON} }` },
      drills: ['head'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas' })
  })

  it('disk of a store: its backups are gone, the copies survive, and the empty store is filled again', async () => {
    const hazards = {
      'nas-dies': '{ kind: disk, target: nas, at: 2026-01-09T12:00:00Z, replacement: 1 d }',
      dead: `{ kind: node, target: files, at: ${NOON} }`,
    }
    const { share, jobs } = await staged({ hazards, drills: ['dead'], background: ['nas-dies'] })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas' })
    const backups = jobs.filter(({ job, scheduled_s }) => job === 'backup-1' && scheduled_s > 4.5 * 86_400)
    expect(backups.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    // The first after the replacement is a full one again.
    expect(backups[1]!.written_bytes).toBeGreaterThan(1.5 * backups[2]!.written_bytes)
    // Copies share their keys with the new repository, and go on.
    const copies = jobs.filter(({ job, scheduled_s }) => job === 'copy' && scheduled_s > 5.5 * 86_400)
    expect(copies.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
  })

  it('account: neither lock nor distance helps what is in it; the NAS survives', async () => {
    const hazards = {
      closed: '{ kind: account-loss, target: account, at: 2026-01-11T12:00:00Z }',
      fire: `{ kind: site, target: office, at: ${NOON} }`,
      dead: `{ kind: node, target: files, at: ${NOON} }`,
    }
    const { incidents } = await staged({ hazards, drills: ['fire', 'dead'], background: ['closed'], lock: '30 d' })
    const outcomes = incidents.map(({ hazard, service, outcome, store }) => ({ hazard, service, outcome, store }))
    expect(outcomes).toEqual([
      { hazard: 'dead', service: 'share', outcome: 'recovered', store: 'nas' },
      { hazard: 'fire', service: 'share', outcome: 'lost', store: undefined },
      { hazard: 'fire', service: 'mailbox', outcome: 'lost', store: undefined },
    ])
  })

  it('account that opens again: the recovery waits for it when there is nothing else', async () => {
    const hazards = {
      closed: '{ kind: account-loss, target: account, at: 2026-01-12T09:00:00Z, duration: 2 d }',
      fire: `{ kind: site, target: office, at: ${NOON} }`,
    }
    const { share } = await staged({ hazards, drills: ['fire'], background: ['closed'] })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
    // It opens 45 h after the fire.
    expect(share!.rto_s).toBeGreaterThan(45 * HOUR_S)
    expect(share!.rto_s).toBeLessThan(46 * HOUR_S)
  })
})

describe('a link that is down', { timeout: 60_000 }, () => {
  const fire = `{ kind: site, target: office, at: ${NOON} }`

  it('breaks off the night’s copy; the next night catches up', async () => {
    const { jobs, share } = await staged({
      hazards: { cut: '{ kind: link-outage, target: wan, at: 2026-01-10T01:30:00Z, duration: 3 h }', fire },
      drills: ['fire'],
      background: ['cut'],
    })
    const copies = jobs.filter(({ job }) => job === 'copy').map(({ outcome }) => outcome)
    expect(copies.slice(0, 8)).toEqual([...Array(5).fill('succeeded'), 'failed', 'succeeded', 'succeeded'])
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
    expect(share!.rpo_s! / (NOON_S - LAST_BACKUP_S)).toBeCloseTo(1, 3)
  })

  it('is waited for by a recovery that has no other way', async () => {
    const { share } = await staged({
      hazards: { cut: '{ kind: link-outage, target: wan, at: 2026-01-12T11:00:00Z, duration: 13 h }', fire },
      drills: ['fire'],
      background: ['cut'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
    expect(share!.rto_s).toBeGreaterThan(12 * HOUR_S)
  })

  it('flaps: it is down so many times, with pauses', async () => {
    const { jobs } = await staged({
      hazards: {
        flaky: '{ kind: link-outage, target: wan, at: 2026-01-10T01:30:00Z, duration: 3 h, flaps: 3, pause: 21 h }',
        fire,
      },
      drills: ['fire'],
      background: ['flaky'],
    })
    const failed = jobs.filter(({ job, outcome }) => job === 'copy' && outcome === 'failed')
    expect(failed.map(({ scheduled_s }) => scheduled_s / 86_400)).toEqual([5, 6, 7].map((day) => day + 2 / 24))
  })
})

describe('a burst', { timeout: 60_000 }, () => {
  it('takes a machine and the store beside it: only what is elsewhere is left', async () => {
    const { share } = await staged({
      hazards: {
        heat: `{ kind: burst, of: [dead, nas-dies], within: 1 h, at: ${NOON} }`,
        dead: '{ kind: node, target: files, detection: 10 min }',
        'nas-dies': '{ kind: disk, target: nas, replacement: 10 d }',
      },
      drills: ['heat'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
    // Both are known when the second has struck.
    expect(share!.phases_s.detect).toBe(HOUR_S)
  })
})
