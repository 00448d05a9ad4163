import { hexOf } from '../encoding/encoding.ts'
import { neededEntries } from '../prune/use.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

/** What some snapshots contain, and what is stored for them. */
export interface SnapshotStatistics {
  readonly snapshots: number
  /** Totals of restoring each of them into a directory of its own; a file with several names counts once in each. */
  readonly restored: { readonly entries: number; readonly bytes: number }
  /**
   * Files with different contents, and their bytes. Content that was stored separately for independent backups counts
   * once for each.
   */
  readonly differentFiles: { readonly files: number; readonly bytes: number }
  /** Chunks that they need, whether or not other snapshots need them too. */
  readonly needed: StoredChunks
  /** Chunks that no other snapshot needs: a prune would free them if these snapshots were forgotten. */
  readonly neededByThemAlone: StoredChunks
}

export interface StoredChunks {
  readonly chunks: number
  readonly plain_bytes: number
  /** Chunks share compressed segments; each counts for its share of the stored bytes. */
  readonly stored_bytes: number
}

/** Reads the trees of all snapshots. @param snapshots some of those that there are */
export async function snapshotStatistics(
  repository: Repository,
  snapshots: readonly Snapshot[],
): Promise<SnapshotStatistics> {
  return repository.audited(
    'stats',
    async () => {
      const ids = new Set(snapshots.map(({ id }) => id))
      const others = (await repository.snapshots()).filter(({ id }) => !ids.has(id))
      await repository.loadIndex()
      const needed = await neededEntries(repository, snapshots)
      const byOthers = await neededEntries(repository, others)
      return {
        snapshots: snapshots.length,
        ...(await countFiles(repository, snapshots)),
        needed: stored(repository, needed, () => true),
        neededByThemAlone: stored(repository, needed, (entry) => byOthers[entry] === 0),
      }
    },
    ({ snapshots: looked }) => ({ snapshots: looked }),
  )
}

/** Totals below a tree, except for files with several names, which count once per snapshot. */
interface TreeCount {
  readonly entries: number
  readonly bytes: number
  readonly linked: ReadonlyMap<string, number>
}

async function countFiles(
  repository: Repository,
  snapshots: readonly Snapshot[],
): Promise<Pick<SnapshotStatistics, 'restored' | 'differentFiles'>> {
  const reader = new TreeReader(repository)
  const contents = new Map<string, number>()
  const known = new Map<string, TreeCount>()
  const count = async (address: string): Promise<TreeCount> => {
    const before = known.get(address)
    if (before !== undefined) return before
    const tree = await reader.tree(address)
    // Trees of one folder are stored next to each other.
    await reader.trees(tree.flatMap(({ tree: below }) => (below === undefined ? [] : [hexOf(below)])))
    let entries = tree.length
    let bytes = 0
    const linked = new Map<string, number>()
    for (const entry of tree) {
      if (entry.tree !== undefined) {
        const below = await count(hexOf(entry.tree))
        entries += below.entries
        bytes += below.bytes
        for (const [link, size] of below.linked) linked.set(link, size)
      } else if (entry.kind === 'file') {
        contents.set(contentOf(entry), entry.size)
        if (entry.hardLink === undefined) bytes += entry.size
        else linked.set(entry.hardLink, entry.size)
      }
    }
    const counted = { entries, bytes, linked }
    known.set(address, counted)
    return counted
  }
  let entries = 0
  let bytes = 0
  for (const { tree } of snapshots) {
    const counted = await count(tree)
    entries += counted.entries
    bytes += counted.bytes + sum(counted.linked.values())
  }
  return { restored: { entries, bytes }, differentFiles: { files: contents.size, bytes: sum(contents.values()) } }
}

/** A key that is equal for files of equal content: the addresses of the chunks, one character a byte. */
const contentOf = ({ chunks = new Uint8Array(0) }: TreeEntry): string => {
  let text = ''
  for (const byte of chunks) text += String.fromCharCode(byte)
  return text
}

function stored({ index }: Repository, needed: Uint8Array, counts: (entry: number) => boolean): StoredChunks {
  let chunks = 0
  let plain_bytes = 0
  let stored_bytes = 0
  for (const [entry, isNeeded] of needed.entries()) {
    if (isNeeded === 0 || !counts(entry)) continue
    const pack = index.packOf(entry)
    const segment = index.segmentOf(entry)
    const length = index.lengthOf(entry)
    chunks++
    plain_bytes += length
    stored_bytes +=
      index.sealedBytesOf(segment) * (length / Math.max(1, pack.plain_bytes[segment - pack.firstSegment]!))
  }
  return { chunks, plain_bytes, stored_bytes: Math.round(stored_bytes) }
}

const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}
