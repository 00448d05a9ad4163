import { nameText } from '../encoding/name-text.ts'
import { EngineError } from '../errors.ts'
import type { ByteRange, Content, NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { select } from '../restore/selection.ts'
import { storedFile } from '../restore/stored-file.ts'
import type { StoredFile } from '../restore/stored-file.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

/** A snapshot whose files are read in place without being restored: for mounts, and for machines that boot from a backup. */
export interface MountedSnapshot {
  readonly files: ReadonlyArray<{ readonly path: NameBytes; readonly size: number }>
  /**
   * Reads a part of a file, up to its end. Each chunk is verified.
   * @throws EngineError for a file that does not exist, or a chunk that cannot be read
   */
  read(path: NameBytes, range: ByteRange): Promise<Content>
}

/** Makes a snapshot readable in place, by reading its trees. */
export async function mountSnapshot(repository: Repository, snapshotId: string): Promise<MountedSnapshot> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const lineage = lineageOf(snapshot)
  const reader = new TreeReader(repository, lineage)
  const { entries } = await select(reader, snapshot)
  const files = new Map(entries.flatMap(({ path, entry }) => (entry.kind === 'file' ? [[path, entry] as const] : [])))
  const known = new Map<NameBytes, Promise<StoredFile>>()
  return {
    files: [...files].map(([path, { size }]) => ({ path, size })),
    async read(path, range) {
      const entry = files.get(path)
      if (entry === undefined) throw new EngineError(`there is no file ${nameText(path)} in the snapshot`)
      let file = known.get(path)
      if (file === undefined) known.set(path, (file = storedFile(repository, reader, lineage, { path, entry })))
      return (await file).read(range)
    },
  }
}
