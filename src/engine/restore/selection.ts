import { hexOf } from '../encoding/encoding.ts'
import { nameText } from '../encoding/name-text.ts'
import { EngineError } from '../errors.ts'
import type { NameBytes } from '../ports.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import type { TreeEntry } from '../trees/tree.ts'
import type { TreeReader } from '../trees/tree-reader.ts'
import { parentOf, standingOf } from './filter.ts'
import type { EntryFilter } from './filter.ts'

/** An entry of a snapshot with its path. */
export interface Selected {
  readonly path: NameBytes
  readonly entry: TreeEntry
}

export interface SelectionOptions extends EntryFilter {
  /** Paths that are wanted, with everything below them; everything by default. */
  readonly only?: readonly NameBytes[]
}

/** A directory of which something is wanted. */
interface Wanted {
  readonly path: NameBytes
  readonly tree: string
  /** Wanted paths below it, by name; undefined: everything. */
  readonly only: readonly (readonly NameBytes[])[] | undefined
  /** Whether the filter includes the directory itself. */
  readonly isIncluded: boolean
}

export interface Selection {
  /** Wanted entries, directories before their contents. */
  readonly entries: readonly Selected[]
  /** Directories that are only on the way to wanted entries. */
  readonly leading: readonly Selected[]
  /** What the filter excludes, without what is below it. */
  readonly excluded: readonly NameBytes[]
}

/**
 * The entries of a snapshot, or those at and below some paths that a filter admits. Trees are read level by level, all
 * of a level at once, and only where something may be wanted.
 * @throws EngineError for a path that is not in the snapshot
 */
export async function select(
  reader: TreeReader,
  snapshot: Snapshot,
  options: SelectionOptions = {},
): Promise<Selection> {
  const entries: Selected[] = []
  const leading: Selected[] = []
  const excluded: NameBytes[] = []
  const only = options.only?.map((path) => path.split('/'))
  let level: Wanted[] = [{ path: '', tree: snapshot.tree, only, isIncluded: options.include === undefined }]
  while (level.length > 0) {
    const trees = await reader.trees(level.map(({ tree }) => tree))
    const next: Wanted[] = []
    for (const [at, { path, only: wanted, isIncluded }] of level.entries()) {
      const tree = trees[at]!
      const names = wanted === undefined ? undefined : Map.groupBy(wanted, ([name]) => name!)
      const found = new Set<NameBytes>()
      for (const entry of tree) {
        const below = names?.get(entry.name)
        if (names !== undefined && below === undefined) continue
        found.add(entry.name)
        const place = path === '' ? entry.name : `${path}/${entry.name}`
        const isDirectory = entry.kind === 'directory'
        const isWhole = below === undefined || below.some((rest) => rest.length === 1)
        if (!isWhole && !isDirectory) continue
        const standing = isWhole ? standingOf(options, place, isDirectory, isIncluded) : 'leading'
        if (standing === 'no') {
          if (options.exclude?.(place, isDirectory) === true) excluded.push(place)
          continue
        }
        ;(standing === 'whole' ? entries : leading).push({ path: place, entry })
        if (entry.tree === undefined) continue
        next.push({
          path: place,
          tree: hexOf(entry.tree),
          only: isWhole ? undefined : below.map((rest) => rest.slice(1)),
          isIncluded: standing === 'whole' || options.include === undefined,
        })
      }
      for (const [name, rests] of names ?? []) {
        const deeper =
          tree.find((entry) => entry.name === name)?.kind !== 'directory' && rests.some((rest) => rest.length > 1)
        if (found.has(name) && !deeper) continue
        throw new EngineError(
          `there is no ${nameText([path, ...rests[0]!].filter((part) => part !== '').join('/'))} in the snapshot`,
        )
      }
    }
    level = next
  }
  return { entries, leading: thatLeadTo(entries, leading), excluded }
}

/** The directories among `leading` that have any of the entries below them. */
function thatLeadTo(entries: readonly Selected[], leading: readonly Selected[]): readonly Selected[] {
  if (leading.length === 0) return leading
  const above = new Set<NameBytes>()
  for (const { path } of entries)
    for (let at = parentOf(path); at !== '' && !above.has(at); at = parentOf(at)) above.add(at)
  return leading.filter(({ path }) => above.has(path))
}
