import { nameText } from '../encoding/name-text.ts'
import { EngineError } from '../errors.ts'
import type { ByteRange, Content, NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { select } from '../restore/selection.ts'
import { storedFile } from '../restore/stored-file.ts'
import type { StoredFile } from '../restore/stored-file.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

/** A snapshot whose files are read where they are, without being restored: what a mount is, and a machine that starts from a backup. */
export interface MountedSnapshot {
  readonly files: ReadonlyArray<{ readonly path: NameBytes; readonly size: number }>
  /**
   * A part of a file; what lies beyond its end is left out. Each chunk is verified.
   * @throws EngineError for a file that is not there, or a chunk that cannot be read
   */
  read(path: NameBytes, range: ByteRange): Promise<Content>
}

/** Makes a snapshot readable in place. Reads its trees. */
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
