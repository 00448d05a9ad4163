import type { Instant } from '../../../engine/ports.ts'
import type { DirectoryNode } from './file-tree.ts'

/** A write of an application in one operation. */
export interface Write {
  readonly path: string
  readonly bytes: number
}

/** The state of a tree from an instant until the next version. */
export interface Version {
  readonly time: Instant
  readonly root: DirectoryNode
  readonly writes: readonly Write[]
  /** Total of bytes written by the application up to and including this instant. */
  readonly written_bytes: number
}

/** Versions before a branch point: the first `count` of an array to which its owner may keep appending. */
interface Past {
  readonly versions: readonly Version[]
  readonly count: number
  readonly before: Past | undefined
}

/** Versions in ascending order of time. Branches share the versions from before they parted. */
export class TreeHistory {
  #versions: Version[] = []
  #inherited: Past | undefined

  /** The caller adds versions in ascending order, each instant once. */
  add(version: Version): void {
    this.#versions.push(version)
  }

  branch(): TreeHistory {
    const branch = new TreeHistory()
    branch.#inherited = this.#past()
    return branch
  }

  /** The last version up to an instant. */
  at(time: Instant): Version | undefined {
    for (let past = this.#past(); past !== undefined; past = past.before) {
      const count = countUpTo(past, time)
      if (count > 0) return past.versions[count - 1]
    }
    return undefined
  }

  /** The versions in (after, until], latest part first. */
  *between(after: Instant, until: Instant): Generator<Version> {
    for (let past = this.#past(); past !== undefined; past = past.before) {
      const from = countUpTo(past, after)
      const to = countUpTo(past, until)
      for (let at = from; at < to; at++) yield past.versions[at]!
      if (from > 0) return
    }
  }

  /** Drops the versions that only instants before this one need. */
  forget(before: Instant): void {
    for (let past = this.#past(); past !== undefined; past = past.before) {
      const count = countUpTo(past, before)
      if (count === 0) continue
      // The version that holds at the instant itself stays. Arrays may be shared, so they are replaced.
      if (past.versions === this.#versions) {
        this.#versions = this.#versions.slice(count - 1)
        this.#inherited = undefined
      } else {
        this.#inherited = trimmed(this.#inherited, before)
      }
      return
    }
  }

  #past(): Past | undefined {
    if (this.#versions.length === 0) return this.#inherited
    return { versions: this.#versions, count: this.#versions.length, before: this.#inherited }
  }
}

function trimmed(past: Past | undefined, before: Instant): Past | undefined {
  if (past === undefined) return undefined
  const count = countUpTo(past, before)
  if (count === 0) return { ...past, before: trimmed(past.before, before) }
  const versions = past.versions.slice(count - 1, past.count)
  return { versions, count: versions.length, before: undefined }
}

/** Number of versions up to an instant. */
function countUpTo({ versions, count }: Past, time: Instant): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (versions[middle]!.time <= time) low = middle + 1
    else high = middle
  }
  return low
}
