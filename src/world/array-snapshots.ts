import type { VirtualFileSystem } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'

/** A state of a dataset that its storage array keeps. */
export interface ArraySnapshot {
  /** The instant whose data it holds. */
  readonly cut: Instant
  readonly tree: VirtualFileSystem['root']
  /** Until then nobody can delete it, with any credential. */
  readonly lockedUntil: Instant
}

/** A snapshot that no longer exists. */
interface PastSnapshot {
  readonly cut: Instant
  readonly until: Instant
}

/** How long the snapshots of a dataset are kept. */
export interface SnapshotPolicy {
  /** How many are kept in addition to the locked ones. */
  readonly last: number
  readonly lock_s: number
  readonly reserve_bytes: number
}

/**
 * The snapshots of one dataset that its array keeps beside the data: either copy-on-write snapshots, which share
 * unchanged blocks and fill a reserve with changed ones, or split mirrors, which are whole copies. They exist as soon
 * as they are taken, and are lost with the array or when somebody who administers it deletes them.
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

  /** The snapshots that no longer exist, with the span in which they did: tells which points existed at any time. */
  get past(): readonly PastSnapshot[] {
    return this.#past
  }

  /** Number of snapshots dropped early because the reserve was full. */
  get dropped(): number {
    return this.#dropped
  }

  /** Number of snapshots that an intruder deleted. */
  get deleted(): number {
    return this.#deleted
  }

  /**
   * Takes a snapshot, then drops the oldest beyond `last` and beyond the size of the reserve. Locked snapshots stay.
   * @returns false when the locked snapshots left no room for it
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
   * How much of the reserve the kept snapshots fill: everything written since the oldest of them. This is an upper
   * bound: a block written twice between two snapshots counts twice, and new files count although no old version of
   * them is kept.
   */
  reserved_bytes(files: VirtualFileSystem, now: Instant): number {
    const [oldest] = this.#kept
    return oldest === undefined ? 0 : files.writtenBytes(oldest.cut, now)
  }

  /** Drops the oldest snapshots until the rest fits, or the oldest is locked. */
  fit(files: VirtualFileSystem, now: Instant, reserve_bytes: number): void {
    while (this.#isFree(now) && this.reserved_bytes(files, now) > reserve_bytes) {
      this.#drop(now)
      this.#dropped += 1
    }
  }

  /** The newest snapshot taken before an instant. */
  newestBefore(instant: Instant): ArraySnapshot | undefined {
    return this.#kept.findLast(({ cut }) => cut < instant)
  }

  /** Deletes every snapshot that is not locked, as an intruder would. */
  deleteAll(now: Instant): void {
    const { length } = this.#kept
    this.#remove(now, ({ lockedUntil }) => lockedUntil > now)
    this.#deleted += length - this.#kept.length
  }

  /** The array is destroyed. */
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
