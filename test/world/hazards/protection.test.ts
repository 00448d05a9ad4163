import { describe, expect, it } from 'vitest'
import { BACKUP, DAY_S, LAST_BACKUP_S, MAIL, NOON, NOON_S, staged } from './small-estate.ts'

const dead = `{ kind: node, target: files, at: ${NOON} }`
const fire = `{ kind: site, target: office, at: ${NOON} }`
const deleted = `{ kind: deletion, target: documents, share: 30 %, at: ${NOON}, detection: 1 h }`
const LAST_RPO_S = NOON_S - LAST_BACKUP_S

describe('bit rot', { timeout: 60_000 }, () => {
  it('in a store spoils some blobs: their chunks come from the copy elsewhere, all else from the store', async () => {
    const { share } = await staged({
      hazards: { rot: '{ kind: bit-rot, target: nas, count: 40, at: 2026-01-12T11:00:00Z }', dead },
      drills: ['dead'],
      background: ['rot'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(share!.rpo_s! / LAST_RPO_S).toBeCloseTo(1, 3)
    expect(share!.reason).toMatch(/^\d+ damaged chunks of nas came from bucket$/)
  })

  it('in a dataset spoils some files: they alone come back, from before', async () => {
    const { share, mailbox } = await staged({
      hazards: { rot: `{ kind: bit-rot, target: documents, count: 3, at: ${NOON}, detection: 3 d }` },
      drills: ['rot'],
    })
    expect(mailbox).toBeUndefined()
    expect(share).toMatchObject({ outcome: 'recovered', verified: true })
    expect(share!.rpo_s! / (LAST_RPO_S + 3 * DAY_S)).toBeCloseTo(1, 3)
    expect(share!.restored_bytes).toBeLessThan(150e6)
  })
})

describe('what nobody notices', { timeout: 60_000 }, () => {
  const noDump = '{ kind: silent-failure, target: nas, at: 2026-01-09T12:00:00Z, detection: 30 d }'

  it('silent failure: jobs succeed and store nothing; the last true point survives', async () => {
    const { share, jobs } = await staged({
      hazards: { 'no-dump': noDump, dead },
      drills: ['dead'],
      background: ['no-dump'],
    })
    const nights = jobs.filter(({ job }) => job === 'backup-1')
    expect(nights.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    expect(nights.map(({ written_bytes }) => written_bytes > 0).slice(0, 7)).toEqual([
      ...Array(5).fill(true),
      false,
      false,
    ])
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas' })
    expect(share!.rpo_s! / (LAST_RPO_S + 3 * DAY_S)).toBeCloseTo(1, 3)
  })

  it('silent failure: who looks for what a job left behind finds it within the grace', async () => {
    const { share } = await staged({
      hazards: { 'no-dump': noDump, dead },
      drills: ['dead'],
      background: ['no-dump'],
      monitoring: 'monitoring: { missed-job: { grace: 4 h, delay: 1 h } }',
    })
    // The night to the tenth stored nothing, which was put right at six.
    expect(share!.rpo_s! / LAST_RPO_S).toBeCloseTo(1, 3)
  })

  it('silent failure: an alarm that reaches nobody helps nobody', async () => {
    const deaf = '{ kind: monitoring-failure, target: office, at: 2026-01-08T12:00:00Z, detection: 30 d }'
    const { share } = await staged({
      hazards: { 'no-dump': noDump, deaf, dead },
      drills: ['dead'],
      background: ['no-dump', 'deaf'],
      monitoring: 'monitoring: { missed-job: { grace: 4 h } }',
    })
    expect(share!.rpo_s! / (LAST_RPO_S + 3 * DAY_S)).toBeCloseTo(1, 3)
  })

  const bug = '{ kind: software-bug, target: nas, at: 2026-01-09T12:00:00Z, detection: 30 d }'

  it('software bug: packs of its time are spoilt; those from before restore', async () => {
    const { share, jobs } = await staged({
      hazards: { bug, dead },
      drills: ['dead'],
      background: ['bug'],
      jobs: [BACKUP, MAIL],
    })
    expect(jobs.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    expect(share).toMatchObject({ outcome: 'degraded', store: 'nas', verified: true })
    expect(share!.rpo_s! / (LAST_RPO_S + 3 * DAY_S)).toBeCloseTo(1, 3)
  })

  it('software bug: a verify job whose findings are read ends it', async () => {
    const verify = '- verify: { store: nas, sample: 100 %, at: daily 05:00 }'
    const { jobs } = await staged({
      hazards: { bug, dead },
      drills: ['dead'],
      background: ['bug'],
      jobs: [BACKUP.replace('snapshot', 'full'), MAIL, verify],
      monitoring: 'monitoring: { failed-verify: {} }',
      horizon: '12 d',
    })
    const found = jobs.filter(({ kind }) => kind === 'verify').map(({ reason }) => reason)
    expect(found.slice(0, 5).join('')).toBe('')
    expect(found[5]).toMatch(/\d+ errors found/)
    // Nothing more is spoilt after it.
    expect(new Set(found.slice(5, 10)).size).toBe(1)
  })

  it('restore failure: the recovery goes on with the next copy, and in the end has none', async () => {
    const { share } = await staged({
      hazards: {
        tape: '{ kind: restore-failure, target: nas, share: 100 %, at: 2026-01-12T00:00:00Z, detection: 30 d }',
        dead,
      },
      drills: ['dead'],
      background: ['tape'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
    const alone = await staged({
      hazards: {
        tape: '{ kind: restore-failure, target: nas, share: 100 %, at: 2026-01-12T00:00:00Z, detection: 30 d }',
        dead,
      },
      drills: ['dead'],
      background: ['tape'],
      jobs: [BACKUP],
    })
    expect(alone.share).toMatchObject({ outcome: 'lost', restored_bytes: 0 })
  })

  it('key loss: the jobs go on, and only the store whose key is known restores', async () => {
    const hazards = { forgotten: '{ kind: key-loss, target: bucket, at: 2026-01-08T00:00:00Z }', fire, dead }
    const { incidents, jobs } = await staged({ hazards, drills: ['fire', 'dead'], background: ['forgotten'] })
    expect(jobs.filter(({ job }) => job === 'copy').every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    expect(incidents.map(({ hazard, outcome, store }) => ({ hazard, outcome, store }))).toEqual([
      { hazard: 'dead', outcome: 'recovered', store: 'nas' },
      { hazard: 'fire', outcome: 'lost', store: undefined },
      { hazard: 'fire', outcome: 'lost', store: undefined },
    ])
    expect(incidents[1]!.reason).toContain('bucket')
  })

  it('catalogue loss: the index is made again from the packs, and everything is there', async () => {
    const { share } = await staged({
      hazards: { index: '{ kind: catalogue-loss, target: nas, stored: true, at: 2026-01-12T11:00:00Z }', dead },
      drills: ['dead'],
      background: ['index'],
      jobs: [BACKUP],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(share!.rpo_s! / LAST_RPO_S).toBeCloseTo(1, 3)
  })

  it('clock skew: points have the wrong time and hold what was there at the true one', async () => {
    const late = '{ kind: clock-skew, target: files, skew: { behind: 3 d }, at: 2026-01-11T12:00:00Z, detection: 30 d }'
    const { share } = await staged({ hazards: { late, dead }, drills: ['dead'], background: ['late'], jobs: [BACKUP] })
    // People take the night to the 11th for the newest: the one to the 12th says that it is of the 9th.
    expect(share).toMatchObject({ outcome: 'degraded', verified: true })
    expect(share!.rpo_s! / (LAST_RPO_S + DAY_S)).toBeCloseTo(1, 3)
    expect(share!.reason).toBe(
      'a clock was wrong: a point of 2026-01-12T01:00 on nas says 2026-01-09T01:00, ' +
        'the one taken, of 2026-01-11T01:00, says 2026-01-11T01:00',
    )
  })

  it('clock skew: a tainted point that says it is old is found out, and costs its time', async () => {
    const late = `{ kind: clock-skew, target: files, skew: { behind: 20 h }, at: 2026-01-12T13:00:00Z, detection: 30 d }`
    const slow = `{ kind: deletion, target: documents, share: 30 %, at: ${NOON}, detection: 2 d }`
    const { share } = await staged({ hazards: { late, slow }, drills: ['slow'], background: ['late'], jobs: [BACKUP] })
    expect(share).toMatchObject({ outcome: 'degraded', verified: true })
    expect(share!.recoveryPoint_s! / LAST_BACKUP_S).toBeCloseTo(1, 6)
  })

  it('retention that runs on: good points are thinned out while tainted ones come in', async () => {
    const keeps = BACKUP.replace('daily 01:00', 'hourly, keep: { dialect: restic, last: 6 }')
    const slow = `{ kind: ransomware, target: office, at: ${NOON}, dwell: 2 h, credentials: [] }`
    const runsOn = '{ kind: retention-runs-on, target: nas, at: 2026-01-12T00:00:00Z, detection: 30 d }'
    const parts = { hazards: { slow, 'runs-on': runsOn }, drills: ['slow'], jobs: [keeps] }
    const stopped = await staged(parts)
    expect(stopped.share).toMatchObject({ outcome: 'recovered' })
    // The plan has the recovery begin half an hour after the detection; with six kept, six hours more forget all.
    const late = await staged({ ...parts, background: ['runs-on'], declare: '6 h' })
    expect(late.share).toMatchObject({ outcome: 'lost' })
  })
})

describe('who is not who he says', { timeout: 60_000 }, () => {
  const keeps = BACKUP.replace('daily 01:00', 'daily 01:00, keep: { dialect: restic, daily: 5 }')
  const poison = '{ kind: retention-poisoning, target: nas, from: post, snapshots: 10, at: 2026-01-11T12:00:00Z }'

  it('forged snapshots drive out true ones; nobody takes them for data', async () => {
    const { share } = await staged({
      hazards: { poison, dead },
      drills: ['dead'],
      background: ['poison'],
      jobs: [keeps],
    })
    expect(share).toMatchObject({ outcome: 'lost', restored_bytes: 0 })
    expect(share!.reason).toContain('what it holds is not documents')
  })

  it('object lock keeps the true ones, and they are found behind the forged', async () => {
    const toBucket = keeps.replace('to: nas', 'to: bucket')
    const { share } = await staged({
      hazards: { poison: poison.replace('target: nas', 'target: bucket'), dead },
      drills: ['dead'],
      background: ['poison'],
      jobs: [toBucket],
      lock: '14 d',
    })
    expect(share).toMatchObject({ outcome: 'degraded', store: 'bucket', verified: true })
    expect(share!.rpo_s! / LAST_RPO_S).toBeCloseTo(1, 2)
  })

  it('a stolen credential deletes what it opens; the other store survives', async () => {
    const stolen = '{ kind: credential-compromise, target: nas, from: post, at: 2026-01-12T11:00:00Z }'
    const { share } = await staged({ hazards: { stolen, dead, deleted }, drills: ['dead'], background: ['stolen'] })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
    const alone = await staged({ hazards: { stolen, dead }, drills: ['dead'], background: ['stolen'], jobs: [BACKUP] })
    expect(alone.share).toMatchObject({ outcome: 'lost' })
  })
})
