import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCephGateway } from '../../adapters/s3/ceph-gateway.ts'
import type { S3Server } from '../../adapters/s3/ceph-gateway.ts'
import { parseS3Location } from '../../../src/adapters/s3/s3-location.ts'
import { s3Store } from '../../../src/adapters/s3/s3-store.ts'
import { ObjectLockedError } from '../../../src/engine/errors.ts'
import { createMessyTree, describeTree } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'
import type { Outcome } from '../command-line.ts'

let server: S3Server
const desk = new Desk()

beforeAll(async () => {
  server = await startCephGateway()
  const { endpoint, credentials } = server
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: 'backups' }))
  await client.send(new CreateBucketCommand({ Bucket: 'locking', ObjectLockEnabledForBucket: true }))
  client.destroy()
}, 120_000)
afterAll(async () => {
  desk.clear()
  await server?.stop()
})

function run(...words: string[]): Outcome {
  const { accessKeyId, secretAccessKey } = server.credentials
  return desk.repo(words, {
    FIREDRILL_PASSWORD: 'correct horse',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  })
}

function done(...words: string[]): string {
  const { code, stdout, stderr } = run(...words)
  expect([code, stderr], words.join(' ')).toEqual([0, ''])
  return stdout
}

describe('a repository in S3', { timeout: 120_000 }, () => {
  it('gives back a tree as it was, is checked, thinned out and copied to a disk', () => {
    const office = `s3:${server.endpoint}/backups/office`
    createMessyTree(desk.at('tree'))
    done('init', office)
    expect(run('init', office)).toMatchObject({ code: 2 })
    done('backup', office, 'tree')
    const before = describeTree(desk.at('tree'))
    rmSync(desk.at('tree', 'big'))
    writeFileSync(desk.at('tree', 'docs', 'new'), 'new')
    done('backup', office, 'tree')
    expect(done('check', office, '--read-data')).toBe('No errors found\n')
    const [first] = JSON.parse(done('snapshots', office, '--json'))
    done('restore', office, first.id, 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(before)
    done('init', 'disk', '--copy-of', office)
    done('copy', office, 'disk')
    done('forget', office, first.id)
    // What is needed of a pack is copied first; the old pack goes with the next prune.
    done('prune', office, '--grace', '0', '--max-unused', '0')
    expect(JSON.parse(done('prune', office, '--grace', '0', '--json')).freed_bytes).toBeGreaterThan(4_000_000)
    expect(done('check', office, '--read-data')).toBe('No errors found\n')
    expect(done('check', 'disk', '--read-data')).toBe('No errors found\n')
    done('restore', office, 'latest', 'latest')
    expect(describeTree(desk.at('latest'))).toEqual(describeTree(desk.at('tree')))
  })

  it('keeps what is locked from whoever prunes', async () => {
    const locked = `s3:${server.endpoint}/locking/office`
    done('init', locked)
    done('backup', locked, desk.at('tree'), '--lock', '1')
    const { code, stderr } = run('forget', locked, 'latest')
    expect([code, stderr]).toEqual([1, expect.stringContaining('the store holds a lock on it')])
    done('backup', locked, desk.at('tree'), '--lock', '1')
    expect(done('forget', locked, '--keep', 'last=1', '--dry-run')).toMatch(/^locked .*\nkeep /)
    expect(done('forget', locked, '--keep', 'last=1')).toContain('1 snapshot locked, left for a later forget')
    expect(done('snapshots', locked)).toMatch(/LOCKED UNTIL[^]*2 snapshots/)
    expect(done('lock', locked)).toContain('2 snapshots locked with all that they need; 0 locks extended')
    // Configuration, key, packs, index files and snapshots.
    const { extended } = JSON.parse(done('lock', locked, '--days', '2', '--json'))
    expect(extended).toBeGreaterThan(6)
    expect(done('check', locked)).toContain('No errors found')
    // Who may delete what is not locked takes neither the configuration nor its copy.
    const store = s3Store(parseS3Location(locked), { credentials: server.credentials })
    for (const blob of ['config', 'config-copy']) await expect(store.delete(blob)).rejects.toThrow(ObjectLockedError)
  })

  it('says when there is no lock to be had', () => {
    const open = `s3:${server.endpoint}/backups/open`
    done('init', open)
    const { code, stderr } = run('backup', open, desk.at('tree', 'docs'), '--lock', '1')
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/has no object lock[^]*not locked as asked for; it is there/),
    ])
    expect(run('lock', open, '--days', '1')).toMatchObject({ code: 2 })
    expect(run('lock', open, 'latest', '--days', '1')).toMatchObject({ code: 1 })
  })

  it('tells mistakes in one line', () => {
    const first = (...words: string[]): string => run(...words).stderr.split('\n', 1)[0]!
    expect(first('snapshots', `s3:${server.endpoint}/backups/none`)).toMatch(/there is no repository in s3:/)
    expect(first('snapshots', `s3:${server.endpoint}/no-such-bucket`)).toMatch(/there is no bucket no-such-bucket/)
    expect(first('snapshots', 's3:https://user:secret@host/bucket')).toMatch(/carries credentials/)
    const { stderr, code } = desk.repo(['snapshots', `s3:${server.endpoint}/backups/office`], {
      FIREDRILL_PASSWORD: 'correct horse',
      AWS_ACCESS_KEY_ID: 'who',
      AWS_SECRET_ACCESS_KEY: 'knows',
    })
    expect([code, stderr]).toEqual([1, expect.stringContaining('the store refuses it')])
  })
})
