import { describe, expect, it } from 'vitest'
import { BACKUP, MAIL, NOON, staged } from '../world/hazards/small-estate.ts'

const FULLS = BACKUP.replace('to: nas, type: snapshot', 'to: bucket, type: full')
const attack = `{ kind: ransomware, target: office, at: ${NOON}, dwell: 1 h, credentials: [bucket], attack: 100 % }`
/** A full each night, locked for three days: of the seven, those of the last three nights are out of his reach. */
const parts = { hazards: { attack }, drills: ['attack'], jobs: [FULLS, MAIL], lock: '3 d' }

describe('an attacker who encrypts the machines takes what backup programs kept on them', { timeout: 60_000 }, () => {
  it('so a repository whose configuration has outlived its lock is shut for good, with all its locked packs', async () => {
    const { share } = await staged(parts)
    expect(share).toMatchObject({
      outcome: 'lost',
      reason: 'bucket: its configuration is gone, and nothing opens the rest',
    })
  })

  it('and it opens where each backup renews the locks of configuration and keys', async () => {
    const { share } = await staged({ ...parts, jobs: [FULLS.replace('full', 'full, renew-locks: true'), MAIL] })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
  })

  it('or where a copy of them lies in a safe', async () => {
    const { share } = await staged({ ...parts, repository: 'key-copy: true' })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
  })

  it('but not from a machine that he does not come to: what it kept opens the repository', async () => {
    const deletion = `{ kind: deletion, target: documents, share: 20 %, at: ${NOON}, detection: 2 h }`
    const theft = '{ kind: credential-compromise, target: bucket, from: post, at: 2026-01-12T11:00:00Z }'
    const { share } = await staged({
      ...parts,
      hazards: { slip: deletion, theft },
      drills: ['slip'],
      background: ['theft'],
    })
    expect(share).toMatchObject({ outcome: 'recovered', store: 'bucket', verified: true })
  })
})
