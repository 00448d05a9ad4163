import type { VirtualFileSystem } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'

/** A state of a dataset that its array keeps. */
export interface ArraySnapshot {
  /** Instant of the consistent cut. */
  readonly cut: Instant
  readonly tree: VirtualFileSystem['root']
}

/**
 * The snapshots of one dataset that the array keeps beside the data: copy-on-write snapshots, which share what has not
 * changed and fill a reserve with what has, or split mirrors, which are whole copies. Both are there at once, and go with
 * the array.
 */
export class ArraySnapshots {
  /** Oldest first. */
  #kept: ArraySnapshot[]
  #dropped: number

  constructor(origin?: ArraySnapshots) {
    this.#kept = origin === undefined ? [] : [...origin.#kept]
    this.#dropped = origin === undefined ? 0 : origin.#dropped
  }

  get kept(): readonly ArraySnapshot[] {
    return this.#kept
  }

  /** Snapshots that were dropped before their time because the reserve was full. */
  get dropped(): number {
    return this.#dropped
  }

  /** Takes a snapshot and drops the oldest beyond `last`. */
  take(files: VirtualFileSystem, cut: Instant, last: number): void {
    this.#kept.push({ cut, tree: files.root })
    this.#kept = this.#kept.slice(-last)
  }

  /**
   * What the kept snapshots fill of their reserve: everything written since the oldest of them. (A block that is written
   * twice between two snapshots counts twice, and new files count though nothing of theirs is kept: an upper bound.)
   */
  reserved_bytes(files: VirtualFileSystem, now: Instant): number {
    const [oldest] = this.#kept
    return oldest === undefined ? 0 : files.writtenBytes(oldest.cut, now)
  }

  /** Drops the oldest until the rest fits. */
  fit(files: VirtualFileSystem, now: Instant, reserve_bytes: number): void {
    while (this.#kept.length > 0 && this.reserved_bytes(files, now) > reserve_bytes) {
      this.#kept.shift()
      this.#dropped += 1
    }
  }

  /** The newest from before an instant. */
  newestBefore(instant: Instant): ArraySnapshot | undefined {
    return this.#kept.findLast(({ cut }) => cut < instant)
  }

  /** The array is gone. */
  clear(): void {
    this.#kept = []
  }
}
