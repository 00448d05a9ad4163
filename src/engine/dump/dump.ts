import { addRange, partsWithContent } from '../bytes/holes.ts'
import { hexOf } from '../encoding/encoding.ts'
import { EngineError, RepositoryFormatError } from '../errors.ts'
import type { LineageTag } from '../index/address.ts'
import type { ByteRange, NameBytes } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { entryAt } from '../trees/entry-at.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'
import { ChunksInOrder } from './chunks-in-order.ts'
import type { Take } from './chunks-in-order.ts'
import { BLOCK_BYTES, fillingAfter, tarHeader } from './tar-headers.ts'

export interface DumpReport {
  readonly entries: number
  readonly files: number
  /** Bytes of their contents. */
  readonly bytes: number
  /** Sockets, which archives cannot hold: the programs that listen on them make them anew. */
  readonly leftOut: readonly NameBytes[]
}

/** What lies at a path of a snapshot; '' is the snapshot itself, a directory. @throws EngineError when nothing does */
export async function kindAt(repository: Repository, snapshotId: string, path: NameBytes): Promise<TreeEntry['kind']> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  return (await entryAt(new TreeReader(repository, lineageOf(snapshot)), snapshot, path)).kind
}

/**
 * A folder of a snapshot, or all of it, as a tar archive, part by part: each chunk is verified before it is given out, and
 * no more than some tens of megabytes are held, whatever the folder holds. Paths are those of the snapshot.
 * @throws EngineError for a snapshot or folder that is not there, RepositoryFormatError for what cannot be read: the archive then
 *   ends in the middle of an entry
 */
export async function dumpFolder(
  repository: Repository,
  snapshotId: string,
  path: NameBytes,
  take: Take,
  options: { readonly onProgress?: OnProgress } = {},
): Promise<DumpReport> {
  return repository.audited(
    'dump',
    async () => {
      const snapshot = await repository.snapshot(snapshotId)
      await repository.loadIndex()
      const lineage = lineageOf(snapshot)
      const reader = new TreeReader(repository, lineage)
      const folder = await entryAt(reader, snapshot, path)
      if (folder.kind !== 'directory')
        throw new EngineError(`cannot make an archive of ${path}: it is a ${folder.kind}`)
      const archive = new Archive(repository, reader, lineage, take, options.onProgress)
      await archive.add(path, folder)
      return archive.finish()
    },
    ({ entries, bytes }) => ({ snapshot: snapshotId, entries, bytes }),
  )
}

/** A chunk, by its entry in the index, and where in a file it lies. */
interface PlacedChunk extends ByteRange {
  readonly chunk: number
}

class Archive {
  readonly #repository: Repository
  readonly #reader: TreeReader
  readonly #lineage: readonly LineageTag[]
  readonly #output: ChunksInOrder
  readonly #onProgress: OnProgress | undefined
  /** Where each file with several names was met first. */
  readonly #names = new Map<string, NameBytes>()
  readonly #leftOut: NameBytes[] = []
  #entries = 0
  #files = 0
  #bytes = 0

  constructor(
    repository: Repository,
    reader: TreeReader,
    lineage: readonly LineageTag[],
    take: Take,
    onProgress: OnProgress | undefined,
  ) {
    this.#repository = repository
    this.#reader = reader
    this.#lineage = lineage
    this.#output = new ChunksInOrder(repository, lineage, take)
    this.#onProgress = onProgress
  }

  /** An entry, and all that is below it. */
  async add(path: NameBytes, entry: TreeEntry): Promise<void> {
    const { kind, hardLink } = entry
    if (kind === 'socket') {
      this.#leftOut.push(path)
      return
    }
    this.#entries++
    const linkTo = hardLink === undefined ? undefined : this.#names.get(hardLink)
    if (hardLink !== undefined && linkTo === undefined) this.#names.set(hardLink, path)
    if (linkTo !== undefined) await this.#output.bytes(tarHeader({ ...entry, kind, path, linkTo }))
    else if (kind === 'file') await this.#file(path, entry)
    else await this.#output.bytes(tarHeader({ ...entry, kind, path }))
    if (kind === 'file') this.#files++
    if (entry.tree === undefined) return
    const below = await this.#reader.tree(hexOf(entry.tree))
    // Trees of one folder lie side by side.
    await this.#reader.trees(below.flatMap(({ tree }) => (tree === undefined ? [] : [hexOf(tree)])))
    for (const each of below) await this.add(path === '' ? each.name : `${path}/${each.name}`, each)
  }

  async finish(): Promise<DumpReport> {
    await this.#output.bytes(new Uint8Array(2 * BLOCK_BYTES))
    await this.#output.finish()
    return { entries: this.#entries, files: this.#files, bytes: this.#bytes, leftOut: this.#leftOut }
  }

  async #file(path: NameBytes, entry: TreeEntry): Promise<void> {
    const chunks = await this.#chunksOf(path, entry)
    const runs = entry.metadata.sparse === true ? await this.#runsOf(path, chunks) : undefined
    const hasHoles = runs !== undefined && (runs.length !== 1 || runs[0]!.start > 0 || runs[0]!.end < entry.size)
    await this.#output.bytes(tarHeader({ ...entry, kind: 'file', path, ...(hasHoles ? { runs } : {}) }))
    const wanted = hasHoles ? runs : [{ start: 0, end: entry.size }]
    let written = 0
    let first = 0
    for (const { chunk, start, end } of chunks) {
      while (first < wanted.length && wanted[first]!.end <= start) first++
      for (let at = first; at < wanted.length && wanted[at]!.start < end; at++) {
        const from = Math.max(start, wanted[at]!.start)
        const to = Math.min(end, wanted[at]!.end)
        await this.#output.chunk(chunk, { start: from - start, end: to - start }, path)
        written += to - from
      }
    }
    await this.#output.bytes(new Uint8Array(fillingAfter(written)))
    this.#bytes += entry.size
    this.#onProgress?.({ files: this.#files, bytes: this.#bytes })
  }

  /** The chunks of a file, and where in it they lie. */
  async #chunksOf(path: NameBytes, entry: TreeEntry): Promise<PlacedChunk[]> {
    const { index } = this.#repository
    const { entries } = await this.#reader.chunksOf(entry, path)
    let end = 0
    const chunks = Array.from(entries, (chunk) => ({ chunk, start: end, end: (end += index.lengthOf(chunk)) }))
    if (end !== entry.size)
      throw new RepositoryFormatError(`cannot read ${path}: its chunks are ${end} bytes together, not ${entry.size}`)
    return chunks
  }

  /** What lies between the holes of a file. It is read for that, and then again: where its content begins is told before it. */
  async #runsOf(path: NameBytes, chunks: readonly PlacedChunk[]): Promise<ByteRange[]> {
    const runs: ByteRange[] = []
    let offset = 0
    const look = new ChunksInOrder(this.#repository, this.#lineage, async (bytes) => {
      for (const { start, end } of partsWithContent(bytes, offset))
        addRange(runs, { start: offset + start, end: offset + end })
      offset += bytes.length
    })
    for (const { chunk, start, end } of chunks) await look.chunk(chunk, { start: 0, end: end - start }, path)
    await look.finish()
    return runs
  }
}
