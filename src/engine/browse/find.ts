import type { NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { select } from '../restore/selection.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

/** One state of an entry, with the consecutive snapshots that hold it. */
export interface FoundVersion {
  readonly path: NameBytes
  readonly entry: TreeEntry
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[]
}

/**
 * Finds entries in snapshots, with each state that they were in: path by path, the oldest state first.
 * @param snapshots of one dataset on one host, ascending in time
 */
export async function findVersions(
  repository: Repository,
  snapshots: readonly Snapshot[],
  wanted: (path: NameBytes, entry: TreeEntry) => boolean,
): Promise<FoundVersion[]> {
  return repository.audited(
    'find',
    async () => {
      await repository.loadIndex()
      const versions = new Map<NameBytes, Array<{ entry: TreeEntry; snapshots: Snapshot[] }>>()
      for (const snapshot of snapshots) {
        const { entries } = await select(new TreeReader(repository, lineageOf(snapshot)), snapshot)
        for (const { path, entry } of entries) {
          if (!wanted(path, entry)) continue
          const before = versions.get(path) ?? []
          versions.set(path, before)
          const last = before.at(-1)
          if (last !== undefined && isSame(last.entry, entry)) last.snapshots.push(snapshot)
          else before.push({ entry, snapshots: [snapshot] })
        }
      }
      return [...versions]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([path, states]) => states.map((state) => ({ path, ...state })))
    },
    (found) => ({ snapshots: snapshots.length, versions: found.length }),
  )
}

/** Compares content and time; directories are equal if both exist. */
function isSame(a: TreeEntry, b: TreeEntry): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'directory') return true
  return a.size === b.size && a.metadata.mtime_ns === b.metadata.mtime_ns && a.symlinkTarget === b.symlinkTarget
}
