/**
 * Parts what a prune copies by when it was current for the last time, the longest ago first. Chunks that the same snapshot was
 * the last to need are given up together: together in packs, these become unneeded whole. Copied in the order in which they lay,
 * they leave packs that are needed in part again and again, and a prune a week moves more than twice as many bytes in five years.
 * @param entries in the order in which they lie in their packs
 * @param places  of each, the snapshot that needed it last, by its place among them in ascending order of time
 */
export function generations(entries: readonly number[], places: ArrayLike<number>): number[][] {
  const byPlace: number[][] = []
  for (const [at, entry] of entries.entries()) (byPlace[places[at]!] ??= []).push(entry)
  return Object.values(byPlace)
}

/** Entries that are read at once. */
export interface Reading {
  readonly entries: readonly number[]
  /** Of them, those that are the first of their generation. */
  readonly first: ReadonlySet<number>
}

/**
 * Joins generations, and divides them, to what is read at once: small ones need no requests of their own, and the largest is never
 * in memory whole.
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
