import { addRange, partsWithContent } from '../bytes/holes.ts'
import { hexOf } from '../encoding/encoding.ts'
import { nameText } from '../encoding/name-text.ts'
import { EngineError, RepositoryFormatError } from '../errors.ts'
import type { ByteRange, NameBytes } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { entryAt } from '../trees/entry-at.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'
import { ChunkSources } from './chunk-sources.ts'
import type { PlacedChunk } from './chunk-sources.ts'
import { ChunksInOrder } from './chunks-in-order.ts'
import type { Take } from './chunks-in-order.ts'
import { BLOCK_BYTES, brokenOff, fillingAfter, tarHeader } from './tar-headers.ts'

export interface DumpReport {
  readonly entries: number
  readonly files: number
  /** Bytes of their contents. */
  readonly bytes: number
  /** Sockets, which archives cannot hold: programs create them when they start to listen. */
  readonly leftOut: readonly NameBytes[]
  /** Chunks that only a copy could supply. */
  readonly recoveredChunks: number
}

export interface DumpOptions {
  /** Repositories that the snapshot was copied to or from: chunks damaged here are read there. */
  readonly copies?: readonly Repository[]
  /** Called before anything is output; throws to stop. */
  readonly mayGoOn?: () => void
  readonly onProgress?: OnProgress
}

/** Something at a path of a snapshot, to be output as bytes. */
export interface Dump {
  readonly kind: TreeEntry['kind']
  /**
   * Outputs a folder as a tar archive, a file as it is, part by part. Each chunk is verified before it is output, and
   * never more than some tens of megabytes are held. Paths in an archive are those of the snapshot.
   * @throws EngineError for what is neither file nor folder, RepositoryFormatError for what cannot be read. An archive
   *   is then broken off in a way that no reader takes for complete
   */
  write(take: Take): Promise<DumpReport>
}

/** @param path '' is the snapshot itself, a folder. @throws EngineError for a snapshot or path that does not exist */
export async function openDump(
  repository: Repository,
  snapshotId: string,
  path: NameBytes,
  options: DumpOptions = {},
): Promise<Dump> {
  const { copies = [] } = options
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const lineage = lineageOf(snapshot)
  const reader = new TreeReader(repository, lineage, copies.length === 0 ? undefined : { copies, onlyListed: false })
  const entry = await entryAt(reader, snapshot, path)
  const { kind } = entry
  const write = async (take: Take): Promise<DumpReport> => {
    const sources = new ChunkSources(repository, reader, lineage, copies)
    if (kind === 'directory') return new Archive(repository, reader, sources, take, options).write(path, entry)
    if (kind === 'file') return writeFile(repository, sources, path, entry, take, options)
    throw new EngineError(`cannot read ${nameText(path)}: it is a ${kind}, not a file`)
  }
  return {
    kind,
    write: (take) =>
      repository.audited(
        'dump',
        async () => {
          const report = await write(take)
          const { recoveredChunks } = report
          if (recoveredChunks > 0)
            repository.ports.log.warn(
              `${recoveredChunks} chunks that cannot be read in ${repository.store.name} came from ${copies.map(({ store }) => store.name).join(', ')}`,
            )
          return report
        },
        ({ entries, bytes }) => ({ snapshot: snapshotId, entries, bytes }),
      ),
  }
}

async function writeFile(
  { ports }: Repository,
  sources: ChunkSources,
  path: NameBytes,
  entry: TreeEntry,
  take: Take,
  { mayGoOn }: DumpOptions,
): Promise<DumpReport> {
  const output = new ChunksInOrder(sources, ports.fidelity, take, mayGoOn)
  for (const { chunk, start, end } of await sources.chunksOf(entry, path))
    await output.chunk(chunk, { start: 0, end: end - start }, path)
  await output.finish()
  return { entries: 1, files: 1, bytes: entry.size, leftOut: [], recoveredChunks: sources.recoveredChunks }
}

class Archive {
  readonly #repository: Repository
  readonly #reader: TreeReader
  readonly #sources: ChunkSources
  readonly #output: ChunksInOrder
  readonly #take: Take
  readonly #onProgress: OnProgress | undefined
  /** The first name of each file with several names. */
  readonly #names = new Map<string, NameBytes>()
  readonly #leftOut: NameBytes[] = []
  #entries = 0
  #files = 0
  #bytes = 0

  constructor(
    repository: Repository,
    reader: TreeReader,
    sources: ChunkSources,
    take: Take,
    { mayGoOn, onProgress }: DumpOptions,
  ) {
    this.#repository = repository
    this.#reader = reader
    this.#sources = sources
    this.#take = take
    this.#output = new ChunksInOrder(sources, repository.ports.fidelity, take, mayGoOn)
    this.#onProgress = onProgress
  }

  async write(path: NameBytes, folder: TreeEntry): Promise<DumpReport> {
    try {
      await this.#add(path, folder)
      await this.#output.bytes(new Uint8Array(2 * BLOCK_BYTES))
      await this.#output.finish()
    } catch (error) {
      await this.#breakOff(error)
      throw error
    }
    return {
      entries: this.#entries,
      files: this.#files,
      bytes: this.#bytes,
      leftOut: this.#leftOut,
      recoveredChunks: this.#sources.recoveredChunks,
    }
  }

  /**
   * Programs take an archive that ends between two entries for complete, so a failure must not end it there. In the
   * middle of a file they miss the rest; elsewhere the beginning of an entry that never comes is appended.
   */
  async #breakOff(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    try {
      // Chunks requested before the failure may be sound.
      if (error instanceof RepositoryFormatError) await this.#output.finish()
    } catch {
      // If this fails too, the archive just ends; the first error says why.
    }
    try {
      if (this.#output.owed_bytes === 0) await this.#take(brokenOff(reason))
    } catch {
      // The reader is gone.
    }
  }

  /** Adds an entry and everything below it. */
  async #add(path: NameBytes, entry: TreeEntry): Promise<void> {
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
    // Trees of one folder are stored next to each other.
    await this.#reader.trees(below.flatMap(({ tree }) => (tree === undefined ? [] : [hexOf(tree)])))
    for (const each of below) await this.#add(path === '' ? each.name : `${path}/${each.name}`, each)
  }

  async #file(path: NameBytes, entry: TreeEntry): Promise<void> {
    const chunks = await this.#sources.chunksOf(entry, path)
    const runs = entry.metadata.sparse === true ? await this.#runsOf(path, chunks) : undefined
    const hasHoles = runs !== undefined && (runs.length !== 1 || runs[0]!.start > 0 || runs[0]!.end < entry.size)
    const wanted = hasHoles ? runs : [{ start: 0, end: entry.size }]
    const length = wanted.reduce((sum, { start, end }) => sum + end - start, 0)
    const filling = fillingAfter(length)
    const header = tarHeader({ ...entry, kind: 'file', path, ...(hasHoles ? { runs } : {}) })
    await this.#output.bytes(header, length + filling)
    let first = 0
    for (const { chunk, start, end } of chunks) {
      while (first < wanted.length && wanted[first]!.end <= start) first++
      for (let at = first; at < wanted.length && wanted[at]!.start < end; at++) {
        const from = Math.max(start, wanted[at]!.start)
        const to = Math.min(end, wanted[at]!.end)
        await this.#output.chunk(chunk, { start: from - start, end: to - start }, path)
      }
    }
    await this.#output.bytes(new Uint8Array(filling))
    this.#bytes += entry.size
    this.#onProgress?.({ files: this.#files, bytes: this.#bytes })
  }

  /** The parts between the holes of a file. The file is read twice: the archive lists the parts before the content. */
  async #runsOf(path: NameBytes, chunks: readonly PlacedChunk[]): Promise<ByteRange[]> {
    const runs: ByteRange[] = []
    let offset = 0
    const look = new ChunksInOrder(this.#sources, this.#repository.ports.fidelity, async (bytes) => {
      for (const { start, end } of partsWithContent(bytes, offset))
        addRange(runs, { start: offset + start, end: offset + end })
      offset += bytes.length
    })
    for (const { chunk, start, end } of chunks) await look.chunk(chunk, { start: 0, end: end - start }, path)
    await look.finish()
    return runs
  }
}
