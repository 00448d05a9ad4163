import {
  CreateBucketCommand,
  GetObjectRetentionCommand,
  PutBucketVersioningCommand,
  PutObjectRetentionCommand,
  S3Client,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Store } from '../../../src/adapters/s3/s3-store.ts'
import type { S3StoreOptions } from '../../../src/adapters/s3/s3-store.ts'
import { Bandwidth } from '../../../src/adapters/real/bandwidth.ts'
import { heldBytes } from '../../../src/engine/bytes/held-bytes.ts'
import { AccessDeniedError, ObjectLockedError, StoreUnavailableError } from '../../../src/engine/errors.ts'
import type { BlobStore } from '../../../src/engine/ports.ts'
import { describeBlobStore } from '../blob-store-conformance.ts'
import type { BlobStoreUnderTest } from '../blob-store-conformance.ts'
import { startCephGateway } from './ceph-gateway.ts'
import type { S3Server } from './ceph-gateway.ts'

let server: S3Server
let client: S3Client
let buckets = 0

beforeAll(async () => {
  server = await startCephGateway()
  const { endpoint, credentials } = server
  client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
}, 120_000)
afterAll(async () => {
  client?.destroy()
  await server?.stop()
})

type Kind = 'plain' | 'versioned' | 'locking'

async function newBucket(kind: Kind): Promise<string> {
  const Bucket = `bucket-${++buckets}`
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: kind === 'locking' }))
  if (kind === 'versioned')
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  return Bucket
}

function storeIn(bucket: string, options: S3StoreOptions = {}, prefix = 'some/prefix/'): BlobStore {
  const { endpoint, credentials } = server
  return s3Store({ endpoint, bucket, prefix }, { credentials, ...options })
}

async function underTest(kind: Kind): Promise<BlobStoreUnderTest> {
  const bucket = await newBucket(kind)
  const store = storeIn(bucket, { lockMode: 'GOVERNANCE' })
  const neighbour = storeIn(bucket, {}, 'some/prefix-of-another/')
  await neighbour.put('data/of-another', [Buffer.from('not mine')])
  return {
    store,
    now: () => Date.now() / 1000,
    clockStep_s: 1,
    // Nobody waits for a month here: who may govern the locks sets them to end now.
    ...(kind === 'locking' ? { passInstant: () => endLocks(bucket) } : {}),
  }
}

/** In seconds, cut down to whole ones, and still to come when the server gets to it. */
async function endLocks(Bucket: string): Promise<void> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'some/prefix/' }))
  for (const { Key, VersionId } of Versions)
    await client.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        VersionId,
        BypassGovernanceRetention: true,
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 3000) },
      }),
    )
  await new Promise((resolve) => setTimeout(resolve, 4000))
}

describeBlobStore('S3', () => underTest('plain'))
describeBlobStore('S3 with versions', () => underTest('versioned'))
describeBlobStore('S3 with object lock', () => underTest('locking'))

const body = [Buffer.from('content')]

describe('S3 as a store', () => {
  it('lists more blobs than one answer holds', async () => {
    const store = storeIn(await newBucket('plain'))
    const names = Array.from({ length: 1050 }, (_, number) => `data/${String(number).padStart(4, '0')}`)
    for (let from = 0; from < names.length; from += 50)
      await Promise.all(names.slice(from, from + 50).map((name) => store.put(name, body)))
    const listed: string[] = []
    for await (const { name } of store.list('data/')) listed.push(name)
    expect(listed).toEqual(names)
  })

  it('holds packs of the size they usually have', async () => {
    const store = storeIn(await newBucket('plain'))
    const pack = Buffer.alloc(17 * 1024 * 1024 + 3, 'a pack')
    await store.put('data/ab/pack', [pack.subarray(0, 5_000_000), pack.subarray(5_000_000)])
    expect(Buffer.compare(heldBytes(await store.get('data/ab/pack')), pack)).toBe(0)
    const range = { start: 9_999_990, end: 10_000_010 }
    expect(await store.get('data/ab/pack', range)).toEqual(new Uint8Array(pack.subarray(range.start, range.end)))
  })

  it('frees the space of a version that it deletes, and leaves no marker', async () => {
    const bucket = await newBucket('versioned')
    const store = storeIn(bucket)
    await store.put('data/one', body)
    await store.delete('data/one')
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []])
  })
})

// They wait for their locks' ends together.
describe.concurrent('a lock of S3', () => {
  it('can be ended by nobody in compliance mode, which is the default', async () => {
    const bucket = await newBucket('locking')
    const store = storeIn(bucket)
    const lockUntil = Date.now() / 1000 + 3
    await store.put('snapshots/one', body, { lockUntil })
    await expect(store.delete('snapshots/one')).rejects.toThrow(ObjectLockedError)
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    const end = client.send(
      new PutObjectRetentionCommand({
        Bucket: bucket,
        Key: Versions[0]?.Key,
        VersionId: Versions[0]?.VersionId,
        BypassGovernanceRetention: true,
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 3000) },
      }),
    )
    await expect(end).rejects.toMatchObject({ name: 'AccessDenied' })
    await new Promise((resolve) => setTimeout(resolve, (lockUntil + 1.5) * 1000 - Date.now()))
    await store.delete('snapshots/one')
  })

  it('is extended as one that nobody can end, where it is one, and no request shortens it', async () => {
    const bucket = await newBucket('locking')
    const store = storeIn(bucket)
    const start = Math.ceil(Date.now() / 1000)
    await store.put('snapshots/one', body, { lockUntil: start + 3 })
    expect(await store.extendLock!('snapshots/one', start + 4, start + 6)).toBe(start + 6)
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    const object = { Bucket: bucket, Key: Versions[0]?.Key, VersionId: Versions[0]?.VersionId }
    const { Retention } = await client.send(new GetObjectRetentionCommand(object))
    expect(Retention).toMatchObject({ Mode: 'COMPLIANCE', RetainUntilDate: new Date((start + 6) * 1000) })
    for (const BypassGovernanceRetention of [true, false])
      await expect(
        client.send(
          new PutObjectRetentionCommand({
            ...object,
            BypassGovernanceRetention,
            Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date((start + 3) * 1000) },
          }),
        ),
      ).rejects.toMatchObject({ name: 'AccessDenied' })
    await new Promise((resolve) => setTimeout(resolve, (start + 4.5) * 1000 - Date.now()))
    await expect(store.delete('snapshots/one')).rejects.toThrow(ObjectLockedError)
  })
})

describe('S3 over a line that is shared with others', () => {
  it('is written to and read from no faster than it may be, whatever goes at once', async () => {
    const limits = { upload: new Bandwidth(1_000_000), download: new Bandwidth(2_000_000) }
    const store = storeIn(await newBucket('plain'), { limits })
    const blob = randomBytes(400_000)
    const start_ms = performance.now()
    await Promise.all([store.put('data/a', [blob]), store.put('data/b', [blob])])
    const written_ms = performance.now()
    const contents = await Promise.all([store.get('data/a'), store.get('data/b', { start: 0, end: 400_000 })])
    const read_ms = performance.now()
    expect(contents.map((content) => blob.equals(heldBytes(content)))).toEqual([true, true])
    // 800 kB at 1 MB/s, and at 2 MB/s; up to 0.1 s may be made up for.
    expect(written_ms - start_ms).toBeGreaterThan(700)
    expect(read_ms - written_ms).toBeGreaterThan(300)
  })
})

describe('S3 as a store that cannot be used', () => {
  it('says when there is no such bucket', async () => {
    const store = storeIn('nowhere')
    await expect(store.put('config', body)).rejects.toThrow(StoreUnavailableError)
    await expect(store.get('config')).rejects.toThrow('there is no bucket nowhere; make it first')
  })

  it('says when it is refused', async () => {
    const credentials = { accessKeyId: 'FIREDRILLTEST', secretAccessKey: 'wrong' }
    const store = storeIn(await newBucket('plain'), { credentials })
    await expect(store.get('config')).rejects.toThrow(AccessDeniedError)
    await expect(store.put('config', body)).rejects.toThrow('the store refuses it')
  })

  it('says when nobody answers', async () => {
    const store = s3Store(
      { endpoint: 'http://127.0.0.1:9', bucket: 'bucket', prefix: '' },
      { credentials: server.credentials, attempts: 1 },
    )
    await expect(store.get('config')).rejects.toThrow(StoreUnavailableError)
    await expect(store.get('config')).rejects.toThrow('ECONNREFUSED')
  })
})
