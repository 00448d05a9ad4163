import { forEachConcurrently } from '../concurrency.ts'
import { AccessDeniedError, BlobNotFoundError, EngineError } from '../errors.ts'
import { packPath } from '../packs/pack-writer.ts'
import type { Instant } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import { neededPacks } from '../prune/use.ts'
import { CONFIGS } from '../repository/open.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'

/** Object lock options of operations that store something. */
export interface LockOptions {
  /**
   * Nobody may delete what is written, or anything else that the snapshot needs, before then: the locks of packs that
   * are stored already, index files, keys and the configuration are extended.
   */
  readonly lockUntil?: Instant
  /**
   * Blobs that snapshots share are locked for this much longer, seconds, so that not every backup has to extend them.
   * Default: a tenth of the time until `lockUntil`.
   */
  readonly lockAhead_s?: number
}

/** What happened to the locks of what a snapshot needs. */
export interface LockReport {
  /** Blobs whose locks were too short and have been extended. */
  readonly extended: number
  /** Why something that the snapshot needs is not locked as long as the snapshot; absent where everything is. */
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
  /** Ids of the snapshots that are locked, with everything that they need. */
  readonly snapshots: readonly string[]
}

/** Concurrent requests: over a network most of the time is spent waiting. */
const REQUESTS_AT_ONCE = 16
const SHARE_AHEAD = 0.1
const SNAPSHOTS = 'snapshots/'

/** Until when to lock what snapshots share; undefined when nothing is to be locked. */
export function sharedLockUntil(repository: Repository, { lockUntil, lockAhead_s }: LockOptions): Instant | undefined {
  if (lockUntil === undefined) return undefined
  return lockUntil + (lockAhead_s ?? Math.max(0, SHARE_AHEAD * (lockUntil - repository.ports.clock.now())))
}

/**
 * Locks everything that a snapshot needs and that was stored before. Called before the snapshot itself is written, so
 * that a locked snapshot always has everything it needs locked for as long. A store that refuses does not prevent the
 * backup, and is reported.
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
 * Extends the locks of snapshots and of everything that they need. What a snapshot shares with earlier ones was locked
 * when it was stored, so that its lock would otherwise end first, and whoever can delete could then destroy snapshots
 * that are locked themselves.
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

/** The same as a part of another operation, which keeps its own record and has exclusive use of the cache. */
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
  // What a snapshot needs is locked before the snapshot itself.
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

/** The relevant snapshots, and until when each is locked or is to be. */
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

/** Names of the blobs without which these snapshots cannot be restored, except for their own. */
async function blobsFor(repository: Repository, snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>): Promise<string[]> {
  const { cache } = repository
  const packs = new Set((await neededPacks(repository, snapshots)).map(({ name }) => name))
  const names = [...CONFIGS, ...[...packs].map(packPath)]
  // An index file that removes packs is needed as long as another may list them.
  for (const [name, file] of cache.indexFiles)
    if (file.removed.length > 0 || file.packs.some((pack) => packs.has(pack))) names.push(name)
  for await (const { name } of repository.store.list('keys/')) names.push(name)
  return names
}

/** @param ends least end of each blob's lock; where a request is needed, it asks for `ahead_s` longer */
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
      // Other clients merge index files and remove keys meanwhile, and not every repository has a copy of its
      // configuration, so missing blobs are ignored.
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
