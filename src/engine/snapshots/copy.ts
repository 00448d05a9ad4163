import { EngineError } from '../errors.ts'
import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { bytesEqual } from '../cryptography/cryptography.ts'
import { AddressCursor } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import { leansOnMarkedPacks } from '../prune/marked.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { lockNeeds, sharedLockUntil } from './locks.ts'
import type { LockOptions, LockReport } from './locks.ts'
import type { Content } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'
import { encodeTree } from '../trees/tree-encoding.ts'
import { TreeReader, addressesIn, lineageOf } from '../trees/tree-reader.ts'

export interface CopyOptions extends LockOptions {
  /** Ids of the snapshots to copy; by default all that have not been copied. */
  readonly snapshots?: readonly string[]
  /** Packs being stored at once. Default 5. */
  readonly uploads?: number
  /** Cancels the copy: it fails with the signal's reason, and the next one continues from what is stored. */
  readonly signal?: AbortSignal
  /** Counts bytes of chunks, separately for each snapshot. */
  readonly onProgress?: OnProgress
}

export interface CopyReport {
  readonly snapshots: readonly Snapshot[]
  /** Bytes read from the origin's store. */
  readonly fetched_bytes: number
  /** Bytes of packs put into the target's store. */
  readonly stored_bytes: number
  /** Locks of what the last copy needs, where it is locked. */
  readonly locks?: LockReport
}

/**
 * Copies snapshots to a repository that shares the origin's keys, oldest first, and of each only the chunks that the
 * target lacks. A copy is a snapshot of its own: it outlives the original.
 * @throws EngineError when the two do not share keys, or there is no such snapshot
 */
export async function copySnapshots(from: Repository, to: Repository, options: CopyOptions = {}): Promise<CopyReport> {
  if (!bytesEqual(from.keys.master, to.keys.master)) {
    throw new EngineError(
      `cannot copy from ${from.store.name} to ${to.store.name}: they do not share keys; make the target with those of the origin`,
    )
  }
  return to.audited(
    'copy',
    () => to.cache.exclusively(() => perform(from, to, options)),
    ({ snapshots, fetched_bytes, stored_bytes }) => ({
      from: from.store.name,
      snapshots: snapshots.length,
      fetched_bytes,
      stored_bytes,
    }),
  )
}

async function perform(from: Repository, to: Repository, options: CopyOptions): Promise<CopyReport> {
  const available = await from.snapshots()
  const unknown = options.snapshots?.find((id) => !available.some((snapshot) => snapshot.id === id))
  if (unknown !== undefined) throw new EngineError(`there is no snapshot ${unknown} in ${from.store.name}`)
  const copies = new Map((await to.snapshots()).map((snapshot) => [originalOf(snapshot), snapshot]))
  const wanted = available.filter(
    (snapshot) => !copies.has(originalOf(snapshot)) && (options.snapshots?.includes(snapshot.id) ?? true),
  )
  if (wanted.length === 0) return { snapshots: [], fetched_bytes: 0, stored_bytes: 0 }
  await from.loadIndex()
  await to.loadIndex()
  const report: Copied = { snapshots: [], fetched_bytes: 0, stored_bytes: 0 }
  for (const snapshot of wanted) {
    const earlier = available.filter((other) => copies.has(originalOf(other)) && isAlike(other, snapshot))
    const near = earlier.findLast((other) => other.time <= snapshot.time) ?? earlier[0]
    const isSound = near !== undefined && !(await leansOnMarkedPacks(to, copies.get(originalOf(near))!))
    const copy = await copyOne(from, to, snapshot, isSound ? near : undefined, options, report)
    copies.set(originalOf(snapshot), copy)
  }
  return report
}

interface Copied {
  readonly snapshots: Snapshot[]
  fetched_bytes: number
  stored_bytes: number
  locks?: LockReport
}

function originalOf({ original, id }: Snapshot): string {
  return original ?? id
}

function isAlike(a: Snapshot, b: Snapshot): boolean {
  return a.host === b.host && a.dataset === b.dataset
}

/** @param near a snapshot that the target has, whose contents need not be examined again */
async function copyOne(
  from: Repository,
  to: Repository,
  snapshot: Snapshot,
  near: Snapshot | undefined,
  options: CopyOptions,
  report: Copied,
): Promise<Snapshot> {
  const writer = to.writer({ ...options, lockUntil: sharedLockUntil(to, options) })
  try {
    const lineage = lineageOf(snapshot)
    const reader = new TreeReader(from, lineage)
    const { files, trees } = await differences(
      reader,
      snapshot,
      near === undefined ? undefined : new TreeReader(from),
      near,
    )
    const lists = await reader.chunkLists(files)
    const { fetched_bytes } = await copyChunks(
      from,
      to,
      missingIn(to, reader, files, lists),
      writer,
      lineage,
      options.onProgress,
    )
    await copyTrees(to, writer, reader, files, trees)
    await writer.finish()
    for (const [address, tree] of trees) to.cache.trees.add(address, tree)
    Object.assign(report, await lockNeeds(to, snapshot.tree, options))
    const { id: _origin, ...rest } = snapshot
    const copy = await to.writeSnapshot(
      {
        ...rest,
        original: originalOf(snapshot),
        new_bytes: writer.plain_bytes,
        stored_bytes: writer.stored_bytes,
        completed: to.ports.clock.now(),
      },
      options.lockUntil,
    )
    report.snapshots.push(copy)
    report.fetched_bytes += fetched_bytes + reader.fetched_bytes
    report.stored_bytes += writer.stored_bytes
    return copy
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

/** Files and trees of a snapshot that differ from those at the same path in a similar one. */
async function differences(
  reader: TreeReader,
  snapshot: Snapshot,
  nearReader: TreeReader | undefined,
  near: Snapshot | undefined,
): Promise<{ files: TreeEntry[]; trees: Map<string, Tree> }> {
  const files: TreeEntry[] = []
  const found = new Map<string, Tree>()
  let level: Array<{ address: string; near: string | undefined }> = [{ address: snapshot.tree, near: near?.tree }]
  while (level.length > 0) {
    level = level.filter((place) => place.address !== place.near && !found.has(place.address))
    const trees = await reader.trees(level.map(({ address }) => address))
    const nearAddresses = level.map((place) => place.near).filter((address) => address !== undefined)
    const nearTrees = new Map<string, Tree>()
    for (const [at, tree] of ((await nearReader?.trees(nearAddresses)) ?? []).entries()) {
      nearTrees.set(nearAddresses[at]!, tree)
    }
    const next: typeof level = []
    for (const [at, place] of level.entries()) {
      found.set(place.address, trees[at]!)
      const nearEntries = new Map(nearTrees.get(place.near ?? '')?.map((entry) => [entry.name, entry]))
      for (const entry of trees[at]!) {
        const old = nearEntries.get(entry.name)
        if (entry.tree !== undefined) {
          next.push({ address: hexOf(entry.tree), near: old?.tree === undefined ? undefined : hexOf(old.tree) })
        } else if (entry.chunks !== undefined && !sameChunks(entry, old)) files.push(entry)
      }
    }
    level = next
  }
  return { files, trees: found }
}

function sameChunks(entry: TreeEntry, old: TreeEntry | undefined): boolean {
  return old?.chunks !== undefined && entry.listed === old.listed && bytesEqual(entry.chunks!, old.chunks)
}

/**
 * Index entries, in the origin, of the chunks of files that the target lacks. @param lists addresses of the chunks of
 * each file
 */
function missingIn(
  target: Repository,
  reader: TreeReader,
  files: readonly TreeEntry[],
  lists: readonly Uint8Array[],
): ReadonlySet<number> {
  const cursor = new AddressCursor()
  const missing = new Set<number>()
  for (const [at, list] of lists.entries()) {
    const entries = reader.entriesOf(list, files[at]!.name)
    for (const [chunk, entry] of entries.entries()) {
      cursor.read(list, chunk * cursor.bytes.length)
      if (target.index.find(cursor) < 0) missing.add(entry)
    }
  }
  return missing
}

async function copyChunks(
  from: Repository,
  to: Repository,
  missing: ReadonlySet<number>,
  writer: PackWriter,
  lineage: ReturnType<typeof lineageOf>,
  onProgress: OnProgress | undefined,
): Promise<{ fetched_bytes: number }> {
  const cursor = new AddressCursor()
  let total_bytes = 0
  for (const entry of missing) total_bytes += from.index.lengthOf(entry)
  let bytes = 0
  return readChunks(
    from,
    [...missing],
    {
      async chunks(entries: readonly number[], contents: readonly Content[]) {
        for (const [at, entry] of entries.entries()) {
          bytes += contents[at]!.length
          cursor.read(from.index.addressOf(entry), 0)
          if (to.index.find(cursor) < 0) writer.add('data', cursor, contents[at]!)
        }
        onProgress?.({ bytes, total_bytes })
        if (writer.busy) await writer.ready()
      },
      damaged(_entries, reason) {
        throw new EngineError(`cannot copy from ${from.store.name}: ${reason}`)
      },
    },
    { lineage },
  )
}

async function copyTrees(
  to: Repository,
  writer: PackWriter,
  reader: TreeReader,
  files: readonly TreeEntry[],
  trees: ReadonlyMap<string, Tree>,
): Promise<void> {
  const cursor = new AddressCursor()
  const add = (address: Uint8Array, content: () => Uint8Array): void => {
    cursor.read(address, 0)
    if (to.index.find(cursor) < 0) writer.add('trees', cursor, content())
  }
  const addresses = files.filter((file) => file.listed === true).flatMap((file) => addressesIn(file.chunks!))
  const lists = await reader.lists(addresses)
  for (const [at, address] of addresses.entries()) {
    add(address, () => lists[at]!)
    to.cache.trees.addList(hexOf(address), lists[at]!)
  }
  // The encoding is deterministic: encoding again gives the bytes that the address was computed from.
  for (const [address, tree] of trees) add(bytesOfHex(address), () => encodeTree(tree))
}
