import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { HeadObjectCommandOutput, S3ClientConfig } from '@aws-sdk/client-s3'
import { BlobExistsError, BlobNotFoundError, ObjectLockedError } from '../../engine/errors.ts'
import { StoreUnavailableError } from '../../engine/errors.ts'
import type { BlobInfo, BlobStore, ByteRange, Content, Instant, PutOptions } from '../../engine/ports.ts'
import type { TransferLimits } from '../real/bandwidth.ts'
import { heldBytes } from '../../engine/bytes/held-bytes.ts'
import { limitTransfers, silenceWithin } from './limited-transfers.ts'
import { patiently } from './retries.ts'
import { attemptsOf, errorCode, httpStatus, s3Error } from './s3-errors.ts'
import type { S3Location } from './s3-location.ts'

export interface S3StoreOptions {
  /** By default those that every AWS program uses: AWS_ACCESS_KEY_ID and so on, a profile, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Default: that of the location, AWS_REGION, AWS_DEFAULT_REGION, else us-east-1, which most other providers accept. */
  readonly region?: string
  /** Mode of object lock. `COMPLIANCE`, the default: nobody can end it early. `GOVERNANCE`: holders of a special right can. */
  readonly lockMode?: 'COMPLIANCE' | 'GOVERNANCE'
  /** Requests made before the store counts as unavailable. Default 5. */
  readonly attempts?: number
  readonly limits?: TransferLimits
}

/** Concurrent requests for the locks of blobs, which listings do not contain. */
const LOOKS_AT_ONCE = 16
/** Time limit for a connection to be established, and for each response to continue, milliseconds. */
const CONNECT_MS = 10_000
const SILENCE_MS = 60_000
/**
 * The client waits between attempts for a random time up to 0.1 s, then up to twice as long each time, at most 20 s.
 * The first few attempts take 1.5 s, for a mistyped address; all of them up to a minute and a half, 45 s on average,
 * for a night's backup while the store restarts.
 */
const ATTEMPTS_AT_FIRST = 5
const ATTEMPTS_LATER = 12
/** A body that breaks off is requested again. */
const READS_AT_MOST = 3

/**
 * A blob store in S3 or a compatible service: one object per blob, below the prefix of the location. A blob is put in
 * one request on the condition that its name is free (`If-None-Match: *`), so it exists completely or not at all and is
 * never overwritten. In a bucket with versions a deletion deletes the version, so that its space is freed and its lock
 * holds; object lock is requested where the bucket has it. This works for objects of up to 5 GB, and packs are smaller.
 */
export function s3Store(location: S3Location, options: S3StoreOptions = {}): BlobStore {
  return new S3Store(location, options)
}

class S3Store implements BlobStore {
  readonly copies = true
  readonly name: string
  readonly #bucket: string
  readonly #prefix: string
  #client: S3Client
  readonly #lockMode: 'COMPLIANCE' | 'GOVERNANCE'
  /** Amazon's S3 honours conditions. Some other services do so only in buckets without versions, and some never. */
  readonly #keepsConditions: boolean
  #locks: Promise<boolean> | undefined

  constructor(location: S3Location, options: S3StoreOptions) {
    const { endpoint, bucket, prefix } = location
    this.name = `s3:${endpoint}/${bucket}/${prefix}`.replace(/\/$/, '')
    this.#bucket = bucket
    this.#prefix = prefix
    this.#keepsConditions = isAmazon(endpoint)
    this.#lockMode = options.lockMode ?? 'COMPLIANCE'
    const client = (attempts: number): S3Client => {
      const made = new S3Client({
        ...clientConfiguration(location, options),
        retryStrategy: patiently(options.attempts ?? attempts),
      })
      limitTransfers(made, options.limits ?? {})
      return made
    }
    const first = client(ATTEMPTS_AT_FIRST)
    this.#client = first
    first.middlewareStack.add(
      (next) => async (request) => {
        const answer = await next(request)
        if (this.#client === first) this.#client = client(ATTEMPTS_LATER)
        return answer
      },
      { step: 'initialize' },
    )
  }

  async put(name: string, parts: readonly Content[], options: PutOptions = {}): Promise<void> {
    const body = Buffer.concat(parts.map(heldBytes))
    const lockUntil = options.lockUntil !== undefined && (await this.#hasLocks()) ? options.lockUntil : undefined
    const request = {
      ...this.#key(name),
      Body: body,
      IfNoneMatch: '*',
      ContentType: 'application/octet-stream',
      // A request with a lock must carry a checksum of its body.
      ...(lockUntil === undefined
        ? {}
        : {
            ContentMD5: createHash('md5').update(body).digest('base64'),
            ObjectLockMode: this.#lockMode,
            ObjectLockRetainUntilDate: inWholeSeconds(lockUntil),
          }),
    }
    await this.#attempt('write', name, async () => {
      if (!this.#keepsConditions && (await this.#exists(name))) throw this.#taken(name)
      try {
        const { VersionId } = await this.#client.send(new PutObjectCommand(request))
        if (!this.#keepsConditions && VersionId !== undefined) await this.#withdrawUnlessFirst(name, VersionId)
      } catch (error) {
        if (httpStatus(error) !== 412) throw error
        // An earlier attempt may have succeeded with its response lost.
        if (attemptsOf(error) > 1 && Buffer.compare(await this.#read(name, undefined), body) === 0) return
        throw this.#taken(name, error)
      }
    })
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    return this.#attempt('read', name, async () => {
      if (range !== undefined && range.end <= range.start) {
        await this.#look(name)
        return new Uint8Array(0)
      }
      return this.#read(name, range)
    })
  }

  async stat(name: string): Promise<BlobInfo> {
    return this.#attempt('look at', name, async () => infoOf(name, await this.#look(name)))
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    let token: string | undefined
    do {
      const page = await this.#attempt('list', `${prefix}*`, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      )
      const found = (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
        name: (Key ?? '').slice(this.#prefix.length),
        size: Size ?? 0,
        created: inSeconds(LastModified),
      }))
      yield* (await this.#hasLocks()) ? this.#withLocks(found) : found
      token = page.NextContinuationToken
    } while (token !== undefined)
  }

  async delete(name: string): Promise<void> {
    await this.#attempt('delete', name, async () => {
      // S3 also accepts deleting what does not exist, and without the version's id only hides it.
      const { VersionId, ObjectLockRetainUntilDate } = await this.#look(name)
      try {
        await this.#client.send(
          new DeleteObjectCommand({ ...this.#key(name), ...(VersionId === undefined ? {} : { VersionId }) }),
        )
      } catch (error) {
        const isLocked =
          ObjectLockRetainUntilDate !== undefined && inSeconds(ObjectLockRetainUntilDate) > Date.now() / 1000
        if (isLocked && httpStatus(error) === 403)
          throw new ObjectLockedError(
            `cannot delete ${name} from ${this.name}: it is locked until ${ObjectLockRetainUntilDate.toISOString()}`,
            { cause: error },
          )
        throw error
      }
    })
  }

  async extendLock(name: string, until: Instant, to: Instant = until): Promise<Instant | undefined> {
    if (!(await this.#hasLocks())) return undefined
    return this.#attempt('extend the lock of', name, async () => {
      const head = await this.#look(name)
      const { lockedUntil } = lockOf(head)
      if (lockedUntil !== undefined && lockedUntil >= until) return lockedUntil
      const end = inWholeSeconds(to)
      await this.#client.send(
        new PutObjectRetentionCommand({
          ...this.#key(name),
          ...(head.VersionId === undefined ? {} : { VersionId: head.VersionId }),
          // A lock that nobody can end stays one.
          Retention: { Mode: head.ObjectLockMode ?? this.#lockMode, RetainUntilDate: end },
        }),
      )
      return inSeconds(end)
    })
  }

  /** Blobs of a listing with their locks; those that have disappeared meanwhile are left out. */
  async *#withLocks(found: readonly BlobInfo[]): AsyncGenerator<BlobInfo> {
    for (let from = 0; from < found.length; from += LOOKS_AT_ONCE) {
      const looked = await Promise.all(
        found.slice(from, from + LOOKS_AT_ONCE).map(async (info) => {
          try {
            return { ...info, ...lockOf(await this.#attempt('look at', info.name, () => this.#look(info.name))) }
          } catch (error) {
            if (error instanceof BlobNotFoundError) return undefined
            throw error
          }
        }),
      )
      for (const info of looked) if (info !== undefined) yield info
    }
  }

  async #exists(name: string): Promise<boolean> {
    try {
      await this.#look(name)
      return true
    } catch (error) {
      if (httpStatus(error) === 404) return false
      throw error
    }
  }

  /** Of several simultaneous writers of one name, the one whose version came first keeps it; the others withdraw theirs. */
  async #withdrawUnlessFirst(name: string, version: string): Promise<void> {
    const { Versions = [] } = await this.#client.send(
      new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix: this.#prefix + name }),
    )
    const own = Versions.filter(({ Key }) => Key === this.#prefix + name)
    if (own.at(-1)?.VersionId === version) return
    await this.#client.send(new DeleteObjectCommand({ ...this.#key(name), VersionId: version }))
    throw this.#taken(name)
  }

  #taken(name: string, cause?: unknown): BlobExistsError {
    return new BlobExistsError(
      `cannot write ${name} to ${this.name}: there is such a blob already, and blobs are never overwritten`,
      { cause },
    )
  }

  #look(name: string): Promise<HeadObjectCommandOutput> {
    return this.#client.send(new HeadObjectCommand(this.#key(name)))
  }

  async #read(name: string, range: ByteRange | undefined): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { Body, ContentLength } = await this.#client.send(
          new GetObjectCommand({
            ...this.#key(name),
            ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` }),
          }),
        )
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0)
        if (ContentLength === undefined || bytes.length === ContentLength) return bytes
        throw new StoreUnavailableError(
          `cannot read ${name} from ${this.name}: ${bytes.length} bytes came instead of ${ContentLength}`,
        )
      } catch (error) {
        // The range begins at the end of the blob or beyond.
        if (httpStatus(error) === 416) return new Uint8Array(0)
        // The client has already retried requests that got a response.
        if (attempt >= READS_AT_MOST || httpStatus(error) !== undefined) throw error
      }
    }
  }

  /** Whether the bucket has object lock. If this may not be asked, it is assumed, and the requests that follow tell. */
  #hasLocks(): Promise<boolean> {
    this.#locks ??= this.#client.send(new GetObjectLockConfigurationCommand({ Bucket: this.#bucket })).then(
      ({ ObjectLockConfiguration }) => ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
      (error: unknown) => {
        if (errorCode(error) === 'AccessDenied') return true
        const status = httpStatus(error)
        if (status !== undefined && (status < 500 || status === 501)) return false
        this.#locks = undefined
        throw s3Error(error, `cannot ask ${this.name} whether it has object lock`, this.#bucket)
      },
    )
    return this.#locks
  }

  #key(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name }
  }

  async #attempt<T>(doing: string, name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw s3Error(error, `cannot ${doing} ${name} in ${this.name}`, this.#bucket)
    }
  }
}

function clientConfiguration(location: S3Location, options: S3StoreOptions): S3ClientConfig {
  const { endpoint } = location
  const fromEnvironment = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION']
  return {
    endpoint,
    region: options.region ?? location.region ?? fromEnvironment ?? 'us-east-1',
    // Bucket names in host names need suitable DNS, which only Amazon's S3 is sure to have.
    forcePathStyle: !isAmazon(endpoint),
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS + silenceWithin(options.limits ?? {}),
    },
    // Not every service supports checksums beyond the signed digest of the body, and packs authenticate themselves.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  }
}

const isAmazon = (endpoint: string): boolean => new URL(endpoint).hostname.endsWith('.amazonaws.com')

function infoOf(name: string, head: HeadObjectCommandOutput): BlobInfo {
  return { name, size: head.ContentLength ?? 0, created: inSeconds(head.LastModified), ...lockOf(head) }
}

function lockOf({ ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold }: HeadObjectCommandOutput): {
  lockedUntil?: Instant
} {
  if (hold === 'ON') return { lockedUntil: Number.POSITIVE_INFINITY }
  return until === undefined ? {} : { lockedUntil: until.getTime() / 1000 }
}

/** Whole seconds: listings are more precise than the head of an object. */
const inSeconds = (date: Date | undefined): Instant => Math.floor((date?.getTime() ?? 0) / 1000)

/** Rounded up, so that the lock does not end before the requested instant. */
const inWholeSeconds = (instant: Instant): Date => new Date(Math.ceil(instant) * 1000)
