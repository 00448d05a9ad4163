import { EngineError, RepositoryFormatError } from './errors.ts'
import { readChunks } from './packs/chunk-reader.ts'
import type { ByteRange, Content, NameBytes } from './ports.ts'
import type { Repository } from './repository/repository.ts'
import { select } from './restore/selection.ts'
import { TreeReader, lineageOf } from './trees/tree-reader.ts'
import type { TreeEntry } from './trees/tree.ts'

/** A snapshot whose files are read where they are, without being restored: what a mount is, and a machine that starts from a backup. */
export interface MountedSnapshot {
  readonly files: ReadonlyArray<{ readonly path: NameBytes; readonly size: number }>
  /**
   * A part of a file; what lies beyond its end is left out. Each chunk is verified.
   * @throws EngineError for a file that is not there, or a chunk that cannot be read
   */
  read(path: NameBytes, range: ByteRange): Promise<Content>
}

/** The chunks of a file: entries in the index, and where each begins. */
interface Chunks {
  readonly entries: readonly number[]
  readonly offsets: readonly number[]
}

/** Makes a snapshot readable in place. Reads its trees. */
export async function mountSnapshot(repository: Repository, snapshotId: string): Promise<MountedSnapshot> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const lineage = lineageOf(snapshot)
  const reader = new TreeReader(repository, lineage)
  const { entries } = await select(reader, snapshot)
  const files = new Map(entries.flatMap(({ path, entry }) => (entry.kind === 'file' ? [[path, entry] as const] : [])))
  const known = new Map<NameBytes, Promise<Chunks>>()

  async function chunksOf(path: NameBytes, entry: TreeEntry): Promise<Chunks> {
    const [list] = await reader.chunkLists([entry])
    const found = reader.entriesOf(list!, path)
    let offset = 0
    const offsets = found.map((chunk) => {
      const at = offset
      offset += repository.index.lengthOf(chunk)
      return at
    })
    return { entries: found, offsets }
  }

  return {
    files: [...files].map(([path, { size }]) => ({ path, size })),
    async read(path, { start, end }) {
      const entry = files.get(path)
      if (entry === undefined) throw new EngineError(`there is no file ${path} in the snapshot`)
      let chunks = known.get(path)
      if (chunks === undefined) known.set(path, (chunks = chunksOf(path, entry)))
      const { entries: all, offsets } = await chunks
      const from = Math.max(
        0,
        offsets.findLastIndex((offset) => offset <= start),
      )
      const to = offsets.findIndex((offset) => offset >= Math.min(end, entry.size))
      const wanted = all.slice(from, to < 0 ? all.length : to)
      const read = new Map<number, Content>()
      await readChunks(
        repository,
        [...new Set(wanted)],
        {
          chunks(numbers, contents) {
            for (const [at, number] of numbers.entries()) read.set(number, contents[at]!)
          },
          damaged(_lost, reason) {
            throw new RepositoryFormatError(`a part of ${path} cannot be read: ${reason}`)
          },
        },
        { lineage },
      )
      const { fidelity } = repository.ports
      const whole = fidelity.concat(wanted.map((number) => read.get(number)!))
      const offset = offsets[from] ?? 0
      return fidelity.slice(whole, Math.min(start - offset, whole.length), Math.min(end - offset, whole.length))
    },
  }
}
