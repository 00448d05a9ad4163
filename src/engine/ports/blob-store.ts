import type { ByteRange, Content, Instant } from './content.ts'

export interface BlobInfo {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** When the store received it, by the store's clock. */
  readonly created: Instant
  /** Object lock: nobody may delete it before. */
  readonly lockedUntil?: Instant
}

export interface PutOptions {
  /** Requests object lock until then; stores without lock ignore it. */
  readonly lockUntil?: Instant
}

/** The fastest order of reading blobs from sequential media such as tape. */
export interface ReadingOrder {
  /** For each medium its blobs, in the order in which they are on it. */
  readonly media: ReadonlyArray<readonly string[]>
  /** Number of media that can be read at once. */
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
  /** Results of `get` belong to the caller: the store does not keep them. */
  readonly givesAway?: true
  /** After `put` has resolved, the store does not keep its input, whose memory may be reused. */
  readonly copies?: true
  put(name: string, parts: readonly Content[], options?: PutOptions): Promise<void>
  get(name: string, range?: ByteRange): Promise<Content>
  stat(name: string): Promise<BlobInfo>
  /** In ascending order of name. */
  list(prefix: string): AsyncIterable<BlobInfo>
  /** The same, page by page: waiting for each blob costs more than examining it. */
  pages?(prefix: string): AsyncIterable<readonly BlobInfo[]>
  delete(name: string): Promise<void>
  /**
   * Object lock: extends a lock that would end before `until` to `to` (by default `until`); a longer lock stays as it
   * is, so no lock is ever shortened. Returns when the lock now ends; undefined where the store has no locks. Absent
   * from stores that never have any.
   */
  extendLock?(name: string, until: Instant, to?: Instant): Promise<Instant | undefined>
  /**
   * Announces blobs that will be read soon. Stores that need hours until the first byte (archive tiers, tapes in a
   * vault) resolve when these can be read; others do without it. Returns the order of reading where that matters much.
   */
  prepare?(names: readonly string[]): Promise<ReadingOrder | undefined>
}
