import { EngineError } from '../errors.ts'
import { AddressCursor } from '../index/address.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { IndexFile } from '../index/index-file.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ReadHandlers } from '../packs/chunk-reader.ts'
import { packPath } from '../packs/pack-writer.ts'
import { storedPacks } from '../packs/stored-packs.ts'
import type { Content } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Liveness } from './liveness.ts'
import { deleted, requireSound } from './prune.ts'
import { followNeeds, neededEntries } from './use.ts'

export interface SetAsideOptions {
  /**
   * Time from marking a replaced pack to deleting it, as in a prune. Default two days; 0 only where nothing else uses
   * the repository.
   */
  readonly grace_s?: number
  /** Packs being stored at once. */
  readonly uploads?: number
  /** Concurrent requests to the store. */
  readonly downloads?: number
  /** Limit of a request in bytes. */
  readonly request_bytes?: number
}

export interface SetAsideReport {
  /** Bytes of chunks that the newest point no longer needs: now in packs of the older points. */
  readonly moved_bytes: number
  /** Bytes of chunks that were in the same packs and were rewritten with the newest point, because blobs are immutable. */
  readonly rewritten_bytes: number
  /** Bytes read from the store. */
  readonly fetched_bytes: number
  readonly stored_bytes: number
}

/** Relation of a segment's pack to the newest point. */
const NEEDED = 1
const OTHER = 2
const REPLACED = 4

/**
 * A reverse increment: what the newest snapshot has replaced is moved from the packs that it reads to packs of the
 * older ones. The newest point is then in packs of its own like a full backup, and each older point consists of it and
 * the packs of what was replaced since. A replaced chunk costs three accesses: it is read, it is written elsewhere, and
 * its replacement has been written. In packs of many chunks the others are rewritten too.
 * @throws AccessDeniedError for anyone but an administrator
 * @throws EngineError, before anything is given up, when a chunk cannot be read
 */
export async function setReplacedAside(
  repository: Repository,
  snapshotId: string,
  options: SetAsideOptions = {},
): Promise<SetAsideReport> {
  return repository.audited(
    'set replaced chunks aside',
    () => repository.cache.exclusively(() => perform(repository, snapshotId, options)),
    ({ moved_bytes, rewritten_bytes }) => ({ snapshot: snapshotId, moved_bytes, rewritten_bytes }),
  )
}

async function perform(
  repository: Repository,
  snapshotId: string,
  { grace_s = 2 * 86_400, uploads, ...reading }: SetAsideOptions,
): Promise<SetAsideReport> {
  const { index, ports, store } = repository
  repository.requireAdministrator('set replaced chunks aside')
  const now = ports.clock.now()
  const snapshots = await repository.snapshots()
  await repository.loadIndex()
  requireSound(repository)
  const newest = await repository.snapshot(snapshotId)
  const before = snapshots.findLast(
    ({ id, host, dataset, time }) =>
      id !== newest.id && host === newest.host && dataset === newest.dataset && time <= newest.time,
  )
  if (before === undefined) return { moved_bytes: 0, rewritten_bytes: 0, fetched_bytes: 0, stored_bytes: 0 }
  const needed = await followNeeds(repository, snapshots)
  const byNewest = await neededEntries(repository, [newest])
  const stored = await storedPacks(store)
  const touched = touchedPacks(index, byNewest, await neededEntries(repository, [before])).filter((name) => {
    const info = stored.get(name)
    return info !== undefined && !(info.lockedUntil !== undefined && info.lockedUntil > now)
  })
  const [own, older] = [repository.writer({ uploads }), repository.writer({ uploads })]
  try {
    const moved = await move(repository, touched, needed, (entry) => (byNewest[entry] === 1 ? own : older), reading)
    // The replacement of a pack is durable before the pack is given up.
    await older.finish()
    const marks: IndexFile['marks'] = touched.map((pack) => ({ pack, time: now, marked: true }))
    await own.finish(grace_s === 0 ? { removed: touched } : { marks })
    for (const name of touched) {
      if (grace_s > 0) index.mark(name, now)
      else index.remove(name)
    }
    if (grace_s === 0) for (const name of touched) await deleted(repository, packPath(name))
    return {
      moved_bytes: older.plain_bytes,
      rewritten_bytes: own.plain_bytes,
      fetched_bytes: moved.fetched_bytes,
      stored_bytes: own.stored_bytes + older.stored_bytes,
    }
  } catch (error) {
    await own.abandon()
    await older.abandon()
    throw error
  }
}

/**
 * Names of the packs that hold replaced chunks, and of those that the newest point shares with others for another
 * reason: it has reused something from an older one.
 */
function touchedPacks(index: ChunkIndex, byNewest: Uint8Array, byBefore: Uint8Array): string[] {
  const segments = new Uint8Array(index.segments)
  for (let entry = 0; entry < index.entries; entry++) {
    const segment = index.segmentOf(entry)
    if (byNewest[entry] === 1) segments[segment]! |= NEEDED
    else segments[segment]! |= byBefore[entry] === 1 ? OTHER | REPLACED : OTHER
  }
  return index.packs().flatMap(({ name, firstSegment, segments: count }) => {
    let state = 0
    for (let segment = firstSegment; segment < firstSegment + count; segment++) state |= segments[segment]!
    const isTouched = (state & REPLACED) !== 0 || state === (NEEDED | OTHER)
    return isTouched && index.markedAt(name) === undefined ? [name] : []
  })
}

/** Copies the needed chunks of these packs, each to where it belongs. */
async function move(
  repository: Repository,
  packs: readonly string[],
  needed: Liveness,
  writerOf: (entry: number) => ReturnType<Repository['writer']>,
  reading: Omit<SetAsideOptions, 'grace_s' | 'uploads'>,
): Promise<{ fetched_bytes: number }> {
  const { index } = repository
  const cursor = new AddressCursor()
  const entries = packs.flatMap((name) =>
    [...(index.pack(name)?.entries ?? [])].filter((entry) => needed.isNeeded(entry)),
  )
  const handlers: ReadHandlers = {
    async chunks(read: readonly number[], contents: readonly Content[]) {
      for (const [at, entry] of read.entries()) {
        cursor.read(index.addressOf(entry), 0)
        const writer = writerOf(entry)
        writer.add(index.packOf(entry).kind, cursor, contents[at]!)
        if (writer.busy) await writer.ready()
      }
    },
    damaged(_lost, reason) {
      throw new EngineError(`cannot move chunks out of a pack that is damaged: ${reason}; look at it with check`)
    },
  }
  return readChunks(repository, entries, handlers, reading)
}
