import { hexOf } from '../encoding/encoding.ts'
import { nameText } from '../encoding/name-text.ts'
import { EngineError } from '../errors.ts'
import type { LineageTag } from '../index/address.ts'
import { metadataDifferences } from './metadata-differences.ts'
import type { MetadataDifference } from './metadata-differences.ts'
import { holdsChunks } from '../packs/holds-chunks.ts'
import type { EntryMetadata, FileSystem, NameBytes, SourceEntry, SourceTree } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { standingOf } from '../restore/filter.ts'
import type { SelectionOptions } from '../restore/selection.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

/** What is compared (by default everything), and how. */
export interface ComparisonOptions extends SelectionOptions {
  /** Bytes of a file read at once. */
  readonly window_bytes?: number
  readonly onProgress?: OnProgress
}

export interface ComparisonReport {
  /** Number of files whose content was compared. */
  readonly files: number
  readonly compared_bytes: number
  readonly differences: readonly TreeDifference[]
}

export interface TreeDifference {
  readonly path: NameBytes
  readonly difference: 'missing' | 'extra' | 'other kind' | 'content' | 'metadata'
  /** For metadata: what differs. Not determined where the content differs. */
  readonly metadata?: readonly MetadataDifference[]
}

/**
 * Compares a file system with a snapshot: what was restored, or what was backed up. Only the trees of the repository
 * are read, because the ids of chunks tell whether content is the same.
 */
export async function compareWithSnapshot(
  repository: Repository,
  snapshotId: string,
  files: FileSystem,
  options: ComparisonOptions = {},
): Promise<ComparisonReport> {
  return repository.audited(
    'compare',
    async () => {
      const snapshot = await repository.snapshot(snapshotId)
      await repository.loadIndex()
      const source = await files.snapshot()
      try {
        const comparison = new Comparison(repository, source, lineageOf(snapshot), options)
        const { only, include } = options
        await comparison.directory(source.root, '', snapshot.tree, include === undefined)
        if (only === undefined && include === undefined) await comparison.metadata('', snapshot.root, source.root)
        for (const path of only ?? [])
          if (!comparison.seen.has(path))
            throw new EngineError(`there is no ${nameText(path)} in the snapshot or beside it`)
        return comparison.report()
      } finally {
        await source.release()
      }
    },
    ({ files: compared, differences }) => ({ snapshot: snapshotId, files: compared, differences: differences.length }),
  )
}

class Comparison {
  /** Requested paths that were found. */
  readonly seen = new Set<NameBytes>()
  readonly #repository: Repository
  readonly #source: SourceTree
  readonly #lineage: readonly LineageTag[]
  readonly #options: ComparisonOptions
  readonly #reader: TreeReader
  readonly #differences: TreeDifference[] = []
  /** For each file with several names, as recorded: the file that its first name belongs to now. */
  readonly #linked = new Map<string, string | undefined>()
  #files = 0
  #bytes = 0

  constructor(repository: Repository, source: SourceTree, lineage: readonly LineageTag[], options: ComparisonOptions) {
    this.#repository = repository
    this.#source = source
    this.#lineage = lineage
    this.#options = options
    this.#reader = new TreeReader(repository, lineage)
  }

  report(): ComparisonReport {
    return { files: this.#files, compared_bytes: this.#bytes, differences: this.#differences }
  }

  /**
   * @param directory undefined: there is none
   * @param isIncluded whether the filter includes the directory itself
   */
  async directory(
    directory: SourceEntry | undefined,
    path: NameBytes,
    address: string,
    isIncluded: boolean,
  ): Promise<void> {
    const recorded = await this.#reader.tree(address)
    const present = new Map(
      (directory === undefined ? [] : await this.#source.list(directory)).map((entry) => [entry.name, entry]),
    )
    const names = new Set([...recorded.map(({ name }) => name), ...present.keys()])
    const byName = new Map(recorded.map((entry) => [entry.name, entry]))
    for (const name of [...names].sort(byBytes)) {
      const place = path === '' ? name : `${path}/${name}`
      const [before, now] = [byName.get(name), present.get(name)]
      const isDirectory = (before ?? now)?.kind === 'directory'
      const standing = this.#standing(place, isDirectory, isIncluded)
      if (standing === 'no') continue
      this.seen.add(place)
      // A directory that is only on the way is not compared itself, but what is below it is, and is missing where it
      // is.
      if (standing === 'leading') {
        const isThere = now?.kind === 'directory'
        const included = this.#options.include === undefined
        if (before?.tree !== undefined)
          await this.directory(isThere ? now : undefined, place, hexOf(before.tree), included)
      } else if (before === undefined || now === undefined) {
        // Programs create their sockets themselves.
        if (before?.kind !== 'socket') this.#tell(place, before === undefined ? 'extra' : 'missing')
      } else await this.#entry(place, before, now)
    }
  }

  async #entry(path: NameBytes, before: TreeEntry, now: SourceEntry): Promise<void> {
    if (before.kind !== now.kind) return this.#tell(path, 'other kind')
    if (before.kind === 'file' && !(await this.#sameContent(before, now))) return this.#tell(path, 'content')
    if (before.tree !== undefined) await this.directory(now, path, hexOf(before.tree), true)
    await this.metadata(path, before.metadata, now, before)
  }

  /** @param before the recorded entry; absent for the root */
  async metadata(path: NameBytes, recorded: EntryMetadata, now: SourceEntry, before?: TreeEntry): Promise<void> {
    const extendedAttributes = now.metadata.extendedAttributes ?? (await this.#source.extendedAttributes?.(now))
    const differences = metadataDifferences(
      { ...before, metadata: recorded },
      {
        ...now,
        metadata: { ...now.metadata, ...(extendedAttributes === undefined ? {} : { extendedAttributes }) },
      },
      // Not compared where this machine cannot read them.
      this.#source.extendedAttributes !== undefined || extendedAttributes !== undefined,
    )
    if (before !== undefined && !this.#isLinkedAlike(before, now))
      differences.push({ what: 'hard links', recorded: 'one file', found: 'several' })
    if (differences.length > 0) this.#differences.push({ path, difference: 'metadata', metadata: differences })
  }

  /** Recorded names of one file must still belong to one file. Where only one of them is compared, this cannot be told. */
  #isLinkedAlike({ hardLink }: TreeEntry, now: SourceEntry): boolean {
    if (hardLink === undefined) return true
    if (!this.#linked.has(hardLink)) {
      this.#linked.set(hardLink, now.hardLink)
      return true
    }
    return now.hardLink !== undefined && this.#linked.get(hardLink) === now.hardLink
  }

  async #sameContent(before: TreeEntry, now: SourceEntry): Promise<boolean> {
    if (before.size !== (now.size ?? 0)) return false
    const [addresses = new Uint8Array(0)] = await this.#reader.chunkLists([before])
    const chunks = { addresses, entries: this.#reader.entriesOf(addresses, before.name) }
    const isSame = await holdsChunks(this.#repository, chunks, this.#lineage, {
      read: (offset, length) => this.#source.read(now, offset, length),
      window_bytes: this.#options.window_bytes,
      onEqual: (bytes) => {
        this.#bytes += bytes
        this.#options.onProgress?.({ files: this.#files, bytes: this.#bytes })
      },
    })
    if (!isSame) return false
    this.#files++
    return true
  }

  /** Whether a path is compared, or is on the way to compared ones. */
  #standing(path: NameBytes, isDirectory: boolean, isIncluded: boolean): 'whole' | 'leading' | 'no' {
    const { only } = this.#options
    if (only === undefined || only.some((wanted) => path === wanted || path.startsWith(`${wanted}/`)))
      return standingOf(this.#options, path, isDirectory, isIncluded)
    return only.some((wanted) => wanted.startsWith(`${path}/`)) ? 'leading' : 'no'
  }

  #tell(path: NameBytes, difference: TreeDifference['difference']): void {
    this.#differences.push({ path, difference })
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)
