import { BlobNotFoundError, EngineError, ObjectLockedError, RepositoryFormatError, StoreFullError } from '../errors.ts'
import { AddressCursor } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ReadHandlers } from '../packs/chunk-reader.ts'
import { packPath } from '../packs/pack-writer.ts'
import { storedPacks } from '../packs/stored-packs.ts'
import { lastLoss, listed } from '../index/index-file.ts'
import type { IndexFile } from '../index/index-file.ts'
import type { BlobInfo, Content } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { requireAgreeingClocks } from './clocks.ts'
import { generations, readings } from './generations.ts'
import { planPrune } from './plan.ts'
import type { PrunePlan } from './plan.ts'
import type { Liveness } from './liveness.ts'
import { followNeeds, packUse } from './use.ts'

export interface PruneOptions {
  /** Share of the stored bytes that may stay unused. Default 0.05. */
  readonly maxUnused?: number
  /**
   * Time from marking a pack to deleting it, seconds; longer than any backup and prune together that may be under way.
   * Default two days. 0 only where nothing else uses the repository.
   */
  readonly grace_s?: number
  /**
   * How long, in seconds, data stored since the last snapshot are left alone, so that a first backup of many nights can
   * continue from them. Default 0: they are marked like everything that no snapshot needs. Without a grace period they
   * are always deleted.
   */
  readonly unfinished_s?: number
  /** Limit of a request for copied data, bytes. */
  readonly request_bytes?: number
  /**
   * Checks first that the clocks of this machine and of the store agree, with three requests; not needed without a
   * grace period.
   */
  readonly checksClocks?: boolean
  /** Only reports what would be done. */
  readonly dryRun?: boolean
  /** Counts bytes copied out of packs that are partly needed. */
  readonly onProgress?: OnProgress
}

export interface PruneReport {
  readonly dryRun: boolean
  readonly plan: PrunePlan
  /** Bytes of packs that were deleted. */
  readonly freed_bytes: number
  /** Bytes of packs that were written to replace others. */
  readonly stored_bytes: number
  /** Bytes of all packs before. */
  readonly before_bytes: number
}

/** Number of index files above which they are merged. */
const INDEX_FILES_AT_MOST = 16
/** Larger index files are not merged: rewriting them again and again costs more than reading one file more. */
const JOINED_BYTES = 512 * 1024
/** Packs that are read before any of them is written; as many are in memory as during storing. */
const PACKS_AT_ONCE = 4

/**
 * Frees the space of what no snapshot needs. Unneeded packs are marked now and deleted by a prune after the grace
 * period, unless a snapshot made meanwhile needs them again; partly needed packs are rewritten. Requires no lock: a
 * concurrent backup reuses nothing that is marked, and finishes before anything that it reused earlier is deleted. It
 * can be stopped at any point without loss, and run again.
 * @throws AccessDeniedError for anyone but an administrator
 * @throws RepositoryFormatError, before anything is changed, when a snapshot needs what is not stored
 */
export async function prune(repository: Repository, options: PruneOptions = {}): Promise<PruneReport> {
  return repository.audited(
    'prune',
    () => repository.cache.exclusively(() => perform(repository, options)),
    ({ dryRun, freed_bytes, stored_bytes, plan }) => ({
      dryRun,
      freed_bytes,
      stored_bytes,
      marked: plan.mark.length,
      repacked: plan.repack.length,
    }),
  )
}

/**
 * Packs are rewritten before those that they replace are deleted, which takes space. On a full store, only what needs
 * no rewriting is deleted.
 */
async function perform(repository: Repository, options: PruneOptions): Promise<PruneReport> {
  try {
    return await pruneOnce(repository, options)
  } catch (error) {
    if (!(error instanceof StoreFullError) || options.maxUnused === Infinity) throw error
    const report = await pruneOnce(repository, { ...options, maxUnused: Infinity })
    if (report.freed_bytes === 0)
      throw new StoreFullError(
        `there is no space to rewrite packs that are needed in part, and no other pack may be deleted yet: make some space there, or forget more (${error.message})`,
        { cause: error },
      )
    repository.ports.log.warn(
      'there was no space to rewrite packs that are needed in part; others were deleted whole, so prune once more',
    )
    return report
  }
}

async function pruneOnce(repository: Repository, options: PruneOptions): Promise<PruneReport> {
  const { maxUnused = 0.05, grace_s = 2 * 86_400, unfinished_s = 0, dryRun = false } = options
  const { index, ports } = repository
  if (!dryRun) repository.requireAdministrator('prune')
  if (options.checksClocks === true && grace_s > 0 && !dryRun) await requireAgreeingClocks(repository)
  // The marks get the time of the list of snapshots on which they are based.
  const now = ports.clock.now()
  const snapshots = await repository.snapshots()
  await repository.loadIndex()
  requireSound(repository)
  const stored = await storedPacks(repository.store)
  // Packs that no longer exist are of no use; if they held one of two copies of a chunk, the other copy must be kept.
  const lost: string[] = []
  const packs = index.packs()
  for (let at = 0; at < packs.length; at++) if (!stored.has(packs[at]!.name)) lost.push(packs[at]!.name)
  for (const name of lost) index.remove(name)
  const needed = await followNeeds(repository, snapshots)
  const use = packUse(repository, needed, stored)
  // Now every pack of the index is stored, so the numbers tell whether there are others.
  const unlisted =
    stored.size === index.packs().length
      ? []
      : [...stored].flatMap(([name, info]) => (index.pack(name) === undefined ? [{ ...info, name }] : []))
  const lastCompleted = snapshots.reduce((last, { completed }) => Math.max(last, completed), -Infinity)
  const unfinishedSince = unfinished_s > 0 ? Math.max(lastCompleted, now - unfinished_s) : Infinity
  const plan = planPrune(use, { maxUnused, grace_s, now, unfinishedSince, unlisted })
  let before_bytes = 0
  for (const { size } of stored.values()) before_bytes += size
  if (dryRun) return { dryRun, plan, freed_bytes: 0, stored_bytes: 0, before_bytes }

  const writer = repository.writer()
  const mark = (names: readonly string[], marked: boolean): IndexFile['marks'] =>
    names.map((pack) => ({ pack, time: now, marked }))
  try {
    if (plan.repack.length > 0) await repack(repository, writer, plan, { needed, snapshots, stored }, options)
    // The replacement of a pack is durable before the pack is given up, and the index learns of both at once.
    await writer.finish({
      marks: [...mark([...plan.mark, ...plan.repack], true), ...mark(plan.unmark, false)],
      removed: [...plan.remove, ...lost],
    })
  } catch (error) {
    await writer.abandon()
    throw error
  }
  for (const name of [...plan.mark, ...plan.repack]) index.mark(name, now)
  for (const name of plan.unmark) index.mark(name, undefined)
  for (const name of plan.remove) index.remove(name)
  let freed_bytes = 0
  for (const name of [...plan.remove, ...plan.sweep]) {
    const size = stored.get(name)?.size ?? 0
    if (!(await deleted(repository, packPath(name)))) continue
    freed_bytes += size
    stored.delete(name)
  }
  await joinIndexFiles(repository, stored)
  return { dryRun, plan, freed_bytes, stored_bytes: writer.stored_bytes, before_bytes }
}

/** Something unreadable might need, or list, anything. */
export function requireSound({ damaged, store }: Repository): void {
  const [name] = damaged.keys()
  if (name === undefined) return
  throw new RepositoryFormatError(`nothing was pruned: ${name} in ${store.name} is damaged; look at it with check`)
}

/** What is known before anything is copied. */
interface Known {
  readonly needed: Liveness
  readonly snapshots: readonly Snapshot[]
  readonly stored: ReadonlyMap<string, BlobInfo>
}

/** Copies what is needed of these packs to new ones. */
async function repack(
  repository: Repository,
  writer: ReturnType<Repository['writer']>,
  { repack: packs, repacked_bytes: total_bytes }: PrunePlan,
  { needed, snapshots, stored }: Known,
  { request_bytes, onProgress }: PruneOptions,
): Promise<void> {
  const { index, store, options } = repository
  const cursor = new AddressCursor()
  // The order of writing, which is the same for every client.
  const inOrder = [...packs].sort((a, b) => stored.get(a)!.created - stored.get(b)!.created)
  const entries: number[] = []
  for (const name of inOrder) {
    const inPack = index.pack(name)!.entries
    for (let at = 0; at < inPack.length; at++) if (needed.isNeeded(inPack[at]!)) entries.push(inPack[at]!)
  }
  let bytes = 0
  // Chunks are read in the order of the old packs, and written in that of the new ones.
  const read = new Map<number, Content>()
  const handlers: ReadHandlers = {
    segment(pack, number) {
      bytes += pack.sealed_bytes[number] ?? 0
      onProgress?.({ bytes, total_bytes })
    },
    chunks(opened: readonly number[], contents: readonly Content[]) {
      for (let at = 0; at < opened.length; at++) read.set(opened[at]!, contents[at]!)
    },
    damaged(_lost, reason) {
      throw new EngineError(`cannot rewrite a pack that is damaged: ${reason}; look at it with check`)
    },
  }
  // All are requested together, to wait only once where that takes hours.
  await store.prepare?.(inOrder.map(packPath))
  const parts = generations(entries, needed.lastNeeding(snapshots, entries))
  const lengthOf = (entry: number): number => index.lengthOf(entry)
  for (const { entries: wanted, first } of readings(parts, lengthOf, PACKS_AT_ONCE * options.pack_bytes)) {
    await readChunks(repository, wanted, handlers, request_bytes === undefined ? {} : { request_bytes })
    for (const entry of wanted) {
      if (first.has(entry)) writer.part()
      cursor.read(index.addressOf(entry), 0)
      writer.add(index.packOf(entry).kind, cursor, read.get(entry)!)
      if (writer.busy) await writer.ready()
    }
    read.clear()
  }
}

/** Returns true when the blob is gone. */
export async function deleted(repository: Repository, name: string): Promise<boolean> {
  try {
    await repository.store.delete(name)
    return true
  } catch (error) {
    // The index no longer has it; the next check reports it as unreferenced, and it only costs space.
    if (error instanceof ObjectLockedError) {
      repository.ports.log.warn(`${name} is locked and was left in place`)
      return false
    }
    if (error instanceof BlobNotFoundError) return false
    throw error
  }
}

/**
 * Merges small index files that may be deleted, because many are slow to read.
 * @param stored existing packs
 */
async function joinIndexFiles(repository: Repository, stored: ReadonlyMap<string, BlobInfo>): Promise<void> {
  const { index, cache, ports } = repository
  const now = ports.clock.now()
  const small: BlobInfo[] = []
  for await (const info of repository.store.list('index/')) {
    const { name, size, lockedUntil } = info
    const isLocked = lockedUntil !== undefined && lockedUntil > now
    if (size < JOINED_BYTES && !isLocked && cache.indexFiles.has(name)) small.push(info)
  }
  const known = worthJoining(small).map(({ name }) => name)
  if (known.length <= INDEX_FILES_AT_MOST) return
  const joined = known.map((name) => cache.indexFiles.get(name)!)
  const packs = new Set(joined.flatMap((file) => file.packs))
  const alive = [...packs].map((name) => index.pack(name)).filter((pack) => pack !== undefined)
  // The removal of a pack must stay recorded as long as the pack exists after all, or any file lists it, including
  // those being deleted now: a crash between two deletions must not bring it back.
  const listedAnywhere = new Set([...cache.indexFiles.values()].flatMap((file) => file.packs))
  const removed = new Set(joined.flatMap((file) => file.removed))
  const lost = lastLoss(joined)
  await repository.writeIndexFile({
    packs: alive.map((pack) => listed(index, pack)),
    marks: joined.flatMap((file) => file.marks.filter(({ pack }) => index.pack(pack) !== undefined)),
    removed: [...removed].filter((name) => stored.has(name) || listedAnywhere.has(name)),
    ...(lost === undefined ? {} : { lost }),
  })
  for (const name of known) if (await deleted(repository, name)) cache.indexFiles.delete(name)
}

/** Leaves out files that are larger than all smaller ones together: otherwise each merge would rewrite the whole index. */
function worthJoining(files: readonly BlobInfo[]): readonly BlobInfo[] {
  const bySize = files.toSorted((a, b) => a.size - b.size)
  let smaller_bytes = 0
  let worth = 0
  for (const [at, { size }] of bySize.entries()) {
    if (at === 0 || size <= smaller_bytes) worth = at + 1
    smaller_bytes += size
  }
  return bySize.slice(0, worth)
}
