import { describe, expect, it } from 'vitest'
import { BACKUP, COPY, DAY_S, HOUR_S, MAIL, NOON, staged } from '../world/hazards/small-estate.ts'

const deletion = `{ kind: deletion, target: documents, share: 10 %, at: ${NOON}, detection: 30 min }`
const ransomware = `{ kind: ransomware, target: office, dwell: 6 h, at: ${NOON} }`
const fire = `{ kind: site, target: office, at: ${NOON}, detection: 0 s }`
const snapshots = (parts = ''): string =>
  `- snapshot: { dataset: documents, last: 24, at: "30 * * * *"${parts === '' ? '' : `, ${parts}`} }`
const jobs = (...first: string[]): string[] => [...first, BACKUP, MAIL, COPY]

describe('snapshots of the array, every hour at half past', () => {
  it('bring back folders that were deleted at noon as of half past eleven', async () => {
    const { share } = await staged({
      hazards: { slip: deletion },
      drills: ['slip'],
      jobs: jobs(snapshots()),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files', verified: true })
    // Detected at 12:30
    expect(share?.rpo_s).toBe(HOUR_S)
    // 30 min to detect, 30 min to declare, 10 min to verify, 5 min to cut over; and some 20 MB to copy.
    expect(share?.rto_s).toBeGreaterThan(75 * 60)
    expect(share?.rto_s).toBeLessThan(75 * 60 + 1)
  })

  it('revert a whole dataset at once', async () => {
    const { share, mailbox } = await staged({
      hazards: { attack: ransomware },
      drills: ['attack'],
      jobs: jobs(snapshots()),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files' })
    expect(share?.rpo_s).toBe(6.5 * HOUR_S)
    expect(share?.phases_s.transfer).toBe(0)
    // The mail has none.
    expect(mailbox?.store).not.toBe('snapshots of post')
  })

  it('are gone with the array: the backups count', async () => {
    const { share } = await staged({ hazards: { fire }, drills: ['fire'], jobs: jobs(snapshots()) })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
  })

  it('are dropped when what changes fills the reserve', async () => {
    // 10 % of 200 MB a day: 5 MB hold the last six hours.
    const { jobs: runs } = await staged({
      hazards: { slip: deletion },
      drills: ['slip'],
      jobs: jobs(snapshots('reserve: 5 MB')),
    })
    const full = runs.filter(({ kind, reason }) => kind === 'snapshot' && reason.startsWith('the reserve is full'))
    expect(full.length).toBeGreaterThan(20)
  })

  it('are deleted by who has come by the administration of the array: the backups count', async () => {
    const { share } = await staged({
      hazards: { attack: ransomware.replace('}', ', credentials: [files], attack: 100 % }') },
      drills: ['attack'],
      jobs: jobs(snapshots()),
    })
    // One an hour since five days before the drill.
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', reason: '24 snapshots of files were deleted' })
  })

  const security = (held: string): string => `
security:
  credentials:
    stores: { store: nas, may: [read, write, delete], key: administrator }
    far: { store: bucket, may: [read, write], key: writer }
    array-root: { array: files, may: [delete] }
    vcenter: { unlocks: [array-root] }
  principals:
    agent: { node: files, holds: [${held}], does: [backup, copy] }
    owner: { holds: [stores, far], does: [restore] }
    storage-team: { holds: [array-root], does: [] }`

  it('are deleted with what a machine holds, by whatever detour', async () => {
    const attack = ransomware.replace('}', ', attack: 100 % }')
    const parts = { hazards: { attack }, drills: ['attack'], jobs: jobs(snapshots()) }
    const held = await staged({ ...parts, security: security('stores, far, vcenter') })
    expect(held.share?.reason).toContain('24 snapshots of files were deleted')
    const apart = await staged({ ...parts, security: security('stores, far') })
    expect(apart.share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files', reason: '' })
  })

  it('stay for as long as the array locks them, whoever asks', async () => {
    const attack = ransomware.replace('}', ', credentials: [files, nas, bucket], attack: 100 % }')
    const parts = { hazards: { attack }, drills: ['attack'] }
    const locked = await staged({ ...parts, jobs: jobs(snapshots('lock: 2 d')) })
    expect(locked.share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files', rpo_s: 6.5 * HOUR_S })
    // He stays for six hours, and only those of the last four are locked.
    const tooBriefly = await staged({ ...parts, jobs: jobs(snapshots('lock: 4 h')) })
    expect(tooBriefly.share?.outcome).toBe('lost')
  })

  it('that are locked fill the reserve until no further one can be taken', async () => {
    const { jobs: runs } = await staged({
      hazards: { slip: deletion },
      drills: ['slip'],
      jobs: jobs(snapshots('reserve: 5 MB, lock: 2 d')),
    })
    const refused = runs.filter(({ kind, outcome }) => kind === 'snapshot' && outcome === 'failed')
    expect(refused.length).toBeGreaterThan(20)
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(
      new Set(['the reserve is full of snapshots that are locked']),
    )
  })

  it('give way to a backup that is newer', async () => {
    const { share } = await staged({
      hazards: { slip: deletion },
      drills: ['slip'],
      jobs: jobs('- snapshot: { dataset: documents, last: 1, at: daily 00:30 }'),
    })
    expect(share?.store).toBe('nas')
  })
})

describe('snapshots of the array beside newer backups', () => {
  const older = '- snapshot: { dataset: documents, last: 3, at: daily 00:30 }'

  it('are gone back to when an intruder has emptied the stores of these', async () => {
    const attack = ransomware.replace('}', ', credentials: [nas, bucket], attack: 100 % }')
    const { share } = await staged({ hazards: { attack }, drills: ['attack'], jobs: jobs(older) })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files', reason: '', rpo_s: 17.5 * HOUR_S })
  })

  it('are what is left when none of these can be restored', async () => {
    const broken = '{ kind: restore-failure, target: nas, share: 100 %, at: 2026-01-12T00:00:00Z, detection: 30 d }'
    const same = broken.replace('nas', 'bucket')
    const { share } = await staged({
      hazards: { slip: deletion, broken, same },
      drills: ['slip'],
      background: ['broken', 'same'],
      jobs: jobs(older),
    })
    expect(share).toMatchObject({ outcome: 'degraded', store: 'snapshots of files' })
    expect(share?.reason).toContain('nas')
  })

  it('are left alone where a journal leads to a later state', async () => {
    const journal = '- journal: { dataset: documents, to: post, reach: 1 d }'
    const { share } = await staged({
      hazards: { slip: deletion },
      drills: ['slip'],
      jobs: jobs(older.replace('00:30', '02:30'), journal),
    })
    expect(share?.store).toBe('journal on post')
  })
})

describe('a split mirror every twelve hours, kept two days', () => {
  const mirror = '- snapshot: { dataset: documents, last: 4, kind: split-mirror, at: "0 3,15 * * *" }'

  it('takes over what was written since the last split, and is copied back at the pace of the disks', async () => {
    const { share, jobs: runs } = await staged({
      hazards: { attack: ransomware },
      drills: ['attack'],
      jobs: jobs(mirror),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'snapshots of files' })
    // Split at 03:00, when some 10 MB had been taken over; shows itself at 18:00.
    expect(share?.rpo_s).toBeCloseTo(15 * HOUR_S, -1)
    expect(share?.phases_s.transfer).toBeCloseTo(200e6 / 400e6, 1)
    const resyncs = runs.filter(({ kind, outcome }) => kind === 'snapshot' && outcome === 'succeeded')
    expect(resyncs[0]?.written_bytes).toBeCloseTo(200e6, -7)
    expect(resyncs[5]?.written_bytes).toBeLessThan(30e6)
    expect(resyncs.length).toBeGreaterThan((2 * (7 * DAY_S)) / DAY_S)
  })
})
