import type { ByteRange, Content, Instant } from './content.ts'

export interface BlobInfo {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** When the store took it, by the store's clock. */
  readonly created: Instant
  /** Object lock: until then nobody may delete it. */
  readonly lockedUntil?: Instant
}

export interface PutOptions {
  /** Ask for object lock until then; stores without lock ignore it. */
  readonly lockUntil?: Instant
}

/** How blobs are read quickest that lie one behind another on media, as on tape. */
export interface ReadingOrder {
  /** For each medium the blobs on it, in the order in which they lie there. */
  readonly media: ReadonlyArray<readonly string[]>
  /** Media that can be read at once. */
  readonly atOnce: number
}

/**
 * Names are unique, '/'-separated ASCII; a blob is immutable once written; `put` resolves only when the blob is durable.
 * Errors are those of `engine/errors.ts`: BlobNotFoundError, BlobExistsError, AccessDeniedError, ObjectLockedError,
 * StoreUnavailableError (worth a retry or another copy), StoreFullError.
 */
export interface BlobStore {
  /** Shown in messages and audit records. */
  readonly name: string
  /** What `get` gives belongs to who asked for it: the store does not hold it. */
  readonly givesAway?: true
  /** When `put` has resolved, the store does not hold what it was given: its memory may be used again. */
  readonly copies?: true
  put(name: string, parts: readonly Content[], options?: PutOptions): Promise<void>
  get(name: string, range?: ByteRange): Promise<Content>
  stat(name: string): Promise<BlobInfo>
  /** In ascending order of name. */
  list(prefix: string): AsyncIterable<BlobInfo>
  /** The same as the store gives it, many at a time: to wait for each costs more than to look at it. */
  pages?(prefix: string): AsyncIterable<readonly BlobInfo[]>
  delete(name: string): Promise<void>
  /**
   * Object lock: a lock that would end before `until` lasts until `to` from now on (by default `until`); one that lasts longer
   * stays as it is, so that no lock is ever shortened. Gives the instant at which it ends now; undefined where the store has
   * no locks. Absent from stores that never have any.
   */
  extendLock?(name: string, until: Instant, to?: Instant): Promise<Instant | undefined>
  /**
   * Told of blobs that are read soon. Stores that need hours before the first byte (archive tiers, tapes in a vault) resolve
   * when these can be read; others do without it. Where the order of reading matters much, it is given.
   */
  prepare?(names: readonly string[]): Promise<ReadingOrder | undefined>
}
