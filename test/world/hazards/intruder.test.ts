import { describe, expect, it } from 'vitest'
import { BACKUP, COPY, DAY_S, HOUR_S, LAST_BACKUP_S, MAIL, NOON, NOON_S, staged } from './small-estate.ts'

/**
 * The machines hold what their backups need; who runs the stores sits elsewhere. `held` is what the program on the machine
 * that is broken into may do with the NAS, `copier` with the bucket.
 */
function securityWith({ held, role, vault = '' }: { held: string; role: string; vault?: string }): string {
  return `
security:
  credentials:
    nas-jobs: { store: nas, may: [${held}], key: ${role} }
    nas-root: { store: nas, may: [read, write, delete], key: administrator }
    bucket-jobs: { store: bucket, may: [read, write], key: writer }
    bucket-root: { store: bucket, may: [read, write, delete], key: administrator }
    domain: { unlocks: [nas-root, bucket-root] }
  principals:
    backup-agent: { node: files, holds: [nas-jobs, bucket-jobs${vault}], does: [backup, copy] }
    owner: { holds: [nas-root, bucket-root], does: [restore, verify] }`
}

const attack = `{ kind: ransomware, target: office, at: ${NOON}, dwell: 6 h, attack: 100 % }`
const jobs = [BACKUP, MAIL, COPY]

describe('an intruder who takes what he finds on the machines', { timeout: 60_000 }, () => {
  it('deletes nothing where the jobs may only append: the store refuses him', async () => {
    const { share } = await staged({
      hazards: { attack },
      drills: ['attack'],
      jobs,
      security: securityWith({ held: 'read, write', role: 'writer' }),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    // Work since the night before the first encrypted file is lost, up to the detection.
    expect(share!.rpo_s! / (NOON_S + 6 * HOUR_S - LAST_BACKUP_S)).toBeCloseTo(1, 3)
  })

  it('deletes from the store whose credential lets the jobs delete; the other is left', async () => {
    const { share } = await staged({
      hazards: { attack },
      drills: ['attack'],
      jobs,
      security: securityWith({ held: 'read, write, delete', role: 'administrator' }),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
  })

  it('deletes everything where a machine holds what unlocks everything', async () => {
    const { share } = await staged({
      hazards: { attack },
      drills: ['attack'],
      jobs,
      security: securityWith({ held: 'read, write', role: 'writer', vault: ', domain' }),
    })
    expect(share).toMatchObject({ outcome: 'lost' })
  })

  it('meets object lock even so', async () => {
    const { share } = await staged({
      hazards: { attack },
      drills: ['attack'],
      jobs,
      lock: '30 d',
      security: securityWith({ held: 'read, write', role: 'writer', vault: ', domain' }),
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket' })
  })

  it('does not reach what is not plugged in when he shows himself; the copy of the night and the restore do', async () => {
    const parts = {
      hazards: { attack },
      drills: ['attack'],
      jobs,
      security: securityWith({ held: 'read, write, delete', role: 'administrator', vault: ', domain' }),
    }
    const behindGap = await staged({ ...parts, connected: 'daily 01:30-04:00' })
    expect(behindGap.share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
    expect(behindGap.jobs.filter(({ kind }) => kind === 'copy').every(({ outcome }) => outcome === 'succeeded')).toBe(
      true,
    )
    const pluggedIn = await staged({ ...parts, connected: 'daily 01:30-19:00' })
    expect(pluggedIn.share).toMatchObject({ outcome: 'lost' })
  })

  it('reaches other machines in time; what he has not reached survives', async () => {
    const slow = attack.replace('dwell: 6 h', 'dwell: 6 h, entry: post, spread: 8 h')
    const { incidents } = await staged({ hazards: { attack: slow }, drills: ['attack'] })
    expect(incidents.map(({ service }) => service)).toEqual(['mailbox'])
    const fast = attack.replace('dwell: 6 h', 'dwell: 6 h, entry: post, spread: 4 h')
    const both = await staged({ hazards: { attack: fast }, drills: ['attack'] })
    expect(both.incidents.map(({ service }) => service)).toEqual(['share', 'mailbox'])
  })

  it('is quiet until he encrypts: backups of the dwell are clean', async () => {
    const quick = attack.replace('dwell: 6 h', 'dwell: 3 d, encryption: 100 kB/s')
    const { share } = await staged({ hazards: { attack: quick }, drills: ['attack'] })
    // The night before the first encrypted file: three days after he came in.
    expect(share!.recoveryPoint_s! / (LAST_BACKUP_S + 3 * DAY_S)).toBeCloseTo(1, 3)
    // 200 MB and what has grown, at 100 kB/s.
    expect(share!.detected_s - share!.onset_s).toBeGreaterThan(1900)
    expect(share!.detected_s - share!.onset_s).toBeLessThan(2300)
  })
})

describe('roles of the engine', { timeout: 60_000 }, () => {
  it('a key for readers restores; one for writers backs up', async () => {
    const security = `
security:
  credentials:
    in: { store: nas, may: [read, write], key: writer }
    out: { store: nas, may: [read], key: reader }
  principals:
    agent: { node: files, holds: [in], does: [backup] }
    operator: { holds: [out], does: [restore] }`
    const { share, jobs: runs } = await staged({
      hazards: { dead: `{ kind: node, target: files, at: ${NOON} }` },
      drills: ['dead'],
      jobs: [BACKUP],
      security,
    })
    expect(runs.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
  })

  it('whom nobody gave a key for the restore has none', async () => {
    const security = `
security:
  credentials:
    in: { store: nas, may: [read, write], key: writer }
  principals:
    agent: { node: files, holds: [in], does: [backup] }`
    const { share } = await staged({
      hazards: { dead: `{ kind: node, target: files, at: ${NOON} }` },
      drills: ['dead'],
      jobs: [BACKUP],
      security,
    })
    expect(share).toMatchObject({ outcome: 'lost' })
    expect(share!.reason).toContain('may not')
  })
})

describe('detectors', { timeout: 60_000 }, () => {
  const hidden = `{ kind: ransomware, target: office, at: ${NOON}, dwell: 3 d, credentials: [nas] }`
  const found = async (monitoring: string) => {
    const { share } = await staged({
      hazards: { attack: hidden },
      drills: ['attack'],
      jobs: [BACKUP],
      horizon: '14 d',
      ...(monitoring === '' ? {} : { monitoring: `monitoring: ${monitoring}` }),
    })
    return share
  }

  it('without any, he shows himself, and deletes the backups', async () => {
    const share = await found('')
    expect(share).toMatchObject({ outcome: 'lost' })
    expect(share!.detected_s - share!.onset_s).toBe(3 * DAY_S)
  })

  it('entropy: the first backup of encrypted files tells, and he is cut off before he deletes', async () => {
    const share = await found('{ entropy: { above: 5 %, delay: 1 h } }')
    expect(share).toMatchObject({ outcome: 'recovered', store: 'nas' })
    // The backup of the next night, a few seconds long, and an hour.
    const told_s = LAST_BACKUP_S + DAY_S + HOUR_S
    expect(share!.detected_s).toBeGreaterThan(told_s)
    expect(share!.detected_s).toBeLessThan(told_s + 120)
    expect(share!.rpo_s! / (share!.detected_s - LAST_BACKUP_S)).toBeCloseTo(1, 3)
  })

  it('change rate: as much new data in one night as in many', async () => {
    expect(await found('{ change-rate: { times: 1.5 } }')).toMatchObject({ outcome: 'recovered' })
  })

  it('size: a third of the files is gone', async () => {
    const slow = `{ kind: deletion, target: documents, share: 40 %, at: ${NOON}, detection: 20 d }`
    const { share } = await staged({
      hazards: { slow },
      drills: ['slow'],
      jobs: [BACKUP],
      monitoring: 'monitoring: { size: { above: 5 % } }',
    })
    expect(share!.detected_s).toBeLessThan(NOON_S + DAY_S)
    expect(share).toMatchObject({ outcome: 'recovered', verified: true })
  })

  it('an alarm that is missed is none', async () => {
    expect(await found('{ entropy: { above: 20 %, miss: 100 % } }')).toMatchObject({ outcome: 'lost' })
  })
})

describe('monitoring of jobs that leave no record in a repository', { timeout: 60_000 }, () => {
  const slow = `{ kind: ransomware, target: office, at: ${NOON}, dwell: 3 d, credentials: [] }`
  const monitoring = 'monitoring: { missed-job: { grace: 1 h } }'
  const hourly = '- snapshot: { dataset: documents, last: 24, at: "30 * * * *" }'
  const thinning = '- prune: { store: nas, keep: { dialect: restic, last: 5 }, at: daily 05:00 }'

  it('takes a run for done when it has succeeded: nobody is alarmed, and nothing shows the intruder', async () => {
    const { share } = await staged({
      hazards: { slow },
      drills: ['slow'],
      jobs: [...jobs, hourly, thinning],
      monitoring,
    })
    expect(share!.detected_s - share!.onset_s).toBe(3 * DAY_S)
  })

  it('hears of a copy that did not come for want of a line, and learns nothing of an intruder from it', async () => {
    const cut = '{ kind: link-outage, target: wan, duration: 2 d, at: 2026-01-12T13:00:00Z }'
    const { share } = await staged({ hazards: { slow, cut }, drills: ['slow'], background: ['cut'], monitoring })
    expect(share!.detected_s - share!.onset_s).toBe(3 * DAY_S)
  })
})
