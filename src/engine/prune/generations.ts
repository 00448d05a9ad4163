/**
 * Sorts what a prune copies by when it was last current, the longest ago first. Chunks whose last use was by the same
 * snapshot become unneeded together, so packs that contain only these become unneeded as a whole. Copied in their old
 * order, they would leave packs that are partly needed again and again: a weekly prune would move more than twice as
 * many bytes in five years.
 * @param entries in the order of their packs
 * @param places of each, the snapshot that needed it last, by its index among them in ascending order of time
 */
export function generations(entries: readonly number[], places: ArrayLike<number>): number[][] {
  const byPlace: number[][] = []
  for (const [at, entry] of entries.entries()) (byPlace[places[at]!] ??= []).push(entry)
  return Object.values(byPlace)
}

/** Entries that are read together. */
export interface Reading {
  readonly entries: readonly number[]
  /** The entries that are the first of their generation. */
  readonly first: ReadonlySet<number>
}

/**
 * Groups generations, or splits them, into readings: small ones need no requests of their own, and a large one is never
 * completely in memory.
 * @param least_bytes of a reading; only the last may be smaller
 */
export function* readings(
  parts: ReadonlyArray<readonly number[]>,
  lengthOf: (entry: number) => number,
  least_bytes: number,
): Generator<Reading> {
  let entries: number[] = []
  let first = new Set<number>()
  let bytes = 0
  for (const part of parts) {
    first.add(part[0]!)
    for (const entry of part) {
      entries.push(entry)
      bytes += lengthOf(entry)
      if (bytes < least_bytes) continue
      yield { entries, first }
      entries = []
      first = new Set()
      bytes = 0
    }
  }
  if (entries.length > 0) yield { entries, first }
}
