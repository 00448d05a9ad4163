import { forEachConcurrently } from '../concurrency.ts'
import { AccessDeniedError, BlobNotFoundError, EngineError } from '../errors.ts'
import { packPath } from '../packs/pack-writer.ts'
import type { Instant } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import { neededPacks } from '../prune/use.ts'
import { CONFIGS } from '../repository/open.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'

/** Object lock, as operations ask for it that store something. */
export interface LockOptions {
  /**
   * Nobody may delete before then what is written, nor anything else that the snapshot needs: packs that are stored already,
   * index files, keys and the configuration have their locks extended.
   */
  readonly lockUntil?: Instant
  /**
   * What snapshots share is locked for so much longer, seconds, so that not every backup has to extend it again. Default a
   * tenth of the time until `lockUntil`.
   */
  readonly lockAhead_s?: number
}

/** What became of the locks of what a snapshot needs. */
export interface LockReport {
  /** Blobs that were locked too briefly, and now are not. */
  readonly extended: number
  /** Why something that the snapshot needs is not locked for as long as it is; absent where all is. */
  readonly failure?: string
}

export interface ExtendLocksOptions {
  /** Ids of the snapshots to lock. Default: those that are locked now. */
  readonly snapshots?: readonly string[]
  /** Default: as long as each of them is locked now. */
  readonly lockUntil?: Instant
  readonly lockAhead_s?: number
  readonly onProgress?: OnProgress
}

export interface ExtendLocksReport extends LockReport {
  /** Ids of the snapshots that are locked, all they need included. */
  readonly snapshots: readonly string[]
}

/** Locks that are asked for at once: a store over a network is waited for. */
const REQUESTS_AT_ONCE = 16
const SHARE_AHEAD = 0.1
const SNAPSHOTS = 'snapshots/'

/** Until when to lock what snapshots share; undefined when nothing is to be locked. */
export function sharedLockUntil(repository: Repository, { lockUntil, lockAhead_s }: LockOptions): Instant | undefined {
  if (lockUntil === undefined) return undefined
  return lockUntil + (lockAhead_s ?? Math.max(0, SHARE_AHEAD * (lockUntil - repository.ports.clock.now())))
}

/**
 * Locks all that a snapshot needs and that was stored before. Called before the snapshot itself is written: one that exists and
 * is locked has all it needs locked for as long. A store that refuses is no reason to do without the backup, and is reported.
 * @param tree of the snapshot
 */
export async function lockNeeds(
  repository: Repository,
  tree: string,
  options: LockOptions,
): Promise<{ locks?: LockReport }> {
  const { lockUntil } = options
  const shared = sharedLockUntil(repository, options)
  if (lockUntil === undefined || shared === undefined || repository.store.extendLock === undefined) return {}
  const blobs = await blobsFor(repository, [{ tree }])
  return { locks: await extendAll(repository, new Map(blobs.map((name) => [name, lockUntil])), shared - lockUntil) }
}

/**
 * Makes locks last: of snapshots, and of all that they need. What a snapshot shares with others was locked when it was stored,
 * so that without this its lock ends first, and whoever can delete then destroys snapshots that are locked themselves.
 * @throws EngineError when the store has no locks, or there is no such snapshot
 */
export async function extendLocks(
  repository: Repository,
  options: ExtendLocksOptions = {},
): Promise<ExtendLocksReport> {
  return repository.audited(
    'lock',
    () => repository.cache.exclusively(() => lockSnapshots(repository, options)),
    ({ snapshots, extended, failure }) => ({
      snapshots: snapshots.length,
      extended,
      ...(failure === undefined ? {} : { failure }),
    }),
  )
}

/** The same as a part of another operation, which records itself and has the repository's memory to itself. */
export async function lockSnapshots(repository: Repository, options: ExtendLocksOptions): Promise<ExtendLocksReport> {
  const { store, ports } = repository
  const { lockUntil } = options
  if (repository.role === 'reader')
    throw new AccessDeniedError(`cannot extend locks in ${store.name}: this key is for a reader`)
  if (store.extendLock === undefined) throw new EngineError(`${store.name} has no object lock`)
  const wanted = await lockedSnapshots(repository, options)
  await repository.loadIndex()
  const now = ports.clock.now()
  const ends = new Map<string, Instant>()
  for (const { snapshot, until } of [...wanted].sort((a, b) => a.until - b.until))
    for (const name of await blobsFor(repository, [snapshot])) ends.set(name, until)
  const latest = Math.max(now, ...ends.values())
  const ahead_s = options.lockAhead_s ?? SHARE_AHEAD * (latest - now)
  const shared = await extendAll(repository, ends, ahead_s, options.onProgress)
  const own = new Map(wanted.map(({ snapshot, until }) => [SNAPSHOTS + snapshot.id, until]))
  // What a snapshot needs is locked before it promises to be.
  const snapshots = lockUntil === undefined ? { extended: 0 } : await extendAll(repository, own, 0)
  const failure = shared.failure ?? snapshots.failure
  return {
    snapshots: wanted.map(({ snapshot }) => snapshot.id),
    extended: shared.extended + snapshots.extended,
    ...(failure === undefined ? {} : { failure }),
  }
}

/** Until when snapshots are locked, by id; without those that are not. */
export async function snapshotLocks({ store, ports }: Repository): Promise<Map<string, Instant>> {
  const now = ports.clock.now()
  const locks = new Map<string, Instant>()
  for await (const { name, lockedUntil } of store.list(SNAPSHOTS))
    if (lockedUntil !== undefined && lockedUntil > now) locks.set(name.slice(SNAPSHOTS.length), lockedUntil)
  return locks
}

/** The snapshots whose locks matter, and until when each is locked or is to be. */
async function lockedSnapshots(
  repository: Repository,
  { snapshots: ids, lockUntil }: ExtendLocksOptions,
): Promise<Array<{ readonly snapshot: Snapshot; readonly until: Instant }>> {
  const snapshots = await repository.snapshots()
  const unknown = ids?.find((id) => !snapshots.some((snapshot) => snapshot.id === id))
  if (unknown !== undefined) throw new EngineError(`there is no snapshot ${unknown} in ${repository.store.name}`)
  const now = repository.ports.clock.now()
  const locks = await snapshotLocks(repository)
  return snapshots.flatMap((snapshot) => {
    const until = Math.max(locks.get(snapshot.id) ?? -Infinity, lockUntil ?? -Infinity)
    const isMeant = ids?.includes(snapshot.id) ?? locks.has(snapshot.id)
    return isMeant && until > now ? [{ snapshot, until }] : []
  })
}

/** Names of the packs without which a snapshot cannot be restored. */
export async function packsOf(repository: Repository, snapshot: Pick<Snapshot, 'tree'>): Promise<string[]> {
  return (await neededPacks(repository, [snapshot])).map(({ name }) => packPath(name))
}

/** Names of the blobs without which these snapshots cannot be restored, but for their own. */
async function blobsFor(repository: Repository, snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>): Promise<string[]> {
  const { cache } = repository
  const packs = new Set((await neededPacks(repository, snapshots)).map(({ name }) => name))
  const names = [...CONFIGS, ...[...packs].map(packPath)]
  // A file that takes packs out of the index is needed as long as another may list them.
  for (const [name, file] of cache.indexFiles)
    if (file.removed.length > 0 || file.packs.some((pack) => packs.has(pack))) names.push(name)
  for await (const { name } of repository.store.list('keys/')) names.push(name)
  return names
}

/** @param ends until when each blob is to be locked at least; where that has to be asked for, it is for `ahead_s` longer */
async function extendAll(
  repository: Repository,
  ends: ReadonlyMap<string, Instant>,
  ahead_s: number,
  onProgress?: OnProgress,
): Promise<LockReport> {
  const { store, cache, ports } = repository
  let extended = 0
  let failure: string | undefined
  let done = 0
  await forEachConcurrently([...ends], REQUESTS_AT_ONCE, async ([name, until]) => {
    if (failure !== undefined || (cache.locks.get(name) ?? -Infinity) >= until) return
    try {
      const to = Math.ceil(until + ahead_s)
      const locked = await store.extendLock?.(name, until, to)
      if (locked === undefined) failure = `${store.name} has no object lock`
      else {
        cache.locks.set(name, locked)
        if (locked === to) extended++
      }
      onProgress?.({ bytes: 0, blobs: { done: ++done, total: ends.size } })
    } catch (error) {
      // Index files are joined, and keys removed, by others meanwhile. Not every repository has a copy of its configuration: it is asked for once.
      if (error instanceof BlobNotFoundError && !name.startsWith('data/')) {
        if (CONFIGS.includes(name)) cache.locks.set(name, Infinity)
        return
      }
      if (!(error instanceof AccessDeniedError)) throw error
      failure = error.message
    }
  })
  if (failure !== undefined) ports.log.warn(`not all that the snapshot needs is locked as long as it is: ${failure}`)
  return { extended, ...(failure === undefined ? {} : { failure }) }
}
