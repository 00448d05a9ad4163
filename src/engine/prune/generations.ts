/**
 * Parts what a prune copies by when it was current for the last time, the longest ago first. Chunks that the same snapshot was
 * the last to need are given up together: together in packs, these become unneeded whole. Copied in the order in which they lay,
 * they leave packs that are needed in part again and again, and a prune a week moves more than twice as many bytes in five years.
 * @param entries in the order in which they lie in their packs
 * @param snapshots all there are, in ascending order of time
 * @param least_bytes of a part; only the last may be smaller
 */
export function generations<Snapshot>(
  entries: readonly number[],
  needed: { newestNeeding(snapshots: readonly Snapshot[], entries: readonly number[]): ArrayLike<number> },
  snapshots: readonly Snapshot[],
  lengthOf: (entry: number) => number,
  least_bytes: number,
): number[][] {
  const newest = needed.newestNeeding(snapshots, entries)
  const bySnapshot = snapshots.map((): number[] => [])
  for (const entry of entries) bySnapshot[newest[entry]!]!.push(entry)
  const parts: number[][] = []
  let bytes = least_bytes
  for (const generation of bySnapshot) {
    if (generation.length === 0) continue
    if (bytes >= least_bytes) {
      parts.push([])
      bytes = 0
    }
    const part = parts.at(-1)!
    for (const entry of generation) {
      part.push(entry)
      bytes += lengthOf(entry)
    }
  }
  return parts
}
