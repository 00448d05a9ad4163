import { hexOf } from '../encoding/encoding.ts'
import { EngineError } from '../errors.ts'
import type { NameBytes } from '../ports.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import type { TreeEntry } from '../trees/tree.ts'
import type { TreeReader } from '../trees/tree-reader.ts'

/** An entry of a snapshot and where it belongs. */
export interface Selected {
  readonly path: NameBytes
  readonly entry: TreeEntry
}

/** A directory whose content is wanted. */
interface Wanted {
  readonly path: NameBytes
  readonly tree: string
  /** What is wanted below, by name; undefined: everything. */
  readonly only: readonly (readonly NameBytes[])[] | undefined
}

export interface Selection {
  /** What is to be restored, directories before what is in them. */
  readonly entries: readonly Selected[]
  /** Directories that only lead there. */
  readonly leading: readonly Selected[]
}

/**
 * The entries of a snapshot, or those at and below some paths. Trees are read level by level, all of a level at once.
 * @throws EngineError for a path that is not in the snapshot
 */
export async function select(reader: TreeReader, snapshot: Snapshot, only?: readonly NameBytes[]): Promise<Selection> {
  const entries: Selected[] = []
  const leading: Selected[] = []
  let level: Wanted[] = [{ path: '', tree: snapshot.tree, only: only?.map((path) => path.split('/')) }]
  while (level.length > 0) {
    const trees = await reader.trees(level.map(({ tree }) => tree))
    const next: Wanted[] = []
    for (const [at, { path, only: wanted }] of level.entries()) {
      const tree = trees[at]!
      const names = wanted === undefined ? undefined : Map.groupBy(wanted, ([name]) => name!)
      const found = new Set<NameBytes>()
      for (const entry of tree) {
        const below = names?.get(entry.name)
        if (names !== undefined && below === undefined) continue
        found.add(entry.name)
        const place = path === '' ? entry.name : `${path}/${entry.name}`
        const isWhole = below === undefined || below.some((rest) => rest.length === 1)
        if (!isWhole && entry.kind !== 'directory') continue
        ;(isWhole ? entries : leading).push({ path: place, entry })
        if (entry.tree === undefined) continue
        next.push({
          path: place,
          tree: hexOf(entry.tree),
          only: isWhole ? undefined : below.map((rest) => rest.slice(1)),
        })
      }
      for (const [name, rests] of names ?? []) {
        const deeper =
          tree.find((entry) => entry.name === name)?.kind !== 'directory' && rests.some((rest) => rest.length > 1)
        if (found.has(name) && !deeper) continue
        throw new EngineError(
          `there is no ${[path, ...rests[0]!].filter((part) => part !== '').join('/')} in the snapshot`,
        )
      }
    }
    level = next
  }
  return { entries, leading }
}
