import type { Content, NameBytes, RestoreTarget } from '../ports.ts'
import { RepositoryFormatError } from '../errors.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import { select } from './selection.ts'
import type { Selected } from './selection.ts'

export interface RestoreOptions {
  /** Paths to restore, with all that is below them; everything by default. */
  readonly only?: readonly NameBytes[]
  /** Requests to the store under way at once. Default 4. */
  readonly downloads?: number
  readonly onProgress?: (progress: { readonly files: number; readonly bytes: number }) => void
}

export interface FailedFile {
  readonly path: NameBytes
  readonly reason: string
}

export interface RestoreReport {
  /** Files that are complete. */
  readonly files: number
  readonly restored_bytes: number
  readonly fetched_bytes: number
  readonly failedFiles: readonly FailedFile[]
}

/** Where a chunk belongs: the number of a file, and the offset in it. */
interface Place {
  readonly file: number
  readonly offset: number
}

/** A file that is being put together. */
interface FileUnderWay {
  readonly path: NameBytes
  readonly selected: Selected
  left_bytes: number
  created: Promise<void> | undefined
  failed: string | undefined
}

/**
 * Restores a snapshot, or a part of it. Chunks are read pack by pack, verified, and written to all places where they belong.
 * A file with a damaged chunk is reported and the others are restored.
 * @throws StoreUnavailableError, FileSystemError when store or target fail as a whole
 */
export async function restore(
  repository: Repository,
  snapshotId: string,
  target: RestoreTarget,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  return repository.audited(
    'restore',
    () => perform(repository, snapshotId, target, options),
    ({ files, restored_bytes, failedFiles }) => ({
      snapshot: snapshotId,
      files,
      restored_bytes,
      failed: failedFiles.length,
    }),
  )
}

async function perform(
  repository: Repository,
  snapshotId: string,
  target: RestoreTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const lineage = lineageOf(snapshot)
  const reader = new TreeReader(repository, lineage)
  const { entries, leading } = await select(reader, snapshot, options.only)
  await target.createDirectory('')
  for (const { path, entry } of [...leading, ...entries])
    if (entry.kind === 'directory') await target.createDirectory(path)

  const restoration = new Restoration(repository, target, options.onProgress)
  const names = new Map<string, NameBytes>()
  const links: Array<readonly [path: NameBytes, existing: NameBytes]> = []
  const files: Selected[] = []
  for (const selected of entries) {
    const { path, entry } = selected
    const existing = entry.hardLink === undefined ? undefined : names.get(entry.hardLink)
    if (existing !== undefined) links.push([path, existing])
    else if (entry.kind === 'file') files.push(selected)
    else if (entry.kind !== 'directory') await createOther(target, selected)
    if (entry.hardLink !== undefined && existing === undefined) names.set(entry.hardLink, path)
  }
  const lists = await reader.chunkLists(files.map(({ entry }) => entry))
  for (const [at, selected] of files.entries()) await restoration.plan(selected, lists[at]!)
  const { fetched_bytes } = await readChunks(repository, restoration.wanted(), restoration, {
    lineage,
    ...(options.downloads === undefined ? {} : { downloads: options.downloads }),
  })

  const failedFiles = restoration.failures()
  const failed = new Set(failedFiles.map(({ path }) => path))
  for (const [path, existing] of links) {
    if (failed.has(existing)) failedFiles.push({ path, reason: `it is a name of ${existing}, which is damaged` })
    else await target.createHardLink(path, existing)
  }
  for (const { path, entry } of entries.toReversed()) {
    if (entry.kind === 'directory') await target.finish(path, 'directory', entry.metadata)
  }
  if (options.only === undefined) await target.finish('', 'directory', snapshot.root)
  const { done } = restoration
  return {
    files: done.files + links.filter(([, existing]) => !failed.has(existing)).length,
    restored_bytes: done.bytes,
    fetched_bytes: fetched_bytes + reader.fetched_bytes,
    failedFiles,
  }
}

async function createOther(target: RestoreTarget, { path, entry }: Selected): Promise<void> {
  if (entry.kind === 'symlink') await target.createSymlink(path, entry.symlinkTarget ?? '')
  else await target.createSpecial(path, entry.kind, entry.device)
  await target.finish(path, entry.kind, entry.metadata)
}

/** Puts files together from chunks that come in the order of the packs. */
class Restoration {
  readonly done = { files: 0, bytes: 0 }
  readonly #repository: Repository
  readonly #target: RestoreTarget
  readonly #onProgress: RestoreOptions['onProgress']
  readonly #files: FileUnderWay[] = []
  readonly #places = new Map<number, Place | Place[]>()
  readonly #reader: TreeReader

  constructor(repository: Repository, target: RestoreTarget, onProgress: RestoreOptions['onProgress']) {
    this.#repository = repository
    this.#target = target
    this.#onProgress = onProgress
    this.#reader = new TreeReader(repository)
  }

  /** Takes a file on: its chunks in order. */
  async plan(selected: Selected, chunks: Uint8Array): Promise<void> {
    const { path, entry } = selected
    const file: FileUnderWay = { path, selected, left_bytes: entry.size, created: undefined, failed: undefined }
    const number = this.#files.push(file) - 1
    let entries: number[]
    try {
      entries = this.#reader.entriesOf(chunks, path)
    } catch (error) {
      if (!(error instanceof RepositoryFormatError)) throw error
      file.failed = error.message
      return
    }
    let offset = 0
    for (const chunk of entries) {
      const place = { file: number, offset }
      const others = this.#places.get(chunk)
      if (others === undefined) this.#places.set(chunk, place)
      else if (Array.isArray(others)) others.push(place)
      else this.#places.set(chunk, [others, place])
      offset += this.#repository.index.lengthOf(chunk)
    }
    if (offset !== entry.size) file.failed = `its chunks are ${offset} bytes together, not ${entry.size}`
    else if (entry.size === 0) await this.#finish(file)
  }

  wanted(): number[] {
    return [...this.#places.keys()]
  }

  async chunks(entries: readonly number[], contents: readonly Content[]): Promise<void> {
    const { fidelity } = this.#repository.ports
    const runs = new Map<number, { offset: number; length: number; parts: Content[] }>()
    const writes: Array<Promise<void>> = []
    const write = (number: number, offset: number, parts: Content[]): void => {
      writes.push(this.#write(this.#files[number]!, offset, fidelity.concat(parts)))
    }
    for (const [at, chunk] of entries.entries()) {
      const content = contents[at]!
      const places = this.#places.get(chunk)
      for (const { file, offset } of Array.isArray(places) ? places : places === undefined ? [] : [places]) {
        if (this.#files[file]!.failed !== undefined) continue
        // What follows on in the file as it does in the pack is written at once.
        const run = runs.get(file)
        if (run !== undefined && run.offset + run.length === offset) {
          run.parts.push(content)
          run.length += content.length
          continue
        }
        if (run !== undefined) write(file, run.offset, run.parts)
        runs.set(file, { offset, length: content.length, parts: [content] })
      }
    }
    for (const [file, { offset, parts }] of runs) write(file, offset, parts)
    const results = await Promise.allSettled(writes)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  damaged(entries: readonly number[], reason: string): void {
    for (const chunk of entries) {
      const places = this.#places.get(chunk)
      for (const { file } of Array.isArray(places) ? places : places === undefined ? [] : [places]) {
        this.#files[file]!.failed ??= reason
      }
    }
  }

  failures(): FailedFile[] {
    return this.#files
      .filter(({ failed, left_bytes }) => failed !== undefined || left_bytes !== 0)
      .map(({ path, failed }) => ({ path, reason: failed ?? 'it is not complete' }))
  }

  async #write(file: FileUnderWay, offset: number, content: Content): Promise<void> {
    file.created ??= this.#target.createFile(file.path, file.selected.entry.size)
    await file.created
    await this.#target.write(file.path, offset, content)
    file.left_bytes -= content.length
    if (file.left_bytes === 0) await this.#finish(file)
  }

  async #finish(file: FileUnderWay): Promise<void> {
    const { path, selected } = file
    file.created ??= this.#target.createFile(path, selected.entry.size)
    await file.created
    await this.#target.finish(path, 'file', selected.entry.metadata)
    this.done.files++
    this.done.bytes += selected.entry.size
    this.#onProgress?.(this.done)
  }
}
