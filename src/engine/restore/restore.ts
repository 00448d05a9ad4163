import type { Content, NameBytes, RestoreTarget } from '../ports.ts'
import { EngineError, RepositoryFormatError } from '../errors.ts'
import { ADDRESS_BYTES, AddressCursor, addressWords } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import { isAddressOf, readChunks } from '../packs/chunk-reader.ts'
import type { ReadHandlers, ReadOptions } from '../packs/chunk-reader.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import { select } from './selection.ts'
import type { Selected } from './selection.ts'

export interface RestoreOptions {
  /** Paths to restore, with all that is below them; everything by default. */
  readonly only?: readonly NameBytes[]
  /** Requests to the store under way at once. Default 4. */
  readonly downloads?: number
  /** Bytes that a request asks for at most. */
  readonly request_bytes?: number
  /** Packs that are needed in part are read from end to end. */
  readonly wholePacks?: boolean
  /**
   * Goes on with a restore that was interrupted: files that are there with the right content are not read again from the
   * store, only given their metadata. The target must be able to say what it holds.
   */
  readonly resume?: boolean
  /** A repository that the snapshots were copied to or from: what is damaged here is read there. */
  readonly fallback?: Repository
  readonly onProgress?: OnProgress
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
  /** Files that were there already. */
  readonly keptFiles: number
  /** Chunks that only the fallback could give. */
  readonly recoveredChunks: number
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
  const { fallback } = options
  try {
    return await restoreFrom(repository, snapshotId, target, options)
  } catch (error) {
    if (!(error instanceof RepositoryFormatError) || fallback === undefined) throw error
    // Trees are needed before anything else: the copy takes the lead, and this one may still help out.
    const copy = await counterpart(fallback, snapshotId)
    repository.ports.log.warn(`${error.message}; restoring from the copy in ${fallback.store.name}`)
    return restoreFrom(fallback, copy, target, { ...options, fallback: repository })
  }
}

/** Id of the snapshot's copy, or of what it is a copy of. */
async function counterpart(fallback: Repository, id: string): Promise<string> {
  const snapshots = await fallback.snapshots()
  const found = snapshots.find((other) => other.original === id || other.id === id)
  if (found === undefined) throw new EngineError(`there is no copy of snapshot ${id} in ${fallback.store.name} either`)
  return found.id
}

async function restoreFrom(
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

  const restoration = new Restoration(repository, target, lineage, options)
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
  const { downloads, request_bytes, wholePacks } = options
  const reading: ReadOptions = {
    lineage,
    ...(wholePacks === undefined ? {} : { wholePacks }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(request_bytes === undefined ? {} : { request_bytes }),
  }
  const { fetched_bytes } = await readChunks(repository, restoration.wanted(), restoration, reading)
  const recovered_bytes = await restoration.recover(reading)

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
    fetched_bytes: fetched_bytes + recovered_bytes + reader.fetched_bytes,
    keptFiles: restoration.keptFiles,
    recoveredChunks: restoration.recoveredChunks,
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
  readonly #options: RestoreOptions
  readonly #lineage: readonly LineageTag[]
  readonly #files: FileUnderWay[] = []
  readonly #places = new Map<number, Place | Place[]>()
  readonly #reader: TreeReader
  /** Chunks that could not be read here, and why: the fallback is asked for them. */
  readonly #lost = new Map<number, string>()
  keptFiles = 0
  recoveredChunks = 0
  readonly isDoneAfterChunks: boolean

  constructor(repository: Repository, target: RestoreTarget, lineage: readonly LineageTag[], options: RestoreOptions) {
    this.#repository = repository
    this.#target = target
    this.isDoneAfterChunks = target.copies === true
    this.#lineage = lineage
    this.#options = options
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
    if (this.#options.resume === true && (await this.#isThere(file, chunks, entries))) {
      file.left_bytes = 0
      file.created = Promise.resolve()
      this.keptFiles++
      await this.#finish(file)
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
    if (this.#options.fallback === undefined) this.#fail(entries, reason)
    else for (const chunk of entries) this.#lost.set(chunk, reason)
  }

  /** Asks the fallback for what could not be read. Gives the bytes read there. */
  async recover(reading: ReadOptions): Promise<number> {
    const { fallback } = this.#options
    if (fallback === undefined || this.#lost.size === 0) return 0
    await fallback.loadIndex()
    const here = new Map<number, number>()
    for (const [chunk, reason] of this.#lost) {
      const there = fallback.index.findStored(addressWords(this.#repository.index.addressOf(chunk)))
      if (there < 0) this.#fail([chunk], reason)
      else here.set(there, chunk)
    }
    const hereOf = (entries: readonly number[]): number[] => entries.map((entry) => here.get(entry)!)
    const handlers: ReadHandlers = {
      chunks: async (entries, contents) => {
        this.recoveredChunks += entries.length
        await this.chunks(hereOf(entries), contents)
      },
      damaged: (entries, reason) => this.#fail(hereOf(entries), `${reason}, in the copy too`),
    }
    const { fetched_bytes } = await readChunks(fallback, [...here.keys()], handlers, reading)
    return fetched_bytes
  }

  /** Whether the target holds the file, chunk by chunk. */
  async #isThere({ path, selected }: FileUnderWay, chunks: Uint8Array, entries: readonly number[]): Promise<boolean> {
    const target = this.#target
    const existing = await target.existing?.(path)
    if (target.read === undefined || existing?.kind !== 'file' || existing.size !== selected.entry.size) return false
    const { ports, keys, index } = this.#repository
    const id = new AddressCursor()
    let offset = 0
    for (const [at, entry] of entries.entries()) {
      const length = index.lengthOf(entry)
      const content = await target.read(path, offset, length)
      ports.fidelity.identify(content, keys, id.bytes, 0)
      if (content.length !== length || !isAddressOf(id, chunks, at * ADDRESS_BYTES, this.#lineage)) return false
      offset += length
    }
    await ports.cpu.charge([['hash', offset]])
    return true
  }

  #fail(entries: readonly number[], reason: string): void {
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
    file.created ??= this.#create(file)
    await file.created
    await this.#target.write(file.path, offset, content)
    file.left_bytes -= content.length
    if (file.left_bytes === 0) await this.#finish(file)
  }

  #create({ path, selected: { entry } }: FileUnderWay): Promise<void> {
    return this.#target.createFile(path, entry.size, entry.metadata.sparse === true ? { sparse: true } : {})
  }

  async #finish(file: FileUnderWay): Promise<void> {
    const { path, selected } = file
    file.created ??= this.#create(file)
    await file.created
    await this.#target.finish(path, 'file', selected.entry.metadata)
    this.done.files++
    this.done.bytes += selected.entry.size
    this.#options.onProgress?.(this.done)
  }
}
