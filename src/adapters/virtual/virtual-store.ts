import {
  AccessDeniedError,
  BlobExistsError,
  BlobNotFoundError,
  ObjectLockedError,
  StoreFullError,
  StoreUnavailableError,
} from '../../engine/errors.ts'
import type {
  BlobInfo,
  BlobStore,
  ByteRange,
  Clock,
  Content,
  Instant,
  PutOptions,
  ReadingOrder,
} from '../../engine/ports.ts'
import type { Simulation, Use } from '../../kernel/index.ts'
import { passed, unavailable } from './flow-errors.ts'
import { DeletedObjects } from './deleted-objects.ts'
import { concatContents, sliceContent } from './parts.ts'
import { DamagedContent } from './sealed-extents.ts'
import type { LockHistory } from './lock-history.ts'
import { ObjectTable } from './object-table.ts'
import type { StoredObject } from './object-table.ts'

export interface StoreOptions {
  readonly name: string
  /** Infinity: never full. */
  readonly capacity_bytes: number
  readonly clock: Clock
  /** Deleted objects stay, hidden, for so long and count as stored. Default: they are gone. */
  readonly keepsDeleted_s?: number
}

export type StoreRequest = 'put' | 'get' | 'list' | 'delete'

export interface MediumRequest {
  readonly kind: StoreRequest | 'stat' | 'lock'
  /** Of the blob; of a listing, its prefix. */
  readonly name: string
  /** Bytes that are to pass, from this offset in the blob. */
  readonly start: number
  readonly bytes: number
}

/** What a store does besides letting bytes pass: mounts a cartridge, thaws an archived object, counts requests. */
export interface Medium {
  /**
   * Serves a request that the store has accepted. Calls `pass` when the bytes may pass, over other resources besides those of
   * the way there; an error refuses the request.
   */
  serve(request: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void>
  /** Makes blobs ready to be read where that takes long; says in which order they are best read, where that matters. */
  prepare?(names: readonly string[]): Promise<ReadingOrder | undefined>
}

/** Told what reading waits for: the medium is at work with blobs so that they can be read, or their bytes pass. */
export interface ReadingWatch {
  readying<T>(work: () => Promise<T>): Promise<T>
  passing<T>(work: () => Promise<T>): Promise<T>
}

/** How one principal reaches a store from one place. */
export interface StoreAccess {
  readonly simulation: Simulation
  readonly principal: string
  readonly may: Readonly<Record<StoreRequest, boolean>>
  /** What the bytes of a put and of a get pass, the store's own rates included. Looked at for each request: ways change. */
  readonly putRoute: readonly Use[]
  readonly getRoute: readonly Use[]
  /** Seconds before the first byte of each request. */
  readonly latency_s: number
  /** What one connection reaches. Default: no limit but those of what it passes. */
  readonly cap_bytesPerSecond?: number | undefined
  /** Object lock on every new object for so long; 0: the store does not lock. */
  readonly lock_s: number
  /** Under which the traffic is accounted. */
  readonly purpose: string
  /** Default: a disk, which has no ways of its own. */
  readonly medium?: Medium
  /** Told of what is read of a medium that takes long to make blobs ready. */
  readonly reading?: ReadingWatch
  /** Told of each request that was served, and the bytes that it moved. */
  readonly onRequest?: (kind: StoreRequest, bytes: number) => void
}

/** Told of each change of what the store holds, when it has happened. */
export type StoreObserver = (change: 'put' | 'delete', name: string, bytes: number, time: Instant) => void

/** Names that one request for a listing gives, as S3 does. */
const NAMES_PER_LISTING = 1000

/**
 * The objects of one simulated store. An object exists once its put has completed. Access to it goes through `connect`;
 * the store itself takes no time.
 */
export class VirtualStore {
  readonly name: string
  readonly capacity_bytes: number
  onChange: StoreObserver | undefined
  /** Kept while there is one. */
  lockHistory: LockHistory | undefined
  readonly #clock: Clock
  readonly #objects: ObjectTable
  readonly #deleted: DeletedObjects | undefined
  #stored_bytes = 0
  /** Announced by puts under way. */
  #coming_bytes = 0
  #destroyed: Error | undefined

  constructor(options: StoreOptions, origin?: VirtualStore) {
    this.name = options.name
    this.capacity_bytes = options.capacity_bytes
    this.#clock = options.clock
    this.#objects = origin === undefined ? new ObjectTable() : new ObjectTable(origin.#objects)
    const { keepsDeleted_s } = options
    if (keepsDeleted_s !== undefined) this.#deleted = new DeletedObjects(keepsDeleted_s, origin?.deletedObjects)
    if (origin === undefined) return
    this.#stored_bytes = origin.#stored_bytes
    this.#destroyed = origin.#destroyed
  }

  get stored_bytes(): number {
    return this.#stored_bytes
  }

  /** Number of objects. */
  get objects(): number {
    return this.#objects.size
  }

  /** An independent continuation. The original must not change while the fork is in use. Costs the same whatever the size. */
  fork(clock: Clock = this.#clock): VirtualStore {
    const { name, capacity_bytes } = this
    const versions = this.#deleted === undefined ? {} : { keepsDeleted_s: this.#deleted.keep_s }
    return new VirtualStore({ name, capacity_bytes, clock, ...versions }, this)
  }

  /** Removes for good what was deleted long enough ago. */
  expireDeleted(): void {
    const now = this.#clock.now()
    for (const { name, object } of this.#deleted?.expired(now) ?? []) this.#removed(name, object.content.length, now)
  }

  /** Removes for good all that was deleted, as whoever may delete versions can. */
  purgeDeleted(): void {
    const now = this.#clock.now()
    for (const { name, object } of this.#deleted?.since(-Infinity) ?? [])
      this.#removed(name, object.content.length, now)
  }

  /** Brings back what was deleted at or after an instant, unless its name has been taken since. Gives the names. */
  undelete(since: Instant): string[] {
    this.expireDeleted()
    const names: string[] = []
    for (const { name, object, deleted } of this.#deleted?.since(since).reverse() ?? []) {
      if (this.#objects.get(name) !== undefined) this.#deleted!.add(name, object, deleted)
      else {
        this.#objects.set(object)
        names.push(name)
      }
    }
    return names.sort()
  }

  /** @internal */
  get deletedObjects(): DeletedObjects | undefined {
    return this.#deleted
  }

  /** The store is gone with all that it held. */
  destroy(reason: Error): void {
    this.#destroyed = reason
    this.#objects.clear()
    this.#deleted?.clear()
    this.#stored_bytes = 0
  }

  /** What lies elsewhere is left, the rest is gone. Gives the number of objects that are left. */
  loseAllBut(survives: (name: string) => boolean): number {
    const now = this.#clock.now()
    for (const { info } of this.#objects.list('')) {
      if (survives(info.name)) continue
      this.#objects.delete(info.name)
      this.#removed(info.name, info.size, now)
    }
    return this.#objects.size
  }

  /** An empty store stands in the place of one that was destroyed. */
  replace(): void {
    this.#destroyed = undefined
  }

  /** Bit rot: from now on the object holds other bytes than were written there. Nobody is told. */
  damage(name: string, range: ByteRange): void {
    const object = this.#object(name)
    const { content } = object
    const { start } = range
    const end = Math.min(range.end, content.length)
    const damaged = sliceContent(content, start, end)
    const rotten = damaged instanceof Uint8Array ? damaged.map((byte) => byte ^ 0x55) : new DamagedContent(end - start)
    const parts = [sliceContent(content, 0, start), rotten, sliceContent(content, end, content.length)]
    this.#objects.set({ ...object, content: concatContents(parts) })
  }

  /** The engine's port for who only looks at what is stored: takes no time, costs nothing, and leaves no trace. */
  observe(): BlobStore {
    const refuse = (name: string): never => {
      throw new AccessDeniedError(`${name} in ${this.name} is only looked at`)
    }
    return {
      name: this.name,
      put: async (name) => refuse(name),
      delete: async (name) => refuse(name),
      stat: async (name) => this.info(name),
      get: async (name, range) => {
        const content = this.content(name)
        const start = Math.min(range?.start ?? 0, content.length)
        const slice = sliceContent(content, start, Math.max(start, Math.min(range?.end ?? Infinity, content.length)))
        return slice instanceof Uint8Array ? slice.slice() : slice
      },
      list: async function* (this: VirtualStore, prefix: string) {
        yield* this.infos(prefix)
      }.bind(this),
    }
  }

  /** The engine's port, as one principal sees the store. */
  connect(access: StoreAccess): BlobStore {
    return new Connection(this, access)
  }

  // What connections do once a request has arrived.

  /** @internal */
  assertThere(): void {
    if (this.#destroyed === undefined) return
    throw new StoreUnavailableError(`${this.name} is gone: ${this.#destroyed.message}`, { cause: this.#destroyed })
  }

  /** @internal Refuses a put that cannot succeed; otherwise sets its bytes aside until `arrived` or `lost`. */
  announce(name: string, bytes: number): void {
    this.assertThere()
    if (this.#objects.get(name) !== undefined) throw new BlobExistsError(`${name} exists in ${this.name}`)
    if (this.#stored_bytes + this.#coming_bytes + bytes > this.capacity_bytes) {
      throw new StoreFullError(
        `${this.name} is full: ${this.#stored_bytes} of ${this.capacity_bytes} bytes are taken, ` +
          `and ${name} needs ${bytes}`,
      )
    }
    this.#coming_bytes += bytes
  }

  /** @internal */
  lost(bytes: number): void {
    this.#coming_bytes -= bytes
  }

  /** @internal */
  arrived(name: string, content: Content, lockedUntil: (now: Instant) => Instant | undefined): void {
    const bytes = content.length
    this.#coming_bytes -= bytes
    this.assertThere()
    if (this.#objects.get(name) !== undefined) throw new BlobExistsError(`${name} exists in ${this.name}`)
    const created = this.#clock.now()
    const until = lockedUntil(created)
    this.#objects.set({ content, info: { name, size: bytes, created, ...lockedTo(until) } })
    this.lockHistory?.put(name, created, until)
    this.#stored_bytes += bytes
    this.onChange?.('put', name, bytes, created)
  }

  /** @internal */
  content(name: string): Content {
    return this.#object(name).content
  }

  /** @internal */
  info(name: string): BlobInfo {
    return this.#object(name).info
  }

  /** @internal Ascending. */
  names(prefix: string): string[] {
    return this.infos(prefix).map(({ name }) => name)
  }

  /** @internal What has this prefix, by name. */
  infos(prefix: string): BlobInfo[] {
    this.assertThere()
    return this.#objects.list(prefix).map(({ info }) => info)
  }

  /** @internal Another number whenever an object has come, gone or changed. */
  get changes(): number {
    return this.#objects.changes
  }

  /** @internal Undefined when there is none. */
  find(name: string): BlobInfo | undefined {
    this.assertThere()
    return this.#objects.get(name)?.info
  }

  /** @internal */
  lock(name: string, until: Instant): void {
    const { content, info } = this.#object(name)
    this.#objects.set({ content, info: { ...info, lockedUntil: until } })
    this.lockHistory?.extended(name, this.#clock.now(), until)
  }

  /** @internal */
  remove(name: string): void {
    const object = this.#object(name)
    const { size, lockedUntil } = object.info
    const now = this.#clock.now()
    if (lockedUntil !== undefined && now < lockedUntil) {
      throw new ObjectLockedError(
        `${name} in ${this.name} is locked until ${new Date(lockedUntil * 1000).toISOString()}`,
      )
    }
    this.#objects.delete(name)
    if (this.#deleted === undefined) this.#removed(name, size, now)
    else this.#deleted.add(name, object, now)
  }

  #removed(name: string, bytes: number, now: Instant): void {
    this.#stored_bytes -= bytes
    this.onChange?.('delete', name, bytes, now)
  }

  #object(name: string): StoredObject {
    this.assertThere()
    const object = this.#objects.get(name)
    if (object === undefined) throw new BlobNotFoundError(`there is no ${name} in ${this.name}`)
    return object
  }
}

function lockedTo(lockedUntil: Instant | undefined): Pick<BlobInfo, 'lockedUntil'> {
  return lockedUntil === undefined ? {} : { lockedUntil }
}

class Connection implements BlobStore {
  readonly name: string
  readonly prepare?: (names: readonly string[]) => Promise<ReadingOrder | undefined>
  readonly extendLock?: (name: string, until: Instant, to?: Instant) => Promise<Instant | undefined>
  readonly #store: VirtualStore
  readonly #access: StoreAccess

  constructor(store: VirtualStore, access: StoreAccess) {
    this.name = store.name
    this.#store = store
    this.#access = access
    const { medium, lock_s } = access
    if (medium?.prepare !== undefined) this.prepare = (names) => this.#readying(() => medium.prepare!(names))
    if (lock_s > 0) this.extendLock = (name, until, to = until) => this.#extendLock(name, until, to)
  }

  async put(name: string, parts: readonly Content[], options: PutOptions = {}): Promise<void> {
    this.#assertMay('put', name)
    // Bytes may lie in a buffer that its owner uses again.
    const content = concatContents(parts.map((part) => (part instanceof Uint8Array ? part.slice() : part)))
    this.#store.announce(name, content.length)
    try {
      await this.#request('put', name, content.length)
    } catch (error) {
      this.#store.lost(content.length)
      throw error
    }
    const { lock_s, onRequest } = this.#access
    this.#store.arrived(name, content, (now) =>
      lock_s > 0 ? Math.max(now + lock_s, options.lockUntil ?? 0) : undefined,
    )
    onRequest?.('put', content.length)
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    this.#assertMay('get', name)
    const content = this.#store.content(name)
    const start = Math.min(range?.start ?? 0, content.length)
    const end = Math.max(start, Math.min(range?.end ?? content.length, content.length))
    await this.#request('get', name, end - start, start)
    this.#store.assertThere()
    this.#access.onRequest?.('get', end - start)
    const slice = sliceContent(content, start, end)
    // What the reader does to it must not change what is stored.
    return slice instanceof Uint8Array ? slice.slice() : slice
  }

  async stat(name: string): Promise<BlobInfo> {
    this.#assertMay('get', name)
    await this.#request('stat', name, 0)
    this.#access.onRequest?.('get', 0)
    return this.#store.info(name)
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    for await (const page of this.pages(prefix)) yield* page
  }

  async *pages(prefix: string): AsyncIterable<readonly BlobInfo[]> {
    this.#assertMay('list', `${prefix}*`)
    let listed: BlobInfo[] | undefined
    let changes = 0
    let at = 0
    do {
      await this.#request('list', prefix, 0)
      this.#access.onRequest?.('list', 0)
      if (listed === undefined) {
        listed = this.#store.infos(prefix)
        ;({ changes } = this.#store)
      }
      const page = listed.slice(at, at + NAMES_PER_LISTING)
      // What is listed later is told as it is by then.
      if (this.#store.changes === changes) yield page
      else yield page.flatMap(({ name }) => this.#store.find(name) ?? [])
      at += NAMES_PER_LISTING
    } while (at < listed.length)
  }

  async delete(name: string): Promise<void> {
    this.#assertMay('delete', name)
    await this.#request('delete', name, 0)
    this.#access.onRequest?.('delete', 0)
    this.#store.remove(name)
  }

  /** Looks at the lock, as S3 has it done: only what must be changed costs the price of a write. */
  async #extendLock(name: string, until: Instant, to: Instant): Promise<Instant> {
    this.#assertMay('put', name)
    const { lockedUntil = -Infinity } = await this.stat(name)
    if (lockedUntil >= until) return lockedUntil
    await this.#request('lock', name, 0)
    this.#access.onRequest?.('put', 0)
    this.#store.lock(name, to)
    return to
  }

  #assertMay(right: StoreRequest, what: string): void {
    const { may, principal } = this.#access
    if (may[right]) return
    throw new AccessDeniedError(`${principal} may not ${right} ${what} in ${this.name}`)
  }

  #request(kind: MediumRequest['kind'], name: string, bytes: number, start = 0): Promise<void> {
    const { medium } = this.#access
    const direction = kind === 'get' || kind === 'stat' || kind === 'list' ? 'getRoute' : 'putRoute'
    if (medium === undefined) return this.#transfer(direction, bytes)
    const request = { kind, name, start, bytes }
    const { reading } = this.#access
    if (direction === 'putRoute' || medium.prepare === undefined || reading === undefined)
      return medium.serve(request, (over) => this.#transfer(direction, bytes, over))
    return this.#readying(() =>
      medium.serve(request, (over) => reading.passing(() => this.#transfer(direction, bytes, over))),
    )
  }

  #readying<T>(work: () => Promise<T>): Promise<T> {
    const { reading } = this.#access
    return reading === undefined ? work() : reading.readying(work)
  }

  async #transfer(direction: 'putRoute' | 'getRoute', amount: number, besides: readonly Use[] = []): Promise<void> {
    for (;;) {
      const { simulation, purpose, latency_s, cap_bytesPerSecond } = this.#access
      const way = this.#access[direction]
      const over = besides.length === 0 ? way : [...way, ...besides]
      const cap = cap_bytesPerSecond === undefined ? {} : { cap: cap_bytesPerSecond }
      try {
        await passed(simulation.flows.transfer({ amount, over, latency_s, purpose, ...cap }), unavailable)
        break
      } catch (error) {
        // Clients begin again when a link has failed and there is another way.
        if (sameUses(way, this.#access[direction])) throw error
      }
    }
    this.#store.assertThere()
  }
}

function sameUses(a: readonly Use[], b: readonly Use[]): boolean {
  return a === b || (a.length === b.length && a.every(({ resource }, at) => resource === b[at]!.resource))
}
