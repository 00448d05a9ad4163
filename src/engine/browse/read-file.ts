import { EngineError } from '../errors.ts'
import type { Content, NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { storedFile } from '../restore/stored-file.ts'
import { entryAt } from '../trees/entry-at.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

/** Bytes of the file that are held at once. */
const WINDOW_BYTES = 16 * 1024 * 1024

/**
 * One file of a snapshot, from its beginning to its end, part by part; each chunk is verified before it is given out.
 * @throws EngineError for a snapshot or a file that is not there, RepositoryFormatError for a part that cannot be read
 */
export async function readFile(
  repository: Repository,
  snapshotId: string,
  path: NameBytes,
  take: (part: Content) => Promise<void>,
): Promise<{ readonly size: number }> {
  return repository.audited(
    'cat',
    async () => {
      const snapshot = await repository.snapshot(snapshotId)
      await repository.loadIndex()
      const lineage = lineageOf(snapshot)
      const reader = new TreeReader(repository, lineage)
      const entry = await entryAt(reader, snapshot, path)
      if (entry.kind !== 'file') throw new EngineError(`cannot read ${path}: it is a ${entry.kind}, not a file`)
      const { size } = entry
      const file = await storedFile(repository, reader, lineage, { path, entry })
      for (let start = 0; start < size; start += WINDOW_BYTES)
        await take(await file.read({ start, end: Math.min(size, start + WINDOW_BYTES) }))
      return { size }
    },
    ({ size }) => ({ snapshot: snapshotId, bytes: size }),
  )
}
