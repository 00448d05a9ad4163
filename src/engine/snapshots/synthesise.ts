import { ChunkStore } from '../backup/chunk-store.ts'
import { hexOf } from '../encoding/encoding.ts'
import { EngineError } from '../errors.ts'
import { ADDRESS_BYTES, LineageTag } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { lockNeeds, sharedLockUntil } from './locks.ts'
import type { LockOptions, LockReport } from './locks.ts'
import type { Content } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { chunkLists } from '../trees/chunk-list.ts'
import { encodeTree } from '../trees/tree-encoding.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

export interface SynthesisOptions extends LockOptions {
  /** Packs being stored at once. Default 5. */
  readonly uploads?: number
  /** Concurrent requests to the store. Default 4. */
  readonly downloads?: number
  /** Limit of a request in bytes. */
  readonly request_bytes?: number
  /** Cancels it: it fails with the signal's reason. */
  readonly signal?: AbortSignal
  /** Bytes of chunks. */
  readonly onProgress?: OnProgress
}

export interface SynthesisReport {
  readonly snapshot: Snapshot
  /** Bytes read from the store. */
  readonly fetched_bytes: number
  /** Bytes of packs put into the store. */
  readonly stored_bytes: number
  /** Locks of what the snapshot needs, where it is locked. */
  readonly locks?: LockReport
}

/**
 * Makes a full backup of a snapshot's contents without its source: every chunk is read from the store, verified, and
 * stored again under a new lineage tag. The new full has the same instant and depends on nothing; later incremental and
 * differential backups of the dataset build on it, and the chain before it can be forgotten.
 * @throws EngineError when a chunk cannot be read: an incomplete full would be worthless
 */
export async function synthesiseFull(
  repository: Repository,
  snapshotId: string,
  options: SynthesisOptions = {},
): Promise<SynthesisReport> {
  return repository.audited(
    'backup synthetic full',
    () => repository.cache.exclusively(() => perform(repository, snapshotId, options)),
    ({ snapshot, stored_bytes }) => ({
      snapshot: snapshot.id,
      of: snapshotId,
      dataset: snapshot.dataset,
      stored_bytes,
    }),
  )
}

async function perform(
  repository: Repository,
  snapshotId: string,
  options: SynthesisOptions,
): Promise<SynthesisReport> {
  const { ports } = repository
  const { id: synthesisedFrom, original: _original, base: _base, ...origin } = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const tag = new LineageTag(ports.random.bytes(32))
  const writer = repository.writer({ ...options, lockUntil: sharedLockUntil(repository, options) })
  try {
    const chunks = new ChunkStore(repository, writer, [tag])
    const lineage = lineageOf({ id: synthesisedFrom, ...origin })
    const reader = new TreeReader(repository, lineage)
    const { files, trees } = await everythingBelow(reader, origin.tree)
    const lists = await reader.chunkLists(files)
    const { addresses, fetched_bytes } = await rewriteChunks(
      repository,
      entriesOf(reader, files, lists),
      chunks,
      writer,
      lineage,
      options,
    )
    const stored = new Map(files.map((file, at) => [file, renamed(reader, lists[at]!, file.name, addresses)]))
    const tree = await storeTrees(origin.tree, trees, stored, chunks, writer)
    await writer.finish()
    const locks = await lockNeeds(repository, tree, options)
    const snapshot = await repository.writeSnapshot(
      {
        ...origin,
        type: 'full',
        lineage: [tag.hex],
        tree,
        synthesisedFrom,
        new_bytes: writer.plain_bytes,
        stored_bytes: writer.stored_bytes,
        completed: ports.clock.now(),
      },
      options.lockUntil,
    )
    return {
      snapshot,
      ...locks,
      fetched_bytes: fetched_bytes + reader.fetched_bytes,
      stored_bytes: writer.stored_bytes,
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

/** All trees of a snapshot by address, and all files that have content. */
async function everythingBelow(
  reader: TreeReader,
  root: string,
): Promise<{ files: TreeEntry[]; trees: Map<string, Tree> }> {
  const files: TreeEntry[] = []
  const trees = new Map<string, Tree>()
  for (let level = [root]; level.length > 0;) {
    const found = await reader.trees(level)
    for (const [at, tree] of found.entries()) trees.set(level[at]!, tree)
    const next = new Set<string>()
    for (const entry of found.flat()) {
      if (entry.chunks !== undefined) files.push(entry)
      if (entry.tree !== undefined && !trees.has(hexOf(entry.tree))) next.add(hexOf(entry.tree))
    }
    level = [...next]
  }
  return { files, trees }
}

/** Index entries of the chunks of files, each once. @param lists addresses of the chunks of each file */
function entriesOf(reader: TreeReader, files: readonly TreeEntry[], lists: readonly Uint8Array[]): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [at, list] of lists.entries())
    for (const entry of reader.entriesOf(list, files[at]!.name)) found.add(entry)
  return found
}

/** Stores chunks again; returns the new address of each, by its index entry. */
async function rewriteChunks(
  repository: Repository,
  entries: ReadonlySet<number>,
  chunks: ChunkStore,
  writer: PackWriter,
  lineage: readonly LineageTag[],
  options: SynthesisOptions,
): Promise<{ addresses: ReadonlyMap<number, Uint8Array>; fetched_bytes: number }> {
  let total_bytes = 0
  for (const entry of entries) total_bytes += repository.index.lengthOf(entry)
  let bytes = 0
  const addresses = new Map<number, Uint8Array>()
  const { downloads, request_bytes } = options
  const { fetched_bytes } = await readChunks(
    repository,
    [...entries],
    {
      async chunks(read: readonly number[], contents: readonly Content[]) {
        for (const [at, entry] of read.entries()) {
          addresses.set(entry, chunks.addData(contents[at]!).slice())
          bytes += contents[at]!.length
        }
        options.onProgress?.({ bytes, total_bytes })
        if (writer.busy) await writer.ready()
      },
      damaged(_entries, reason) {
        throw new EngineError(`cannot make a full backup in ${repository.store.name}: ${reason}`)
      },
    },
    {
      // Content that does not match its id must not get a new one.
      lineage,
      ...(downloads === undefined ? {} : { downloads }),
      ...(request_bytes === undefined ? {} : { request_bytes }),
    },
  )
  return { addresses, fetched_bytes }
}

/** The same chunks under their new addresses. */
function renamed(
  reader: TreeReader,
  list: Uint8Array,
  name: string,
  addresses: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const renamedList = new Uint8Array(list.length)
  for (const [at, entry] of reader.entriesOf(list, name).entries())
    renamedList.set(addresses.get(entry)!, at * ADDRESS_BYTES)
  return renamedList
}

/** Stores the trees again with their new references, the deepest first; returns the address of the root. */
async function storeTrees(
  root: string,
  trees: ReadonlyMap<string, Tree>,
  files: ReadonlyMap<TreeEntry, Uint8Array>,
  chunks: ChunkStore,
  writer: PackWriter,
): Promise<string> {
  const done = new Map<string, Uint8Array>()
  const store = async (address: string): Promise<Uint8Array> => {
    const known = done.get(address)
    if (known !== undefined) return known
    const entries: TreeEntry[] = []
    for (const entry of trees.get(address)!) {
      const list = files.get(entry)
      if (entry.tree !== undefined) entries.push({ ...entry, tree: await store(hexOf(entry.tree)) })
      else entries.push(list === undefined ? entry : withChunks(entry, list, chunks))
    }
    const stored = chunks.addMetadata(encodeTree(entries))
    if (writer.busy) await writer.ready()
    done.set(address, stored)
    return stored
  }
  return hexOf(await store(root))
}

/** Lists are cut by the addresses in them, so new addresses give new cuts. */
function withChunks({ listed: _listed, ...entry }: TreeEntry, addresses: Uint8Array, chunks: ChunkStore): TreeEntry {
  const lists = chunkLists(addresses)
  if (lists === undefined) return { ...entry, chunks: addresses }
  const listed = new Uint8Array(lists.length * ADDRESS_BYTES)
  for (const [at, list] of lists.entries()) listed.set(chunks.addMetadata(list), at * ADDRESS_BYTES)
  return { ...entry, chunks: listed, listed: true }
}
