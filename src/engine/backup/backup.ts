import { hexOf } from '../encoding/encoding.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { FileSystem, Instant, NameBytes } from '../ports.ts'
import { lockNeeds, lockSnapshots, sharedLockUntil } from '../snapshots/locks.ts'
import type { LockOptions, LockReport } from '../snapshots/locks.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import { taggedWith } from '../repository/snapshot.ts'
import type { BackupType, Snapshot } from '../repository/snapshot.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import { lastLoss } from '../index/index-file.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { leansOnMarkedPacks } from '../prune/marked.ts'
import { Archiver } from './archiver.ts'
import { ChunkStore } from './chunk-store.ts'
import { lineageFor } from './parent.ts'
import { rehearsalOf } from './rehearsal.ts'
import { isAsIn } from './unchanged.ts'

export interface BackupOptions extends LockOptions {
  readonly type: BackupType
  readonly host: string
  /** Name of what is backed up; backups of one dataset build on each other. */
  readonly dataset: string
  /** Words that mark the snapshot. */
  readonly tags?: readonly string[]
  /** The recovery point, for a source that shows a state of another time. */
  readonly time?: Instant
  /** Level of zstd for new file content, 1 to 22; 0 stores it uncompressed. What is stored already stays as it is. */
  readonly compressionLevel?: number
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
    const remember = options.remember !== false || options.skipIfUnchanged === true
    const archiver = new Archiver(repository, tree, writer, chunks, reusable, { ...options, remember })
    const root = await archiver.directory(tree.root, '', reusable?.tree).catch((error: unknown) => {
      throw reusable === undefined ? error : withRemedy(error, reusable)
    })
    await archiver.files.finish()
    await writer.finish()
    for (const { address, tree: made, entries } of archiver.made)
      cache.trees.add(address, made, entries && { entries, changes })
    for (const { address, list, entries } of archiver.madeLists)
      if (cache.trees.list(address) === undefined)
        cache.trees.addList(address, detached(list), { entries: detached(entries), changes })
    const told = reportOf(archiver, writer, root)
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

/** A damaged earlier snapshot fails the backup, because what is stored under its addresses would count as stored. */
function withRemedy(error: unknown, { id }: Snapshot): unknown {
  if (!(error instanceof RepositoryFormatError)) return error
  return new RepositoryFormatError(
    `snapshot ${id.slice(0, 8)}, on which this backup builds, is damaged: ${error.message}; repair the repository with --read-data, then back up again`,
    { cause: error },
  )
}

function treesOf({ made }: Archiver): ReadonlyMap<string, Tree> {
  return new Map(made.map(({ address, tree }) => [address, tree]))
}

/** The part of the report that describes the work, whether or not a snapshot was created. */
function reportOf(archiver: Archiver, writer: PackWriter, root: TreeEntry): Omit<BackupReport, 'snapshot'> {
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
function detached<T extends Uint8Array | Uint32Array>(part: T): T
function detached(part: Uint8Array | Uint32Array): Uint8Array | Uint32Array {
  return part.byteLength === part.buffer.byteLength ? part : part.slice()
}
