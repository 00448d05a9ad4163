import type { NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { select } from '../restore/selection.ts'
import type { Selected } from '../restore/selection.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

/**
 * The entries of a snapshot, or those at and below some paths; directories come before their contents.
 * @throws EngineError for a snapshot or path that does not exist
 */
export async function listSnapshot(
  repository: Repository,
  snapshotId: string,
  only?: readonly NameBytes[],
): Promise<readonly Selected[]> {
  return repository.audited(
    'ls',
    async () => {
      const snapshot = await repository.snapshot(snapshotId)
      await repository.loadIndex()
      const { entries } = await select(
        new TreeReader(repository, lineageOf(snapshot)),
        snapshot,
        only === undefined ? {} : { only },
      )
      return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
    (entries) => ({ snapshot: snapshotId, entries: entries.length }),
  )
}
