import type { VirtualFileSystem } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'

/** A state of a dataset that its array keeps. */
export interface ArraySnapshot {
  /** Instant of the consistent cut. */
  readonly cut: Instant
  readonly tree: VirtualFileSystem['root']
  /** The array lets nobody delete it before then, whatever he holds. */
  readonly lockedUntil: Instant
}

/** A snapshot that is no longer there. */
interface PastSnapshot {
  readonly cut: Instant
  readonly until: Instant
}

/** How the snapshots of a dataset are kept. */
export interface SnapshotPolicy {
  /** How many, besides those that are locked. */
  readonly last: number
  readonly lock_s: number
  readonly reserve_bytes: number
}

/**
 * The snapshots of one dataset that the array keeps beside the data: copy-on-write snapshots, which share what has not
 * changed and fill a reserve with what has, or split mirrors, which are whole copies. Both are there at once, and go with
 * the array, or when somebody who administers it deletes them.
 */
export class ArraySnapshots {
  /** Oldest first. */
  #kept: ArraySnapshot[]
  readonly #past: PastSnapshot[]
  #dropped: number
  #deleted: number

  constructor(origin?: ArraySnapshots) {
    this.#kept = origin === undefined ? [] : [...origin.#kept]
    this.#past = origin === undefined ? [] : [...origin.#past]
    this.#dropped = origin === undefined ? 0 : origin.#dropped
    this.#deleted = origin === undefined ? 0 : origin.#deleted
  }

  get kept(): readonly ArraySnapshot[] {
    return this.#kept
  }

  /** Of those that are no longer there, from when until when they were: which points there were at any time. */
  get past(): readonly PastSnapshot[] {
    return this.#past
  }

  /** Snapshots that were dropped before their time because the reserve was full. */
  get dropped(): number {
    return this.#dropped
  }

  /** Snapshots that a stranger deleted. */
  get deleted(): number {
    return this.#deleted
  }

  /**
   * Takes a snapshot and drops the oldest beyond `last`, and beyond what the reserve holds. What is locked stays.
   * @returns whether there was room for it beside what is locked
   */
  take(files: VirtualFileSystem, now: Instant, policy: SnapshotPolicy): boolean {
    const { last, lock_s, reserve_bytes } = policy
    this.#kept.push({ cut: now, tree: files.root, lockedUntil: now + lock_s })
    while (this.#kept.length > last && this.#isFree(now)) this.#drop(now)
    this.fit(files, now, reserve_bytes)
    if (this.reserved_bytes(files, now) <= reserve_bytes) return true
    this.#kept.pop()
    return false
  }

  /**
   * What the kept snapshots fill of their reserve: everything written since the oldest of them. (A block that is written
   * twice between two snapshots counts twice, and new files count though nothing of theirs is kept: an upper bound.)
   */
  reserved_bytes(files: VirtualFileSystem, now: Instant): number {
    const [oldest] = this.#kept
    return oldest === undefined ? 0 : files.writtenBytes(oldest.cut, now)
  }

  /** Drops the oldest until the rest fits, or the oldest is locked. */
  fit(files: VirtualFileSystem, now: Instant, reserve_bytes: number): void {
    while (this.#isFree(now) && this.reserved_bytes(files, now) > reserve_bytes) {
      this.#drop(now)
      this.#dropped += 1
    }
  }

  /** The newest from before an instant. */
  newestBefore(instant: Instant): ArraySnapshot | undefined {
    return this.#kept.findLast(({ cut }) => cut < instant)
  }

  /** Somebody deletes what the array lets him: all that is not locked. */
  deleteAll(now: Instant): void {
    const { length } = this.#kept
    this.#remove(now, ({ lockedUntil }) => lockedUntil > now)
    this.#deleted += length - this.#kept.length
  }

  /** The array is gone. */
  clear(now: Instant): void {
    this.#remove(now, () => false)
  }

  #isFree(now: Instant): boolean {
    const [oldest] = this.#kept
    return oldest !== undefined && oldest.lockedUntil <= now
  }

  #drop(now: Instant): void {
    const [oldest] = this.#kept
    this.#remove(now, (snapshot) => snapshot !== oldest)
  }

  #remove(now: Instant, stays: (snapshot: ArraySnapshot) => boolean): void {
    for (const snapshot of this.#kept) if (!stays(snapshot)) this.#past.push({ cut: snapshot.cut, until: now })
    this.#kept = this.#kept.filter(stays)
  }
}
