import { packPath } from '../packs/pack-writer.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import { select } from './selection.ts'
import type { SelectionOptions } from './selection.ts'

/**
 * The packs that a restore of a snapshot, or of a part of it, needs to have prepared, by name in the store: those with
 * trees, and those with the wanted data. Determining them requires reading the trees, which are thawed first where they
 * are archived.
 */
export async function packsToRestore(
  repository: Repository,
  snapshotId: string,
  options: SelectionOptions = {},
): Promise<string[]> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const reader = new TreeReader(repository, lineageOf(snapshot))
  const { entries } = await select(reader, snapshot, options)
  const files = entries.filter(({ entry }) => entry.kind === 'file')
  const lists = await reader.chunkLists(files.map(({ entry }) => entry))
  const { index } = repository
  const packs = new Set(index.packs().flatMap(({ kind, name }) => (kind === 'trees' ? [name] : [])))
  for (const [at, { path }] of files.entries()) {
    for (const chunk of reader.entriesOf(lists[at]!, path)) packs.add(index.packOf(chunk).name)
  }
  return [...packs].map(packPath)
}
