import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { FileUnreadableError, RepositoryFormatError } from '../errors.ts'
import { ADDRESS_BYTES } from '../index/address.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import type { SourceEntry, SourceTree, WholeFile } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { chunkLists } from '../trees/chunk-list.ts'
import { encodeTreeInPlace } from '../trees/tree-encoding.ts'
import { equalTrees } from '../trees/tree.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import { EarlierChunks } from './changed-chunks.ts'
import type { ChunkStore } from './chunk-store.ts'
import { FileReader } from './file-reader.ts'
import type { FileChunks } from './file-reader.ts'
import { LookAhead } from './look-ahead.ts'
import { TreeNeedsBuilder } from './tree-needs.ts'
import { described, isUnchanged, matchByName, reused, withAttributes, withoutVersion } from './tree-entries.ts'

/** Bytes of a file held in memory at once, times two for reading ahead; at least two of the longest chunks. */
const WINDOW_BYTES = 16 * 1024 * 1024
/** How many times a file that changes while being read is read again. */
const READ_AGAIN = 2

export interface ArchiverOptions {
  readonly window_bytes?: number
  /** Whether `made` and `madeLists` are collected. */
  readonly remember: boolean
  readonly onProgress?: OnProgress
}

/** Walks the source together with the parent's trees, depth first, and creates the trees of the new snapshot. */
export class Archiver {
  readonly chunks: ChunkStore
  readonly files: FileReader
  readonly made: Array<{ address: string; tree: Tree; entries: Uint32Array | undefined }> = []
  readonly madeLists: Array<{ address: string; list: Uint8Array; entries: Uint32Array }> = []
  readonly changedWhileRead: string[] = []
  readonly unreadable: Array<{ path: string; reason: string }> = []
  filesRead = 0
  readonly #source: SourceTree
  readonly #parents: TreeReader
  readonly #writer: PackWriter
  readonly #options: ArchiverOptions
  readonly #parent: Snapshot | undefined
  readonly #remembers: boolean
  /** Then what is read ahead may not be needed. */
  readonly #tracksChanges: boolean
  /** Entries have to be asked for them: a wait for each, which most sources need not. */
  readonly #takesAttributes: boolean
  readonly #index: ChunkIndex
  /** Present where the source has a faster way to read small files. */
  readonly #ahead: LookAhead | undefined
  /** Index entries of the chunks of the last file, or of the lists that name them. */
  #ofFile: ArrayLike<number> = []
  /** Of the file that is compared now. */
  readonly #earlier = new EarlierChunks()
  #filesDone = 0
  #bytesDone = 0

  constructor(
    repository: Repository,
    source: SourceTree,
    writer: PackWriter,
    chunks: ChunkStore,
    parent: Snapshot | undefined,
    options: ArchiverOptions,
  ) {
    const { fidelity, cpu } = repository.ports
    this.chunks = chunks
    this.files = new FileReader({
      tree: source,
      fidelity,
      cutter: fidelity.cutter(repository.options.chunker, repository.keys),
      cpu,
      chunks,
      writer,
      window_bytes: options.window_bytes ?? WINDOW_BYTES,
      chunker: repository.options.chunker,
    })
    this.#source = source
    this.#parents = new TreeReader(repository)
    this.#writer = writer
    this.#options = options
    this.#parent = parent
    this.#remembers = options.remember
    this.#tracksChanges = parent !== undefined && source.changedBlocks !== undefined
    this.#takesAttributes = source.extendedAttributes !== undefined
    this.#index = repository.index
    const small = source.smallFiles?.(repository.keys)
    // A file of at most the length of the shortest chunk is never cut.
    if (small !== undefined) this.#ahead = new LookAhead(source, small, repository.options.chunker.min)
  }

  async directory(directory: SourceEntry, path: string, parentTree: string | undefined): Promise<TreeEntry> {
    const parent =
      parentTree === undefined ? [] : (this.#parents.held(parentTree) ?? (await this.#parents.tree(parentTree)))
    // A directory that did not exist before will be read completely.
    const ahead = parentTree === undefined ? this.#ahead : undefined
    const entries = await (ahead ?? this.#source).list(directory)
    const before = matchByName(entries, parent)
    const toRead: SourceEntry[] = []
    const parentTrees: string[] = []
    // Few of many entries have changed: nothing is allocated for the others.
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at]!
      const old = before[at]
      if (isUnchanged(entry, old)) continue
      if (entry.kind === 'file') toRead.push(entry)
      else if (entry.kind === 'directory' && old?.tree !== undefined) parentTrees.push(hexOf(old.tree))
    }
    // The trees that are needed below are fetched together.
    if (!this.#parents.holds(parentTrees)) await this.#parents.trees(parentTrees)
    let nextRead = 0
    let nextTree = 0
    const tree: TreeEntry[] = []
    const parentNeeds = parentTree === undefined ? undefined : this.#parents.knownEntriesOfTree(parentTree)
    const needs = this.#remembers ? new TreeNeedsBuilder(parent, parentNeeds) : undefined
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at]!
      const old = before[at]
      if (old !== undefined && isUnchanged(entry, old)) {
        needs?.reuse(old)
        tree.push(reused(entry, old, this.#takesAttributes))
        this.#advance(old.files, old.size)
        continue
      }
      const below = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.kind === 'directory') {
        tree.push(await this.directory(entry, below, old?.tree === undefined ? undefined : parentTrees[nextTree++]))
      } else if (entry.kind === 'file') {
        nextRead++
        if (ahead?.isBusy(entry) === true) await ahead.ready()
        const whole = ahead?.take(entry)
        const file =
          whole === undefined
            ? await this.#fileIfReadable(entry, below, old, toRead[nextRead])
            : this.#wholeFile(entry, whole)
        if (file !== undefined) {
          tree.push(file)
          needs?.add(this.#ofFile)
        }
        if (whole !== undefined && this.files.busy) await this.files.ready()
      } else {
        const whole = this.#takesAttributes ? await this.#withAttributes(entry) : entry
        tree.push(described(whole, { size: 0, files: 0 }))
      }
    }
    // Most directories are unchanged, and encoding them would only give the same address again.
    const unchanged = parentTree !== undefined && equalTrees(tree, parent) ? bytesOfHex(parentTree) : undefined
    const address =
      unchanged !== undefined && this.chunks.has(unchanged)
        ? unchanged
        : this.chunks.addMetadata(encodeTreeInPlace(tree))
    const treeEntry = this.chunks.entry
    if (this.#writer.busy) await this.#writer.ready()
    // An unchanged tree is cached already; another copy would only fill memory.
    if (needs !== undefined)
      this.made.push({
        address: hexOf(address),
        tree: address === unchanged ? parent : tree,
        entries: needs.take(treeEntry),
      })
    let size = 0
    let files = 0
    for (const entry of tree) {
      size += entry.size
      files += entry.files
    }
    const whole = this.#takesAttributes ? await this.#withAttributes(directory) : directory
    return described(whole, { size, files, tree: address })
  }

  /** A file that is gone or cannot be read is left out and reported: the other files are still worth a snapshot. */
  async #fileIfReadable(
    file: SourceEntry,
    path: string,
    old: TreeEntry | undefined,
    next: SourceEntry | undefined,
  ): Promise<TreeEntry | undefined> {
    try {
      return await this.#file(file, path, old, next)
    } catch (error) {
      if (!(error instanceof FileUnreadableError)) throw error
      this.unreadable.push({ path, reason: error.message })
      return undefined
    }
  }

  #wholeFile(file: SourceEntry, whole: WholeFile): TreeEntry {
    this.filesRead++
    const size = whole.content.length
    const chunks = this.files.chunkOf(whole)
    this.#ofFile = [this.chunks.entry]
    this.#advance(1, size)
    return described(withAttributes(file, whole.extendedAttributes), { size, files: 1, chunks })
  }

  async #file(
    file: SourceEntry,
    path: string,
    old: TreeEntry | undefined,
    next: SourceEntry | undefined,
  ): Promise<TreeEntry> {
    this.filesRead++
    let read =
      (await this.#changedChunks(file, path, old)) ??
      (await this.files.chunksOf(file, this.#tracksChanges ? undefined : next))
    let attempts = 0
    while (this.#source.unchanged !== undefined && !(await this.#source.unchanged(file))) {
      if (++attempts > READ_AGAIN) {
        this.changedWhileRead.push(path)
        break
      }
      read = await this.files.chunksOf(file, undefined)
    }
    const { addresses, entries, size } = read
    this.#advance(1, size)
    const isRestless = attempts > READ_AGAIN
    const whole = this.#takesAttributes ? await this.#withAttributes(file) : file
    const lists = chunkLists(addresses)
    const stored =
      lists === undefined
        ? { size, files: 1, chunks: addresses }
        : { size, files: 1, chunks: this.#listed(lists, entries), listed: true }
    if (lists === undefined) this.#ofFile = entries
    return isRestless
      ? described(withoutVersion(whole), { ...stored, changedWhileRead: true })
      : described(whole, stored)
  }

  /** Stores the lists of a file, and gives their addresses. @param entries of the chunks that they name */
  #listed(lists: readonly Uint8Array[], entries: Uint32Array): Uint8Array {
    const listed = new Uint8Array(lists.length * ADDRESS_BYTES)
    const ofLists: number[] = []
    let first = 0
    for (let at = 0; at < lists.length; at++) {
      const list = lists[at]!
      const address = this.chunks.addMetadata(list)
      listed.set(address, at * ADDRESS_BYTES)
      ofLists.push(this.chunks.entry)
      const last = first + list.length / ADDRESS_BYTES
      if (this.#remembers)
        this.madeLists.push({
          address: hexOf(address),
          list,
          entries: lists.length === 1 ? entries : entries.subarray(first, last),
        })
      first = last
    }
    this.#ofFile = ofLists
    return listed
  }

  /** Adds the extended attributes, where the source has to be asked for them. */
  async #withAttributes(entry: SourceEntry): Promise<SourceEntry> {
    return withAttributes(entry, await this.#source.extendedAttributes?.(entry))
  }

  /** Reads only what has changed, where the source knows that. */
  async #changedChunks(file: SourceEntry, path: string, old: TreeEntry | undefined): Promise<FileChunks | undefined> {
    const parent = this.#parent
    if (parent === undefined || old?.kind !== 'file' || old.changedWhileRead === true) return undefined
    const { id: snapshot, time } = parent
    const { version } = old
    const since = version === undefined ? { snapshot, time, path } : { snapshot, time, path, version }
    const changed = await this.#source.changedBlocks?.(file, since)
    if (changed === undefined) return undefined
    try {
      const { addresses, entries } = await this.#parents.chunksOf(old, path)
      const earlier = this.#earlier
      earlier.clear()
      for (let at = 0; at < entries.length; at++) earlier.add(this.#index.lengthOf(entries[at]!))
      if (earlier.size !== old.size) return undefined
      return await this.files.changedChunksOf(file, { addresses, entries }, earlier, changed)
    } catch (error) {
      // What the earlier backup stored is damaged, so this one reads and stores the whole file.
      if (error instanceof RepositoryFormatError) return undefined
      throw error
    }
  }

  #advance(files: number, bytes: number): void {
    this.#filesDone += files
    this.#bytesDone += bytes
    this.#options.onProgress?.({ files: this.#filesDone, bytes: this.#bytesDone })
  }
}
