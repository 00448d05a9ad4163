import type { NameBytes, RestoreTarget, SourceEntry, SourceTree } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'
import { isLeftAlone } from './restore-options.ts'
import type { Overwriting, RestoreOptions } from './restore-options.ts'
import { select } from './selection.ts'
import type { SelectionOptions } from './selection.ts'
import { surplusOf } from './surplus.ts'

/** What a restore would do with one path. */
export interface RestorePreviewEntry {
  readonly path: NameBytes
  readonly kind: TreeEntry['kind']
  /**
   * `create`: nothing exists there. `replace`: what exists is overwritten. `rewrite`: it is overwritten although its
   * size and time equal the snapshot's, so its content most likely does too. `keep`: it is kept, as requested.
   * `remove`: it is removed. `blocked`: a directory is in the way of something else, or the reverse; the restore would
   * stop.
   */
  readonly does: 'create' | 'replace' | 'rewrite' | 'keep' | 'remove' | 'blocked'
}

export interface RestorePreview {
  /** In ascending order of paths. Directories that exist already are only given their metadata, and are not listed. */
  readonly entries: readonly RestorePreviewEntry[]
  /** Bytes of the files that would be written. */
  readonly written_bytes: number
  /** Existing paths that would stay as they are. */
  readonly left: readonly NameBytes[]
}

export interface RestorePreviewOptions extends Pick<
  RestoreOptions,
  keyof SelectionOptions | 'overwrite' | 'removeOthers'
> {
  /** The current contents of the place. */
  readonly there: SourceTree
  /** The place itself, where entries that are not in the snapshot would be removed. */
  readonly target: RestoreTarget
}

/** Tells what a restore to a place would do there. Nothing is written, and only trees of the repository are read. */
export async function previewRestore(
  repository: Repository,
  snapshotId: string,
  options: RestorePreviewOptions,
): Promise<RestorePreview> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const { there, target, overwrite = 'always', removeOthers } = options
  const selection = await select(new TreeReader(repository, lineageOf(snapshot)), snapshot, options)
  const { entries, leading } = selection
  const present = new Map<NameBytes, SourceEntry>()
  await collect(there, there.root, '', present)
  const planned: RestorePreviewEntry[] = []
  let written_bytes = 0
  for (const { path, entry } of [...leading, ...entries]) {
    const old = present.get(path)
    const does = effect(entry, old, overwrite)
    if (does === 'leave') continue
    present.delete(path)
    if (does === undefined) continue
    planned.push({ path, kind: entry.kind, does })
    if (entry.kind === 'file' && does !== 'keep') written_bytes += entry.size
  }
  const surplus = removeOthers === true ? await surplusOf(target, selection, options) : []
  for (const { path, kind } of surplus) {
    present.delete(path)
    planned.push({ path, kind, does: 'remove' })
  }
  planned.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { entries: planned, written_bytes, left: [...present.keys()].sort() }
}

/** Undefined for an existing directory; `leave` for what is not examined any further. */
function effect(
  entry: TreeEntry,
  old: SourceEntry | undefined,
  overwrite: Overwriting,
): RestorePreviewEntry['does'] | 'leave' | undefined {
  if (old === undefined) return 'create'
  if (isLeftAlone(entry, old.metadata.mtime_ns, overwrite)) return 'leave'
  const isDirectory = entry.kind === 'directory'
  if (isDirectory !== (old.kind === 'directory')) return 'blocked'
  if (isDirectory) return undefined
  const isLike =
    old.kind === entry.kind &&
    (old.size ?? 0) === entry.size &&
    old.metadata.mtime_ns === entry.metadata.mtime_ns &&
    old.symlinkTarget === entry.symlinkTarget
  if (!isLike) return 'replace'
  return overwrite === 'if-changed' && entry.kind === 'file' ? 'keep' : 'rewrite'
}

/** Collects everything below a directory, by path. */
async function collect(
  tree: SourceTree,
  directory: SourceEntry,
  path: NameBytes,
  into: Map<NameBytes, SourceEntry>,
): Promise<void> {
  for (const entry of await tree.list(directory)) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`
    into.set(below, entry)
    if (entry.kind === 'directory') await collect(tree, entry, below, into)
  }
}
