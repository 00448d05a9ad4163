import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { FileUnreadableError, RepositoryFormatError } from '../errors.ts'
import type { FileSystem, Instant, NameBytes, SourceEntry, SourceTree, WholeFile } from '../ports.ts'
import { lockNeeds, lockSnapshots, sharedLockUntil } from '../snapshots/locks.ts'
import type { LockOptions, LockReport } from '../snapshots/locks.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { taggedWith } from '../repository/snapshot.ts'
import type { BackupType, Snapshot } from '../repository/snapshot.ts'
import { chunkLists } from '../trees/chunk-list.ts'
import { encodeTreeInPlace } from '../trees/tree-encoding.ts'
import { equalTrees } from '../trees/tree.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import { ADDRESS_BYTES } from '../index/address.ts'
import { lastLoss } from '../index/index-file.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { leansOnMarkedPacks } from '../prune/marked.ts'
import { ChunkStore } from './chunk-store.ts'
import { FileReader } from './file-reader.ts'
import type { FileChunks } from './file-reader.ts'
import { LookAhead } from './look-ahead.ts'
import { lineageFor } from './parent.ts'
import { rehearsalOf } from './rehearsal.ts'
import { TreeNeedsBuilder } from './tree-needs.ts'
import { described, isUnchanged, matchByName, reused, withAttributes, withoutVersion } from './tree-entries.ts'
import { isAsIn } from './unchanged.ts'

/** Bytes of a file held in memory at once, times two for reading ahead; at least two of the longest chunks. */
const WINDOW_BYTES = 16 * 1024 * 1024
/** How many times a file that changes while being read is read again. */
const READ_AGAIN = 2

export interface BackupOptions extends LockOptions {
  readonly type: BackupType
  readonly host: string
  /** Name of what is backed up; backups of one dataset build on each other. */
  readonly dataset: string
  /** Words that mark the snapshot. */
  readonly tags?: readonly string[]
  /** The recovery point, for a source that shows a state of another time. */
  readonly time?: Instant
  readonly window_bytes?: number
  /** Packs being stored at once. Default 5. */
  readonly uploads?: number
  /** Reads and computes everything but stores and locks nothing: the report says what a backup would do. */
  readonly dryRun?: boolean
  /** Also reads files that are unchanged according to the source. What is stored already is not stored again. */
  readonly readAll?: boolean
  /**
   * Creates no snapshot where a restore would give the same as from the newest one of this dataset and host, which is
   * then locked as the new one would have been.
   */
  readonly skipIfUnchanged?: boolean
  /**
   * Whether the new trees are cached for the next operation on this repository; if there is none, they only fill
   * memory. Default true.
   */
  readonly remember?: boolean
  /** Cancels the backup: it fails with the signal's reason, and the next one continues from what is stored. */
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

export interface BackupReport {
  readonly snapshot: Snapshot
  /** No snapshot was created, because nothing has changed: `snapshot` is an earlier one. */
  readonly skipped?: true
  /** Number of files that were read; the others had not changed. */
  readonly filesRead: number
  readonly source_bytes: number
  readonly read_bytes: number
  readonly chunks: number
  readonly newChunks: number
  /** Bytes of new chunks, including trees, before sealing. */
  readonly new_bytes: number
  /** Bytes of packs put into the store. */
  readonly stored_bytes: number
  /** Files that changed while being read, even at the last attempt. */
  readonly changedWhileRead: readonly string[]
  /** Locks of what the snapshot needs, where it is locked. */
  readonly locks?: LockReport
  /** Files that could not be read; they are not in the snapshot. */
  readonly unreadable: ReadonlyArray<{ readonly path: NameBytes; readonly reason: string }>
}

/**
 * Backs up the state of a file system. The recovery point is the instant of its snapshot; it exists once everything is
 * durable, in the order packs, index, snapshot. A failure loses nothing that existed before, and what has been stored
 * serves the next attempt, except for a full backup, which reuses nothing.
 */
export async function backup(
  repository: Repository,
  source: FileSystem,
  options: BackupOptions,
): Promise<BackupReport> {
  return repository.audited(
    `backup ${options.type}`,
    () =>
      options.dryRun === true
        ? perform(rehearsalOf(repository), source, options)
        : repository.cache.exclusively(() => perform(repository, source, options)),
    ({ snapshot, skipped, new_bytes, stored_bytes }) => ({
      ...(options.dryRun === true ? { dryRun: true } : {}),
      ...(skipped === undefined ? {} : { skipped }),
      snapshot: snapshot.id,
      dataset: options.dataset,
      source_bytes: snapshot.source_bytes,
      new_bytes,
      stored_bytes,
    }),
  )
}

async function perform(repository: Repository, source: FileSystem, options: BackupOptions): Promise<BackupReport> {
  const { ports, cache } = repository
  const snapshots = await repository.snapshots()
  await repository.loadIndex()
  const { type, parent, tags } = lineageFor(options.type, snapshots, options, ports.random)
  const { changes } = repository.index
  const tree = await source.snapshot()
  const writer = repository.writer({ ...options, lockUntil: sharedLockUntil(repository, options) })
  try {
    const mayReuse =
      parent !== undefined &&
      options.readAll !== true &&
      // A repair could not save all of it, perhaps: then it is read once more, and what is lost is stored anew.
      parent.completed > (lastLoss(cache.indexFiles.values()) ?? -Infinity) &&
      !(await leansOnMarkedPacks(repository, parent))
    const reusable = mayReuse ? parent : undefined
    const chunks = new ChunkStore(repository, writer, tags)
    const archiver = new Archiver(repository, tree, writer, chunks, reusable, options)
    const root = await archiver.directory(tree.root, '', reusable?.tree)
    await archiver.files.finish()
    await writer.finish()
    for (const [address, made, entries] of archiver.made)
      cache.trees.add(address, made, entries && { entries, changes })
    for (const [address, list, entries] of archiver.madeLists)
      if (cache.trees.list(address) === undefined)
        cache.trees.addList(address, ofItsOwn(list), { entries: ofItsOwn(entries), changes })
    const told = toldBy(archiver, writer, root)
    const newest = options.skipIfUnchanged === true ? newestOf(snapshots, options) : undefined
    const reader = new TreeReader(repository)
    if (newest !== undefined && (await isAsIn(newest, root, treesOf(archiver), reader))) {
      const { lockUntil } = options
      const locks =
        lockUntil === undefined
          ? {}
          : { locks: await lockSnapshots(repository, { ...options, snapshots: [newest.id], lockUntil }) }
      return { snapshot: newest, skipped: true, ...locks, ...told }
    }
    const locks = await lockNeeds(repository, hexOf(root.tree!), options)
    const snapshot = await repository.writeSnapshot(
      {
        time: options.time ?? tree.time,
        type,
        host: options.host,
        dataset: options.dataset,
        ...taggedWith(options.tags ?? []),
        lineage: tags.map((tag) => tag.hex),
        ...(parent === undefined ? {} : { base: parent.id }),
        tree: hexOf(root.tree!),
        root: root.metadata,
        files: root.files,
        source_bytes: root.size,
        new_bytes: writer.plain_bytes,
        stored_bytes: writer.stored_bytes,
        completed: ports.clock.now(),
      },
      options.lockUntil,
    )
    return { snapshot, ...locks, ...told }
  } catch (error) {
    await writer.abandon()
    throw error
  } finally {
    await tree.release()
  }
}

function treesOf({ made }: Archiver): ReadonlyMap<string, Tree> {
  return new Map(made.map(([address, tree]) => [address, tree]))
}

/** The part of the report that describes the work, whether or not a snapshot was created. */
function toldBy(archiver: Archiver, writer: PackWriter, root: TreeEntry): Omit<BackupReport, 'snapshot'> {
  return {
    filesRead: archiver.filesRead,
    source_bytes: root.size,
    read_bytes: archiver.files.read_bytes,
    chunks: archiver.chunks.chunks,
    newChunks: archiver.chunks.newChunks,
    new_bytes: writer.plain_bytes,
    stored_bytes: writer.stored_bytes,
    changedWhileRead: archiver.changedWhileRead,
    unreadable: archiver.unreadable,
  }
}

function newestOf(snapshots: readonly Snapshot[], { host, dataset }: BackupOptions): Snapshot | undefined {
  return snapshots.findLast((snapshot) => snapshot.host === host && snapshot.dataset === dataset)
}

/** A copy, if the array is a part of a larger buffer that it would otherwise keep in memory. */
function ofItsOwn<T extends Uint8Array | Uint32Array>(part: T): T
function ofItsOwn(part: Uint8Array | Uint32Array): Uint8Array | Uint32Array {
  return part.byteLength === part.buffer.byteLength ? part : part.slice()
}

/** Walks the source together with the parent's trees, depth first, and creates the trees of the new snapshot. */
class Archiver {
  readonly chunks: ChunkStore
  readonly files: FileReader
  readonly made: Array<[address: string, tree: Tree, entries: Uint32Array | undefined]> = []
  readonly madeLists: Array<[address: string, list: Uint8Array, entries: Uint32Array]> = []
  readonly changedWhileRead: string[] = []
  readonly unreadable: Array<{ path: string; reason: string }> = []
  filesRead = 0
  readonly #source: SourceTree
  readonly #parents: TreeReader
  readonly #writer: PackWriter
  readonly #options: BackupOptions
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
  #filesDone = 0
  #bytesDone = 0

  constructor(
    repository: Repository,
    source: SourceTree,
    writer: PackWriter,
    chunks: ChunkStore,
    parent: Snapshot | undefined,
    options: BackupOptions,
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
    this.#remembers = options.remember !== false || options.skipIfUnchanged === true
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
      this.made.push([hexOf(address), address === unchanged ? parent : tree, needs.take(treeEntry)])
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
        this.madeLists.push([hexOf(address), list, lists.length === 1 ? entries : entries.subarray(first, last)])
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
      const ends: number[] = []
      let end = 0
      for (let at = 0; at < entries.length; at++) ends.push((end += this.#index.lengthOf(entries[at]!)))
      return end === old.size
        ? await this.files.changedChunksOf(file, { addresses, entries, ends }, changed)
        : undefined
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
