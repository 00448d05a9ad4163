import { EngineError } from '../errors.ts'
import { ADDRESS_BYTES, AddressCursor } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import { isAddressOf } from '../packs/chunk-reader.ts'
import type { EntryMetadata, FileSystem, NameBytes, RestoreTarget, SourceEntry, SourceTree } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { restore } from '../restore/restore.ts'
import type { FailedFile, RestoreOptions } from '../restore/restore-options.ts'
import { hexOf } from '../encoding/encoding.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

export interface RehearsalReport {
  readonly files: number
  readonly verified_bytes: number
  readonly fetched_bytes: number
  readonly failedFiles: readonly FailedFile[]
}

/** Does all that a restore does, and keeps nothing: every chunk of the snapshot is read, opened and held against its id. */
export async function rehearseRestore(
  repository: Repository,
  snapshotId: string,
  options: Omit<RestoreOptions, 'resume'> = {},
): Promise<RehearsalReport> {
  const report = await restore(repository, snapshotId, keepNothing, options)
  const { files, restored_bytes: verified_bytes, fetched_bytes, failedFiles } = report
  return { files, verified_bytes, fetched_bytes, failedFiles }
}

const nothing = (): Promise<void> => Promise.resolve()

const keepNothing: RestoreTarget = {
  createDirectory: nothing,
  createFile: nothing,
  write: nothing,
  createSymlink: nothing,
  createHardLink: nothing,
  createSpecial: nothing,
  finish: nothing,
}

export interface ComparisonOptions {
  /** Paths to compare, with all that is below them; everything by default. */
  readonly only?: readonly NameBytes[]
  /** Bytes of a file read at once. */
  readonly window_bytes?: number
  readonly onProgress?: OnProgress
}

export interface ComparisonReport {
  /** Files whose content was compared, and their bytes. */
  readonly files: number
  readonly compared_bytes: number
  readonly differences: ReadonlyArray<{ readonly path: NameBytes; readonly difference: TreeDifference }>
}

/** `metadata`: owner, mode, time of the last change, where a link leads or extended attributes. */
export type TreeDifference = 'missing' | 'extra' | 'other kind' | 'content' | 'metadata'

/**
 * Holds a file system against a snapshot: what was restored, or what was backed up. Of the repository only the trees are
 * read, for the ids of chunks tell whether content is the same.
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
        await comparison.directory(source.root, '', snapshot.tree)
        if (options.only === undefined) await comparison.metadata('', snapshot.root, source.root)
        for (const path of options.only ?? [])
          if (!comparison.seen.has(path)) throw new EngineError(`there is no ${path} in the snapshot or beside it`)
        return comparison.report()
      } finally {
        await source.release()
      }
    },
    ({ files: compared, differences }) => ({ snapshot: snapshotId, files: compared, differences: differences.length }),
  )
}

class Comparison {
  /** Paths that were asked for and met. */
  readonly seen = new Set<NameBytes>()
  readonly #repository: Repository
  readonly #source: SourceTree
  readonly #lineage: readonly LineageTag[]
  readonly #options: ComparisonOptions
  readonly #reader: TreeReader
  readonly #differences: Array<{ path: NameBytes; difference: TreeDifference }> = []
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

  async directory(directory: SourceEntry, path: NameBytes, address: string): Promise<void> {
    const recorded = await this.#reader.tree(address)
    const present = new Map((await this.#source.list(directory)).map((entry) => [entry.name, entry]))
    const names = new Set([...recorded.map(({ name }) => name), ...present.keys()])
    const byName = new Map(recorded.map((entry) => [entry.name, entry]))
    for (const name of [...names].sort(byBytes)) {
      const place = path === '' ? name : `${path}/${name}`
      const wanted = this.#wanted(place)
      if (wanted === 'no') continue
      this.seen.add(place)
      const [before, now] = [byName.get(name), present.get(name)]
      if (before === undefined || now === undefined) {
        // The socket of a program is made by the program.
        if (before?.kind !== 'socket') this.#tell(place, before === undefined ? 'extra' : 'missing')
      } else await this.#entry(place, before, now, wanted === 'whole')
    }
  }

  async #entry(path: NameBytes, before: TreeEntry, now: SourceEntry, isWhole: boolean): Promise<void> {
    if (before.kind !== now.kind) return this.#tell(path, 'other kind')
    if (before.kind === 'file' && !(await this.#sameContent(before, now))) return this.#tell(path, 'content')
    if (before.tree !== undefined) await this.directory(now, path, hexOf(before.tree))
    if (!isWhole) return
    const isSame =
      before.symlinkTarget === now.symlinkTarget &&
      before.device?.major === now.device?.major &&
      before.device?.minor === now.device?.minor
    if (isSame) await this.metadata(path, before.metadata, now)
    else this.#tell(path, 'metadata')
  }

  async metadata(path: NameBytes, before: EntryMetadata, entry: SourceEntry): Promise<void> {
    const now = entry.metadata
    const attributes = now.extendedAttributes ?? (await this.#source.extendedAttributes?.(entry))
    // Not compared where this machine cannot read them.
    const knowsAttributes = this.#source.extendedAttributes !== undefined || now.extendedAttributes !== undefined
    const isSame =
      before.mode === now.mode &&
      before.uid === now.uid &&
      before.gid === now.gid &&
      before.mtime_ns === now.mtime_ns &&
      (!knowsAttributes || textOf(before.extendedAttributes) === textOf(attributes))
    if (!isSame) this.#tell(path, 'metadata')
  }

  async #sameContent(before: TreeEntry, now: SourceEntry): Promise<boolean> {
    if (before.size !== (now.size ?? 0)) return false
    const { ports, keys, index } = this.#repository
    const [addresses = new Uint8Array(0)] = await this.#reader.chunkLists([before])
    const entries = this.#reader.entriesOf(addresses, before.name)
    const lengths = entries.map((entry) => index.lengthOf(entry))
    const { window_bytes = 4 * 1024 * 1024 } = this.#options
    const id = new AddressCursor()
    let offset = 0
    for (let chunk = 0; chunk < lengths.length;) {
      let last = chunk
      let length = lengths[chunk]!
      while (last + 1 < lengths.length && length + lengths[last + 1]! <= window_bytes) length += lengths[++last]!
      const content = await this.#source.read(now, offset, length)
      if (content.length !== length) return false
      for (let from = 0; chunk <= last; chunk++) {
        const part = ports.fidelity.slice(content, from, from + lengths[chunk]!)
        ports.fidelity.identify(part, keys, id.bytes, 0)
        if (!isAddressOf(id, addresses, chunk * ADDRESS_BYTES, this.#lineage)) return false
        from += lengths[chunk]!
      }
      offset += length
      this.#bytes += length
      this.#options.onProgress?.({ files: this.#files, bytes: this.#bytes })
    }
    await ports.cpu.charge([['hash', offset]])
    this.#files++
    return true
  }

  /** Whether a path was asked for, or leads to one that was. */
  #wanted(path: NameBytes): 'whole' | 'leading' | 'no' {
    const { only } = this.#options
    if (only === undefined || only.some((wanted) => path === wanted || path.startsWith(`${wanted}/`))) return 'whole'
    return only.some((wanted) => wanted.startsWith(`${path}/`)) ? 'leading' : 'no'
  }

  #tell(path: NameBytes, difference: TreeDifference): void {
    this.#differences.push({ path, difference })
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)

const textOf = (attributes: EntryMetadata['extendedAttributes'] = []): string =>
  attributes.map(([name, value]) => `${name}=${hexOf(value)}`).join('\n')
