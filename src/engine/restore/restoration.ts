import type { Content, FilePart, NameBytes, RestoreTarget } from '../ports.ts'
import { RepositoryFormatError, StoreUnavailableError } from '../errors.ts'
import { addressWords } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ReadHandlers, ReadOptions } from '../packs/chunk-reader.ts'
import { holdsChunks } from '../packs/holds-chunks.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import type { FailedFile, RestoreOptions } from './restore-options.ts'
import type { Selected } from './selection.ts'

/** A place for a chunk: the number of a file, and an offset in it. */
interface Place {
  readonly file: number
  readonly offset: number
}

/** Places of chunks, by index entry. Most chunks have one place. */
type Places = Map<number, Place | Place[]>

function addPlace(places: Places, chunk: number, place: Place): void {
  const others = places.get(chunk)
  if (others === undefined) places.set(chunk, place)
  else if (Array.isArray(others)) others.push(place)
  else places.set(chunk, [others, place])
}

function placesOf(places: Places, chunk: number): readonly Place[] {
  const found = places.get(chunk)
  if (found === undefined) return []
  return Array.isArray(found) ? found : [found]
}

/** A chunk that could not be read, its place, and the reason. */
interface MissingChunk {
  readonly address: Uint8Array
  readonly places: readonly Place[]
  readonly reason: string
}

/** A file, by its number, some of whose chunks are missing from an index. */
interface UnlistedFile {
  readonly file: number
  readonly chunks: Uint8Array
  readonly reason: string
}

interface Missing {
  readonly chunks: readonly MissingChunk[]
  readonly files: readonly UnlistedFile[]
}

/** @param unread reasons, by entry of the repository's index */
function missingChunks({ index }: Repository, places: Places, unread: ReadonlyMap<number, string>): MissingChunk[] {
  return Array.from(unread, ([chunk, reason]) => ({
    address: index.addressOf(chunk),
    places: placesOf(places, chunk),
    reason,
  }))
}

const unreachable = ({ message }: StoreUnavailableError): string => `the copy cannot be reached: ${message}`

/** A file that is being assembled. */
interface FileUnderWay {
  readonly path: NameBytes
  readonly selected: Selected
  left_bytes: number
  created: Promise<void> | undefined
  failed: string | undefined
}

/** Chunks that are adjacent in a file. */
interface Run {
  readonly file: number
  readonly offset: number
  length: number
  readonly parts: Content[]
}

/** Assembles files from chunks that arrive in the order of the packs. */
export class Restoration implements ReadHandlers {
  readonly done = { files: 0, bytes: 0 }
  readonly #repository: Repository
  readonly #target: RestoreTarget
  readonly #options: RestoreOptions
  readonly #lineage: readonly LineageTag[]
  readonly #files: FileUnderWay[] = []
  /** By entry of the index. */
  readonly #places: Places = new Map()
  readonly #reader: TreeReader
  /** Chunks that could not be read here, by entry, with the reason: they are requested from the copies. */
  readonly #lost = new Map<number, string>()
  /** Files some of whose chunks are missing from this repository's index. */
  readonly #unlisted: UnlistedFile[] = []
  keptFiles = 0
  recoveredChunks = 0
  readonly isDoneAfterChunks: boolean

  constructor(repository: Repository, target: RestoreTarget, lineage: readonly LineageTag[], options: RestoreOptions) {
    this.#repository = repository
    this.#target = target
    this.isDoneAfterChunks = target.writeParts !== undefined
    this.#lineage = lineage
    this.#options = options
    this.#reader = new TreeReader(repository)
  }

  /** Plans a file, given its chunks in order. */
  async plan(selected: Selected, chunks: Uint8Array): Promise<void> {
    const { path, entry } = selected
    const file: FileUnderWay = { path, selected, left_bytes: entry.size, created: undefined, failed: undefined }
    const number = this.#files.push(file) - 1
    let entries: number[]
    try {
      entries = this.#reader.entriesOf(chunks, path)
    } catch (error) {
      if (!(error instanceof RepositoryFormatError)) throw error
      if (this.#copies.length === 0 || this.#options.repairFirst === true) file.failed = error.message
      else this.#unlisted.push({ file: number, chunks, reason: error.message })
      return
    }
    if (await this.#isKept(file, chunks, entries)) {
      file.left_bytes = 0
      file.created = CREATED
      this.keptFiles++
      await this.#finish(file)
      return
    }
    this.#place(this.#places, number, entries, this.#repository)
    if (entry.size === 0 && file.failed === undefined) await this.#finish(file)
  }

  /** Whether the existing file is kept. */
  async #isKept(file: FileUnderWay, chunks: Uint8Array, entries: readonly number[]): Promise<boolean> {
    const { resume, overwrite } = this.#options
    if (resume === true) return this.#isThere(file, chunks, entries)
    if (overwrite !== 'if-changed') return false
    const { size, metadata } = file.selected.entry
    const there = await this.#target.existing?.(file.path)
    return there?.kind === 'file' && there.size === size && there.mtime_ns === metadata.mtime_ns
  }

  /** Records the places of a file's chunks, given their entries in the index of a repository. */
  #place(places: Places, file: number, entries: readonly number[], { index }: Repository): void {
    let offset = 0
    for (const chunk of entries) {
      addPlace(places, chunk, { file, offset })
      offset += index.lengthOf(chunk)
    }
    const { selected } = this.#files[file]!
    if (offset !== selected.entry.size)
      this.#files[file]!.failed = `its chunks are ${offset} bytes together, not ${selected.entry.size}`
  }

  wanted(): number[] {
    return [...this.#places.keys()]
  }

  chunks(entries: readonly number[], contents: readonly Content[]): Promise<void> {
    return this.#deliver(this.#places, entries, contents)
  }

  async #deliver(all: Places, entries: readonly number[], contents: readonly Content[]): Promise<void> {
    const last = new Map<number, Run>()
    const runs: Run[] = []
    for (const [at, chunk] of entries.entries()) {
      const content = contents[at]!
      for (const { file, offset } of placesOf(all, chunk)) {
        if (this.#files[file]!.failed !== undefined) continue
        // Chunks that are adjacent both in the file and in the pack are written together.
        const run = last.get(file)
        if (run !== undefined && run.offset + run.length === offset) {
          run.parts.push(content)
          run.length += content.length
          continue
        }
        const next = { file, offset, length: content.length, parts: [content] }
        last.set(file, next)
        runs.push(next)
      }
    }
    if (this.#target.writeParts === undefined) await this.#writeAll(runs)
    else await this.#writeFileByFile(runs)
  }

  async #writeAll(runs: readonly Run[]): Promise<void> {
    const { fidelity } = this.#repository.ports
    const results = await Promise.allSettled(
      runs.map(({ file, offset, parts }) => this.#write(this.#files[file]!, offset, fidelity.concat(parts))),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #writeFileByFile(runs: readonly Run[]): Promise<void> {
    const parts: FilePart[] = []
    const complete: FileUnderWay[] = []
    for (const [number, ofFile] of Map.groupBy(runs, ({ file }) => file)) {
      const file = this.#files[number]!
      const writes: Array<FilePart['writes'][number]> = []
      for (const { offset, length, parts: contents } of ofFile) {
        let at = offset
        for (const content of contents) {
          writes.push({ offset: at, content })
          at += content.length
        }
        file.left_bytes -= length
      }
      parts.push(partOf(file, writes))
      if (file.left_bytes === 0) complete.push(file)
    }
    await this.#target.writeParts?.(parts)
    for (const file of complete) this.#isDone(file)
  }

  damaged(entries: readonly number[], reason: string): void {
    if (this.#copies.length > 0) for (const chunk of entries) this.#lost.set(chunk, reason)
    else for (const chunk of entries) this.#fail(placesOf(this.#places, chunk), reason)
  }

  get #copies(): readonly Repository[] {
    return this.#options.copies ?? []
  }

  /** Requests from the copies, one after the other, what could not be read. Returns the bytes read there. */
  async recover(reading: ReadOptions): Promise<number> {
    let missing: Missing = { chunks: missingChunks(this.#repository, this.#places, this.#lost), files: this.#unlisted }
    let fetched_bytes = 0
    for (const copy of this.#copies) {
      if (missing.chunks.length + missing.files.length === 0) break
      const asked = await this.#recoverFrom(copy, missing, reading)
      fetched_bytes += asked.fetched_bytes
      missing = asked.missing
    }
    for (const { places, reason } of missing.chunks) this.#fail(places, reason)
    for (const { file, reason } of missing.files) this.#files[file]!.failed ??= reason
    return fetched_bytes
  }

  /** Returns what is still missing afterwards. */
  async #recoverFrom(
    copy: Repository,
    { chunks, files }: Missing,
    reading: ReadOptions,
  ): Promise<{ readonly missing: Missing; readonly fetched_bytes: number }> {
    const wanted: Places = new Map()
    const unlisted = { chunks: [] as MissingChunk[], files: [] as UnlistedFile[] }
    // What has been supplied is not requested again, even if the copy then fails.
    const unread = new Map<number, string>()
    const handlers: ReadHandlers = {
      chunks: async (entries, contents) => {
        for (const chunk of entries) unread.delete(chunk)
        this.recoveredChunks += entries.length
        await this.#deliver(wanted, entries, contents)
      },
      isDoneAfterChunks: this.isDoneAfterChunks,
      damaged: (entries, reason) => {
        for (const chunk of entries) unread.set(chunk, `${reason}, in the copy too`)
      },
    }
    let fetched_bytes = 0
    try {
      await copy.loadIndex()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      const why = unreachable(error)
      const missing = {
        chunks: chunks.map((chunk) => ({ ...chunk, reason: `${chunk.reason}; ${why}` })),
        files: files.map((file) => ({ ...file, reason: why })),
      }
      return { missing, fetched_bytes }
    }
    for (const chunk of chunks) {
      const there = copy.index.findStored(addressWords(chunk.address))
      if (there < 0) unlisted.chunks.push(chunk)
      else for (const place of chunk.places) addPlace(wanted, there, place)
    }
    const reader = new TreeReader(copy)
    for (const unlistedFile of files) {
      const { file, chunks: addresses } = unlistedFile
      try {
        this.#place(wanted, file, reader.entriesOf(addresses, this.#files[file]!.path), copy)
      } catch (error) {
        if (!(error instanceof RepositoryFormatError)) throw error
        unlisted.files.push({ ...unlistedFile, reason: error.message })
      }
    }
    for (const chunk of wanted.keys()) unread.set(chunk, 'it was not read')
    try {
      fetched_bytes = (await readChunks(copy, [...wanted.keys()], handlers, reading)).fetched_bytes
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      for (const chunk of unread.keys()) unread.set(chunk, unreachable(error))
    }
    const damaged = missingChunks(copy, wanted, unread)
    return { missing: { chunks: [...unlisted.chunks, ...damaged], files: unlisted.files }, fetched_bytes }
  }

  /** Whether the target already holds the file, chunk by chunk. */
  async #isThere({ path, selected }: FileUnderWay, chunks: Uint8Array, entries: readonly number[]): Promise<boolean> {
    const target = this.#target
    const existing = await target.existing?.(path)
    if (target.read === undefined || existing?.kind !== 'file' || existing.size !== selected.entry.size) return false
    const read = target.read.bind(target)
    return holdsChunks(this.#repository, { addresses: chunks, entries }, this.#lineage, {
      read: (offset, length) => read(path, offset, length),
    })
  }

  #fail(places: readonly Place[], reason: string): void {
    for (const { file } of places) {
      const { left_bytes } = this.#files[file]!
      if (left_bytes > 0) this.#files[file]!.failed ??= reason
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
    if (this.#target.writeParts !== undefined) await this.#target.writeParts([partOf(file, [])])
    else {
      file.created ??= this.#create(file)
      await file.created
      await this.#target.finish(path, 'file', selected.entry.metadata)
    }
    this.#isDone(file)
  }

  #isDone({ selected }: FileUnderWay): void {
    this.done.files++
    this.done.bytes += selected.entry.size
    this.#options.onProgress?.(this.done)
  }
}

const CREATED = Promise.resolve()

/** The steps due for a file that has been read so far, which then counts as created. */
function partOf(file: FileUnderWay, writes: FilePart['writes']): FilePart {
  const { path, selected, left_bytes, created } = file
  const { size, metadata } = selected.entry
  file.created = CREATED
  return {
    path,
    writes,
    ...(created === undefined ? { create: { size, sparse: metadata.sparse === true } } : {}),
    ...(left_bytes === 0 ? { finish: metadata } : {}),
  }
}
