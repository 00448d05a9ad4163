import type { Instant } from '../ports.ts'

/** What is known of one pack when a prune is planned. Sizes are in stored bytes. */
export interface PackUse {
  readonly name: string
  readonly size: number
  /** Stored bytes of segments that hold at least one chunk that a snapshot needs from this pack. */
  readonly used_bytes: number
  /** Stored bytes of the other segments. */
  readonly unused_bytes: number
  /** When the store received it. */
  readonly created?: Instant
  /** Object lock: must not be deleted before. */
  readonly lockedUntil?: Instant
  /** When an earlier prune marked it for deletion. */
  readonly markedAt?: Instant
}

export interface PlanOptions {
  /** Share of the stored bytes that may stay unused instead of being rewritten, 0 to 1. */
  readonly maxUnused: number
  /** Time from the mark to the deletion: longer than any backup that may still reuse the pack, plus the skew of clocks. */
  readonly grace_s: number
  readonly now: Instant
  /** Later packs belong to no snapshot yet, but perhaps to a backup that will continue from them: not marked. Default: none. */
  readonly unfinishedSince?: Instant
  /** Packs in the store that no index file lists. */
  readonly unlisted?: readonly UnlistedPack[]
}

/** A pack left by an interrupted backup or deletion, or just written. */
export interface UnlistedPack {
  readonly name: string
  readonly size: number
  readonly created: Instant
  readonly lockedUntil?: Instant
}

/** What a prune will do; each pack by name, in at most one list. Carrying it out requires no further decisions. */
export interface PrunePlan {
  /** Marked long enough ago, still not needed, not locked: deleted. */
  readonly remove: readonly string[]
  /** Not needed: marked from now on. */
  readonly mark: readonly string[]
  /** Marked, but needed again by a snapshot made meanwhile: the mark is removed. */
  readonly unmark: readonly string[]
  /** Needed in part: what is needed is copied to new packs, then it is marked. */
  readonly repack: readonly string[]
  /** Marked already, and within the grace period. */
  readonly waiting: readonly string[]
  /** Not needed yet: stored since the last snapshot by a backup that was cancelled or is under way, and left for the next. */
  readonly unfinished: readonly string[]
  /** Would be removed or repacked, but is locked: left for a later prune. */
  readonly locked: readonly string[]
  /** Left as they are; in the order given. */
  readonly keep: readonly string[]
  /** Not in any index file, and older than any backup that may be under way: deleted. */
  readonly sweep: readonly string[]
  /** Bytes of the packs that are removed or swept. */
  readonly freed_bytes: number
  /** Bytes of unneeded data in the packs that are kept. */
  readonly unused_bytes: number
  /** Bytes to copy. */
  readonly repacked_bytes: number
}

/**
 * Decides what to do with each pack. Pure: the same use, options and time give the same plan, which is what `--dry-run`
 * prints. Packs are rewritten in order of waste, until the remaining waste is within `maxUnused`.
 */
export function planPrune(packs: readonly PackUse[], options: PlanOptions): PrunePlan {
  const { maxUnused, grace_s, now, unfinishedSince = Infinity, unlisted = [] } = options
  const isLocked = (pack: Pick<PackUse, 'lockedUntil'>): boolean =>
    pack.lockedUntil !== undefined && pack.lockedUntil > now
  const isMarked = (pack: PackUse): boolean => pack.markedAt !== undefined
  const unneeded = packs.filter((pack) => pack.used_bytes === 0)
  const needed = packs.filter((pack) => pack.used_bytes > 0)
  const isDue = ({ markedAt }: PackUse): boolean => markedAt !== undefined && markedAt + grace_s <= now
  const due = unneeded.filter(isDue)
  // Without a grace period nothing else uses the repository: unneeded packs are deleted at once.
  const isUnfinished = ({ created = 0 }: PackUse): boolean => grace_s > 0 && created > unfinishedSince
  const fresh = unneeded.filter((pack) => !isMarked(pack) && !isUnfinished(pack))
  const removable = grace_s === 0 ? [...due, ...fresh] : due
  const remove = removable.filter((pack) => !isLocked(pack))
  const mark = fresh.filter((pack) => grace_s > 0 || isLocked(pack))
  const wasteful = needed
    .filter((pack) => pack.unused_bytes > 0 && !isMarked(pack))
    .sort((a, b) => b.unused_bytes / b.size - a.unused_bytes / a.size || (a.name < b.name ? -1 : 1))
  let unused_bytes = sum(needed, (pack) => pack.unused_bytes)
  const allowed_bytes = maxUnused * sum(needed, (pack) => pack.size)
  const repack: PackUse[] = []
  const lockedInPart: PackUse[] = []
  for (const pack of wasteful) {
    if (unused_bytes <= allowed_bytes) break
    // Copying out of a locked pack would only store more until its lock ends.
    if (isLocked(pack)) {
      lockedInPart.push(pack)
      continue
    }
    repack.push(pack)
    unused_bytes -= pack.unused_bytes
  }
  const touched = new Set([...repack, ...lockedInPart])
  const sweep = unlisted.filter((pack) => pack.created + grace_s <= now && !isLocked(pack))
  return {
    remove: names(remove),
    mark: names(mark),
    unmark: names(needed.filter(isMarked)),
    repack: names(repack),
    waiting: names(unneeded.filter((pack) => isMarked(pack) && !isDue(pack))),
    unfinished: names(unneeded.filter((pack) => !isMarked(pack) && isUnfinished(pack))),
    locked: names([...due.filter(isLocked), ...lockedInPart]),
    keep: needed.flatMap((pack) => (isMarked(pack) || touched.has(pack) ? [] : [pack.name])),
    sweep: names(sweep),
    freed_bytes: sum(remove, (pack) => pack.size) + sweep.reduce((bytes, { size }) => bytes + size, 0),
    unused_bytes,
    repacked_bytes: sum(repack, (pack) => pack.used_bytes),
  }
}

function names(packs: ReadonlyArray<{ readonly name: string }>): string[] {
  return packs.map((pack) => pack.name).sort()
}

function sum(packs: readonly PackUse[], bytesOf: (pack: PackUse) => number): number {
  let total = 0
  for (let at = 0; at < packs.length; at++) total += bytesOf(packs[at]!)
  return total
}
